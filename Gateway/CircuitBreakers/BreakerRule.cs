using SessionAware.Gateway.Pools;

namespace SessionAware.Gateway.CircuitBreakers;

/// <summary>APIM's rule for tripping a backend. Source: <c>CircuitBreakerRule</c> of Microsoft.ApiManagement/service/backends, 2025-09-01-preview.</summary>
/// <param name="Name">The rule's name.</param>
/// <param name="Count">Failures within the interval that trip; null: no such limit.</param>
/// <param name="Percentage">Share of failures within the interval that trips, 1 to 100; null: no such limit.</param>
/// <param name="Interval">How long an outcome counts.</param>
/// <param name="Statuses">Answers that are failures.</param>
/// <param name="ErrorReasons">Reasons of <see cref="AttemptOutcome"/> that are failures, whatever the status.</param>
/// <param name="TripDuration">How long the backend gets no requests.</param>
/// <param name="AcceptRetryAfter">Whether the failing answer's <c>Retry-After</c> takes the place of the trip duration.</param>
/// <param name="FailureStatus">The status of answers to sessions of the tripped backend; null: 429 where throttling tripped it, else 503.</param>
public sealed record BreakerRule(
    string Name,
    int? Count,
    int? Percentage,
    TimeSpan Interval,
    IReadOnlyList<StatusCodeRange> Statuses,
    IReadOnlyList<string> ErrorReasons,
    TimeSpan TripDuration,
    bool AcceptRetryAfter,
    int? FailureStatus)
{
    /// <summary>Whether <paramref name="outcome"/> counts as a failure.</summary>
    public bool IsFailure(AttemptOutcome outcome) =>
        Statuses.Any(range => range.Contains(outcome.Status)) || ErrorReasons.Any(outcome.HasReason);

    /// <summary>Whether so many failures of so many requests within the interval trip.</summary>
    public bool Trips(int failures, int requests) =>
        failures >= Count || (Percentage is { } share && failures * 100L >= (long)share * requests);
}
