using SessionAware.Gateway.CircuitBreakers;

namespace SessionAware.Gateway.Pools;

/// <summary>Makes a <see cref="BreakerRule"/> of a backend's <c>circuitBreaker</c>.</summary>
internal static class BreakerRuleReader
{
    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_longestInterval = TimeSpan.FromDays(365);

    /// <summary>The rule, or null where there is none; what contradicts itself goes to <paramref name="faults"/>, what cannot match to <paramref name="notes"/>.</summary>
    public static BreakerRule? Read(CircuitBreakerResource? breaker, string place, List<string> faults, List<string> notes)
    {
        if (breaker?.Rules is not [var rule])
            return null;
        place += ".circuitBreaker.rules[0]";
        var condition = rule.FailureCondition;
        IReadOnlyList<string> reasons = condition.ErrorReasons ?? [];

        if (condition is { Count: null, Percentage: null })
            faults.Add($"{place}.failureCondition: needs a count or a percentage");
        if (condition.StatusCodeRanges is not { Count: > 0 } && reasons.Count == 0)
            faults.Add($"{place}.failureCondition: needs statusCodeRanges or errorReasons, or nothing is a failure");
        StatusChecks.CheckRanges(condition.StatusCodeRanges, $"{place}.failureCondition", faults);
        notes.AddRange(reasons.Except(AttemptOutcome.KnownReasons, StringComparer.OrdinalIgnoreCase).Select(reason =>
            $"{place}.failureCondition.errorReasons: '{reason}' never happens here; known are {string.Join(", ", AttemptOutcome.KnownReasons)}"));

        return new(
            rule.Name ?? "circuitBreaker",
            condition.Count,
            condition.Percentage,
            IsoDuration.Read(condition.Interval, $"{place}.failureCondition.interval", s_shortest, s_longestInterval, faults),
            condition.StatusCodeRanges ?? [],
            reasons,
            IsoDuration.Read(rule.TripDuration, $"{place}.tripDuration", s_shortest, CircuitBreaker.LongestTrip, faults),
            rule.AcceptRetryAfter,
            StatusChecks.CheckFailureResponse(rule.FailureResponse, place, faults));
    }
}
