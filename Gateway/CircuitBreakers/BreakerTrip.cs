namespace SessionAware.Gateway.CircuitBreakers;

/// <summary>A breaker's being tripped.</summary>
/// <param name="TrippedAt">Since when.</param>
/// <param name="ResetsAt">Until when the backend gets no requests.</param>
/// <param name="Cause">The outcome that tripped it.</param>
public sealed record BreakerTrip(DateTimeOffset TrippedAt, DateTimeOffset ResetsAt, AttemptOutcome Cause);
