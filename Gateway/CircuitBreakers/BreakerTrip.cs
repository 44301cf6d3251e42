namespace SessionAware.Gateway.CircuitBreakers;

/// <summary>A breaker's being tripped.</summary>
/// <param name="TrippedAt">Since when.</param>
/// <param name="ResetsAt">Until when the backend gets no requests, for people.</param>
/// <param name="Cause">The outcome that tripped it.</param>
/// <param name="Ends">The same as a timestamp, for the gateway: a clock may be set.</param>
public sealed record BreakerTrip(DateTimeOffset TrippedAt, DateTimeOffset ResetsAt, AttemptOutcome Cause, long Ends)
{
    /// <summary>How long it still lasts; zero or less once it has ended.</summary>
    public TimeSpan Remaining(TimeProvider time) => time.GetElapsedTime(time.GetTimestamp(), Ends);
}
