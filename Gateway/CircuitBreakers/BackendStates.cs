using System.Collections.Concurrent;
using SessionAware.Gateway.Telemetry;

namespace SessionAware.Gateway.CircuitBreakers;

/// <summary>The states of all backends, by name.</summary>
public sealed class BackendStates(TimeProvider time, GatewayMetrics metrics, ILogger<CircuitBreaker> logger) : IDisposable
{
    private readonly ConcurrentDictionary<string, BackendState> _states = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The state of the backend of this name: the one that it has had, or a new one.</summary>
    public BackendState Of(string backend) =>
        _states.GetOrAdd(backend, name => new BackendState(name, new CircuitBreaker(name, time, metrics, logger), metrics));

    /// <summary>Forgets all others than these.</summary>
    public void Keep(IEnumerable<string> backends)
    {
        foreach (var name in _states.Keys.Except(backends, StringComparer.OrdinalIgnoreCase))
        {
            if (_states.TryRemove(name, out var gone))
                gone.Breaker.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Keep([]);
}
