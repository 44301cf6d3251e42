using System.Diagnostics.Metrics;
using SessionAware.Gateway.CircuitBreakers;

namespace SessionAware.Gateway.Telemetry;

/// <summary>What the gateway counts, for OpenTelemetry.</summary>
public sealed class GatewayMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "SessionAware.Gateway";

    private const string Backend = "sessionaware.backend.id";

    private readonly Counter<long> _attempts;
    private readonly UpDownCounter<long> _inFlight;
    private readonly Counter<long> _trips;
    private readonly Counter<long> _resets;
    private readonly Counter<long> _writes;

    /// <summary>Makes the instruments.</summary>
    public GatewayMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _attempts = meter.CreateCounter<long>("sessionaware.backend.attempts", "{attempt}", "Requests sent to a backend, retries included, by what came of them.");
        _inFlight = meter.CreateUpDownCounter<long>("sessionaware.backend.in_flight", "{request}", "Requests that a backend has not answered to the end.");
        _trips = meter.CreateCounter<long>("sessionaware.circuit_breaker.trips", "{trip}", "Times that a backend's circuit breaker tripped, by cause.");
        _resets = meter.CreateCounter<long>("sessionaware.circuit_breaker.resets", "{reset}", "Times that a backend's circuit breaker reset.");
        _writes = meter.CreateCounter<long>("sessionaware.store.writes", "{write}", "Writes to the session store: durable before the answer ended, queued, or lost.");
    }

    /// <summary>An attempt begins.</summary>
    public void AttemptBegan(string backend) => _inFlight.Add(1, new KeyValuePair<string, object?>(Backend, backend));

    /// <summary>An attempt has ended; no outcome where the client hung up.</summary>
    public void AttemptEnded(string backend, AttemptOutcome? outcome)
    {
        _inFlight.Add(-1, new KeyValuePair<string, object?>(Backend, backend));
        _attempts.Add(1, new(Backend, backend), new("http.response.status_code", outcome?.Status), new("error.type", outcome is null ? "client_gone" : outcome.Value.Reason));
    }

    internal void BreakerTripped(string backend, AttemptOutcome cause) => _trips.Add(1, new(Backend, backend), new("error.type", cause.Reason ?? $"{cause.Status}"));

    internal void BreakerReset(string backend) => _resets.Add(1, new KeyValuePair<string, object?>(Backend, backend));

    internal void StoreWrote() => _writes.Add(1, new KeyValuePair<string, object?>("sessionaware.store.outcome", "durable"));

    internal void StoreQueued() => _writes.Add(1, new KeyValuePair<string, object?>("sessionaware.store.outcome", "queued"));

    internal void StoreLost() => _writes.Add(1, new KeyValuePair<string, object?>("sessionaware.store.outcome", "lost"));
}
