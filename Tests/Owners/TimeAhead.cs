namespace SessionAware.Tests.Owners;

/// <summary>The time of a gateway whose clock is ahead, so that no id that a region makes is young there: it waits for young ones.</summary>
public sealed class TimeAhead(TimeSpan ahead) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + ahead;
}
