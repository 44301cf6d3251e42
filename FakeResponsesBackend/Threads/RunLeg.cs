using SessionAware.FakeResponsesBackend.Faults;
using SessionAware.FakeResponsesBackend.Responses;

namespace SessionAware.FakeResponsesBackend.Threads;

/// <summary>One call of the model within a run: what it will make and what that costs.</summary>
internal sealed record RunLeg
{
    /// <summary>The calls; none where it answers.</summary>
    public required IReadOnlyList<OutputPlan> Calls { get; init; }

    /// <summary>The answer; null where it calls, or where a limit left nothing of it.</summary>
    public required OutputPlan? Message { get; init; }

    /// <summary>The limit that cut the output.</summary>
    public required string? Limit { get; init; }

    /// <summary>What the call of the model costs.</summary>
    public required RunUsage Usage { get; init; }

    /// <summary>How long the model waits before it begins.</summary>
    public required TimeSpan Delay { get; init; }

    /// <summary>What was ordered to go wrong.</summary>
    public required RequestFaults Faults { get; init; }

    /// <summary>When each token is due.</summary>
    public required TurnClock Clock { get; init; }
}
