namespace SessionAware.Gateway.CircuitBreakers;

/// <summary>A breaker at one moment.</summary>
/// <param name="Rule">The rule in force.</param>
/// <param name="Requests">Outcomes within the rule's interval.</param>
/// <param name="Failures">Those of them that were failures.</param>
/// <param name="Trip">The trip in force; null while requests may pass.</param>
/// <param name="Trips">How often it has tripped.</param>
public sealed record BreakerSnapshot(BreakerRule Rule, int Requests, int Failures, BreakerTrip? Trip, long Trips);
