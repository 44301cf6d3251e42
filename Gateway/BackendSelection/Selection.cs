using SessionAware.Gateway.CircuitBreakers;
using SessionAware.Gateway.Errors;
using SessionAware.Gateway.Pools;

namespace SessionAware.Gateway.BackendSelection;

/// <summary>Where a request goes, or why it goes nowhere.</summary>
/// <param name="Backend">The backend; null where the pool has none that can serve.</param>
/// <param name="Affinity">What became of the session.</param>
/// <param name="Refusal">The answer where nobody serves the request; null where <paramref name="Backend"/> does.</param>
/// <param name="Trip">The trip for which the session's backend refuses; it may be over by the time that anybody asks the backend.</param>
public readonly record struct Selection(BackendModel? Backend, AffinityOutcome Affinity, GatewayError? Refusal = null, BreakerTrip? Trip = null)
{
    /// <summary>Whether the backend could serve, and it is the gateway that has no credential for it.</summary>
    public bool IsUnsigned { get; init; }
}
