using SessionAware.Gateway.Telemetry;

namespace SessionAware.Gateway.CircuitBreakers;

/// <summary>
/// APIM's circuit breaker of one backend: tripped by its rule, it lets nothing through until it resets, and then everything. Polly's breaker cannot stand
/// for it: it trips on ratios alone, of two requests or more, and probes half-open.
/// </summary>
public sealed partial class CircuitBreaker : IDisposable
{
    /// <summary>No Retry-After and no trip duration keeps a backend out for longer.</summary>
    public static readonly TimeSpan LongestTrip = TimeSpan.FromDays(30);

    private readonly Lock _lock = new();
    private readonly string _backend;
    private readonly TimeProvider _time;
    private readonly GatewayMetrics _metrics;
    private readonly ILogger _logger;
    private readonly ITimer _reset;

    private BreakerRule? _rule;
    private FailureWindow? _window;
    private volatile BreakerTrip? _trip;
    private long _trips;

    internal CircuitBreaker(string backend, TimeProvider time, GatewayMetrics metrics, ILogger logger)
    {
        (_backend, _time, _metrics, _logger) = (backend, time, metrics, logger);
        _reset = time.CreateTimer(static self => ((CircuitBreaker)self!).OnTripEnded(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The trip in force; null while requests may pass.</summary>
    public BreakerTrip? Trip => _trip is { } trip && trip.Remaining(_time) > TimeSpan.Zero ? trip : null;

    /// <summary>Puts a rule in force. Counts and a trip go on, unless there is no rule any more.</summary>
    public void Apply(BreakerRule? rule)
    {
        lock (_lock)
        {
            _rule = rule;
            if (rule is null)
            {
                _window = null;
                ResetNeedsLock();
            }
            else if (_window?.Interval != rule.Interval)
            {
                _window = new FailureWindow(rule.Interval, _time);
            }
        }
    }

    /// <summary>Counts what came of an attempt, and trips where the rule says so.</summary>
    public void Record(AttemptOutcome outcome)
    {
        lock (_lock)
        {
            if (_rule is null)
                return;
            var isFailure = _rule.IsFailure(outcome);
            if (Trip is { } trip)
            {
                // Sent before the trip. It counts no more, but when it says to come back later than that, it is believed.
                if (isFailure && _rule.AcceptRetryAfter && outcome.RetryAfter is not null)
                    ResetLaterNeedsLock(trip, outcome);
                return;
            }

            _window!.Add(isFailure);
            if (isFailure && _window.Count() is var (requests, failures) && _rule.Trips(failures, requests))
                TripNeedsLock(outcome);
        }
    }

    /// <summary>What <c>/admin/backends</c> tells; null where the backend has no rule.</summary>
    public BreakerSnapshot? Describe()
    {
        lock (_lock)
        {
            if (_rule is null)
                return null;
            var (requests, failures) = _window!.Count();
            return new(_rule, requests, failures, Trip, _trips);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _reset.Dispose();

    private void TripNeedsLock(AttemptOutcome cause)
    {
        var duration = DurationNeedsLock(cause);
        // Asked to be left alone for no time at all.
        if (duration <= TimeSpan.Zero)
            return;
        // The one before has ended, and its timer has not told it yet.
        ResetNeedsLock();
        _window!.Clear();
        _trips++;
        var now = _time.GetUtcNow();
        _trip = new(now, now + duration, cause, EndOf(duration));
        SetTimerNeedsLock(duration);
        _metrics.BreakerTripped(_backend, cause);
        LogTripped(_backend, _rule!.Name, cause.Reason ?? $"status {cause.Status}", duration, _trip.ResetsAt);
    }

    private void ResetLaterNeedsLock(BreakerTrip trip, AttemptOutcome late)
    {
        var duration = DurationNeedsLock(late);
        if (duration <= trip.Remaining(_time))
            return;
        _trip = trip with { ResetsAt = _time.GetUtcNow() + duration, Ends = EndOf(duration) };
        SetTimerNeedsLock(duration);
        LogProlonged(_backend, _trip.ResetsAt);
    }

    private TimeSpan DurationNeedsLock(AttemptOutcome outcome)
    {
        var duration = _rule!.AcceptRetryAfter && outcome.RetryAfter is { } asked ? asked : _rule.TripDuration;
        return duration < LongestTrip ? duration : LongestTrip;
    }

    private long EndOf(TimeSpan duration) => _time.GetTimestamp() + (long)(duration.TotalSeconds * _time.TimestampFrequency);

    private void SetTimerNeedsLock(TimeSpan duration) => _reset.Change(TimeSpan.FromMilliseconds(Math.Ceiling(duration.TotalMilliseconds)), Timeout.InfiniteTimeSpan);

    private void OnTripEnded()
    {
        lock (_lock)
        {
            // Timers count whole milliseconds and may fire a little early; and the trip may have been prolonged while this call waited for the lock.
            if (Trip is { } trip)
                SetTimerNeedsLock(trip.Remaining(_time));
            else
                ResetNeedsLock();
        }
    }

    private void ResetNeedsLock()
    {
        if (_trip is null)
            return;
        _trip = null;
        _reset.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _metrics.BreakerReset(_backend);
        LogReset(_backend);
    }

    [LoggerMessage(LogLevel.Warning, "Circuit breaker of backend {Backend} tripped by rule '{Rule}' on {Cause}: no requests for {Duration}, until {ResetsAt:O}.")]
    private partial void LogTripped(string backend, string rule, string cause, TimeSpan duration, DateTimeOffset resetsAt);

    [LoggerMessage(LogLevel.Information, "Circuit breaker of backend {Backend} stays tripped until {ResetsAt:O}: an answer to an earlier request asked for it.")]
    private partial void LogProlonged(string backend, DateTimeOffset resetsAt);

    [LoggerMessage(LogLevel.Information, "Circuit breaker of backend {Backend} reset: requests pass again.")]
    private partial void LogReset(string backend);
}
