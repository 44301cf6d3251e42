using SessionAware.ClientWorker.Conversations;
using SessionAware.ClientWorker.Faults;

namespace SessionAware.ClientWorker.Labs;

/// <summary>Some conversations of one kind against one API.</summary>
/// <param name="Api">The API's path.</param>
/// <param name="Label">What the table calls it.</param>
/// <param name="Streaming">Which conversations are streamed.</param>
/// <param name="Cookies">Who shares cookies.</param>
/// <param name="Scripts">One a conversation.</param>
public sealed record PlannedRun(string Api, string Label, Streaming Streaming, CookieJar Cookies, IReadOnlyList<ConversationScript> Scripts)
{
    /// <summary>How many of its conversations are held at the same time, whatever <see cref="LabOptions.Concurrency"/> says; null: as that says.</summary>
    public int? Concurrency { get; init; }

    /// <summary>Whether the npm client holds them, one after the other; else the .NET client does.</summary>
    public bool ByNode { get; init; }

    /// <summary>The turn after which the gateway is restarted, once for all its conversations; null: it is not.</summary>
    public int? RestartAfter { get; init; }

    /// <summary>What goes wrong in its middle; null: nothing.</summary>
    public FaultPlan? Faults { get; init; }

    /// <summary>Whether the client retries as it comes; else not at all.</summary>
    public bool RetriesByDefault { get; init; }

    /// <summary>How many turns each conversation has.</summary>
    public int Turns => Scripts[0].Prompts.Count;

    /// <summary>Whether any of its conversations is streamed.</summary>
    public bool IsStreamed => Streaming != Streaming.None;

    /// <summary>Whether the conversation of this number is streamed.</summary>
    public bool Streams(int number) => Streaming == Streaming.All || (Streaming == Streaming.Half && number >= (Scripts.Count + 1) / 2);
}
