namespace SessionAware.Gateway.Pools;

/// <summary>Affinity by the ids in requests: those of the Responses API, and the pool's own.</summary>
/// <param name="RejectUnknown">Whether an id that is not on record is refused, rather than forwarded to any backend; null: where the gateway knows its callers.</param>
/// <param name="RecordContent">Whether what was said is recorded, or only where.</param>
/// <param name="Paths">Path templates whose parameter names state.</param>
/// <param name="Fields">Fields at the top of JSON bodies that name state.</param>
/// <param name="Headers">Headers that keep requests together: hints.</param>
public sealed record IdAffinity(
    bool? RejectUnknown, bool RecordContent, IReadOnlyList<PathKey> Paths, IReadOnlyList<string> Fields, IReadOnlyList<string> Headers)
{
    /// <summary>What becomes of sessions whose backend cannot serve.</summary>
    public ReplayRules Replay { get; init; } = new();
}
