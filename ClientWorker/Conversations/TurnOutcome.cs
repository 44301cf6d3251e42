namespace SessionAware.ClientWorker.Conversations;

/// <summary>What came of one turn.</summary>
/// <param name="Region">The region that answered, from <c>x-backend-region</c>; <c>unknown</c> where no answer said so.</param>
/// <param name="Status">The HTTP status; 0 where there was no answer.</param>
/// <param name="Code">The error's code; null for a good answer.</param>
/// <param name="Elapsed">Until the answer was whole.</param>
/// <param name="FirstEvent">Until the first event of a streamed answer.</param>
public sealed record TurnOutcome(string Region, int Status, string? Code, TimeSpan Elapsed, TimeSpan? FirstEvent = null)
{
    /// <summary>The region where no answer named one.</summary>
    public const string UnknownRegion = "unknown";

    /// <summary>The code of what API Management refuses itself: its errors have none.</summary>
    public const string RefusedByApiManagement = "refused_by_api_management";

    /// <summary>The <c>x-session-affinity</c> of an answer for which the recorded conversation was sent along.</summary>
    public const string Replayed = "replayed";

    /// <summary>The answer's <c>x-backend-id</c>.</summary>
    public string? Backend { get; init; }

    /// <summary>The answer's <c>x-session-affinity</c>.</summary>
    public string? Affinity { get; init; }

    /// <summary>The answer's <c>x-session-replay</c>: what a replay took along.</summary>
    public string? Replay { get; init; }

    /// <summary>The statuses of attempts that the client retried by itself.</summary>
    public IReadOnlyList<int> Retried { get; init; } = [];

    /// <summary>Whether the model answered.</summary>
    public bool Answered => Code is null;

    /// <summary>Whether the gateway says that it sent the recorded conversation along.</summary>
    public bool IsReplayed => Affinity == Replayed;
}
