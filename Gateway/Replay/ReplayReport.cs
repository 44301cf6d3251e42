using System.Diagnostics;

namespace SessionAware.Gateway.Replay;

/// <summary>What a replay took along and what it left out, as the answer's <c>x-session-replay</c>, the trace and the record say it.</summary>
/// <param name="Turns">Earlier turns.</param>
/// <param name="Items">Items of theirs that were sent.</param>
/// <param name="Ids">Ids taken off items: to another region they mean nothing.</param>
/// <param name="Reasoning">Reasoning left out: another account cannot read it.</param>
public sealed record ReplayReport(int Turns, int Items, int Ids, int Reasoning)
{
    /// <summary>What was left out, <c>ids:5,reasoning:1</c>; <c>none</c>.</summary>
    public string Stripped => (Ids, Reasoning) switch
    {
        (0, 0) => "none",
        (_, 0) => $"ids:{Ids}",
        (0, _) => $"reasoning:{Reasoning}",
        _ => $"ids:{Ids},reasoning:{Reasoning}",
    };

    /// <summary>The report with the number of the sending where that is not the first.</summary>
    public string Describe(int attempt) => attempt > 1 ? $"{this}; attempt={attempt}" : ToString();

    /// <summary>Says the same in the request's trace.</summary>
    public void Trace(int attempt) => Activity.Current?
        .SetTag("sessionaware.replay.turns", Turns)
        .SetTag("sessionaware.replay.items", Items)
        .SetTag("sessionaware.replay.stripped", Stripped)
        .SetTag("sessionaware.replay.attempt", attempt);

    /// <summary><c>turns=3; items=7; stripped=ids:5,reasoning:1</c>.</summary>
    public override string ToString() => $"turns={Turns}; items={Items}; stripped={Stripped}";
}
