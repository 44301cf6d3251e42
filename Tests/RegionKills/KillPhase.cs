namespace SessionAware.Tests.RegionKills;

/// <summary>Where a region is when it is killed.</summary>
/// <param name="Name">What the report calls it.</param>
/// <param name="HangsAfter">After how many events its answers hang; null: nobody asks it anything.</param>
internal sealed record KillPhase(string Name, int? HangsAfter)
{
    public static KillPhase Idle { get; } = new("idle", null);

    /// <summary>The journal has the request, and no answer has begun.</summary>
    public static KillPhase RequestRead { get; } = new("request read", 0);

    /// <summary>Of a stream its first event has come.</summary>
    public static KillPhase Created { get; } = new("created", 1);

    /// <summary>Of a stream some deltas, or a whole item, have come.</summary>
    public static KillPhase MidStream { get; } = new("mid-stream", 6);

    public static IReadOnlyList<KillPhase> All { get; } = [Idle, RequestRead, Created, MidStream];

    /// <summary>Whether a caller who streams has seen a part of the answer.</summary>
    public bool CutsStreams => HangsAfter > 0;
}
