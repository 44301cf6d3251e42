using SessionAware.Gateway.Telemetry;

namespace SessionAware.Gateway.CircuitBreakers;

/// <summary>What is going on with one backend, for as long as <c>pools.json</c> names it.</summary>
public sealed class BackendState
{
    private readonly GatewayMetrics _metrics;

    private int _inFlight;
    private long _requests;
    private volatile bool _isDrained;

    internal BackendState(string name, CircuitBreaker breaker, GatewayMetrics metrics) => (Name, Breaker, _metrics) = (name, breaker, metrics);

    /// <summary>The name in <c>pools.json</c>.</summary>
    public string Name { get; }

    /// <summary>Its circuit breaker; without a rule it never trips.</summary>
    public CircuitBreaker Breaker { get; }

    /// <summary>Whether it takes no new sessions and no requests without one. Sessions that are pinned to it go on.</summary>
    public bool IsDrained
    {
        get => _isDrained;
        set => _isDrained = value;
    }

    /// <summary>Requests that it has not answered to the end.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Requests that were sent to it, retries included.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Whether it may be selected.</summary>
    public bool IsEligible => !IsDrained && Breaker.Trip is null;

    /// <summary>Counts an attempt that begins.</summary>
    public void Begin()
    {
        Interlocked.Increment(ref _inFlight);
        Interlocked.Increment(ref _requests);
        _metrics.AttemptBegan(Name);
    }

    /// <summary>Counts an attempt that has ended; no outcome where the client hung up, which is nobody's failure.</summary>
    public void End(AttemptOutcome? outcome)
    {
        Interlocked.Decrement(ref _inFlight);
        _metrics.AttemptEnded(Name, outcome);
    }
}
