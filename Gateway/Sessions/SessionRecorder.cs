using Microsoft.Extensions.Options;
using SessionAware.Gateway.Telemetry;

namespace SessionAware.Gateway.Sessions;

/// <summary>
/// Makes sessions known: in this process at once, to others as soon as the store has them. An answer waits for the store, but not for long: what a slow or
/// failing store has not taken by then waits in memory, in order and bounded, until it does.
/// </summary>
public sealed partial class SessionRecorder(
    ISessionStore store, PinCache cache, IOptions<SessionsOptions> options, TimeProvider time, GatewayMetrics metrics, ILogger<SessionRecorder> logger) : IHostedService, IDisposable
{
    private static readonly TimeSpan s_firstRetry = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_longestRetry = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopping = new();

    // What the store refused, in order; the first is being tried again.
    private readonly Queue<SessionWrite> _refused = new();
    private Task _retrying = Task.CompletedTask;

    // What the store has taken and not finished in time.
    private int _slow;
    private long _waitingBytes;
    private long _lost;

    /// <summary>Writes that wait for the store while their answers have left.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
                return _refused.Count + _slow;
        }
    }

    /// <summary>Writes that found no room to wait.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Makes <paramref name="pin"/> known in this process.</summary>
    public void Publish(Pin pin) => cache.Keep(pin);

    /// <summary>Writes. Ends when it is durable, or when it waits in memory for a store that is slow or down. Never throws.</summary>
    public async Task WriteAsync(SessionWrite write)
    {
        foreach (var id in write.Forgotten ?? [])
            cache.Forget(id, write.ForgottenBy);
        lock (_lock)
        {
            // Behind what waits already: nothing must be forgotten before it is written.
            if (_refused.Count > 0)
            {
                RefuseNeedsLock(write);
                return;
            }
        }

        var pending = store.WriteAsync(write);
        try
        {
            await pending.WaitAsync(options.Value.StoreTimeout, time);
            metrics.StoreWrote();
        }
        catch (TimeoutException)
        {
            if (TakeRoom(write))
                _ = FinishAsync(write, pending);
        }
        catch (SessionStoreException failure)
        {
            Refuse(write, failure);
        }
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _retrying.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (Waiting is > 0 and var abandoned)
            LogAbandoned(abandoned);
    }

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();

    private async Task FinishAsync(SessionWrite write, Task pending)
    {
        SessionStoreException? failure = null;
        try
        {
            await pending;
        }
        catch (SessionStoreException refused)
        {
            failure = refused;
        }

        lock (_lock)
        {
            _slow--;
            _waitingBytes -= write.ContentBytes;
        }

        if (failure is not null)
            Refuse(write, failure);
    }

    private void Refuse(SessionWrite write, SessionStoreException failure)
    {
        lock (_lock)
        {
            if (_refused.Count == 0)
                LogRefused(failure.InnerException?.GetType().Name, failure.InnerException?.Message);
            RefuseNeedsLock(write);
        }
    }

    private void RefuseNeedsLock(SessionWrite write)
    {
        if (!HasRoomNeedsLock(write))
            return;
        _waitingBytes += write.ContentBytes;
        _refused.Enqueue(write);
        metrics.StoreQueued();
        if (_refused.Count == 1)
            _retrying = RetryAsync();
    }

    private bool TakeRoom(SessionWrite write)
    {
        lock (_lock)
        {
            if (!HasRoomNeedsLock(write))
                return false;
            _slow++;
            _waitingBytes += write.ContentBytes;
            metrics.StoreQueued();
            return true;
        }
    }

    private bool HasRoomNeedsLock(SessionWrite write)
    {
        if (_refused.Count + _slow < options.Value.QueuedTurns && _waitingBytes + write.ContentBytes <= options.Value.QueuedBytes)
            return true;
        if (Interlocked.Increment(ref _lost) == 1)
            LogLost();
        metrics.StoreLost();
        return false;
    }

    private async Task RetryAsync()
    {
        await Task.Yield();
        var wait = s_firstRetry;
        while (true)
        {
            // The last attempt, when the process stops, waits for nothing.
            await Task.Delay(wait, time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (await WriteRefusedAsync() || _stopping.IsCancellationRequested)
                return;
            wait = wait * 2 < s_longestRetry ? wait * 2 : s_longestRetry;
        }
    }

    /// <summary>False where the store still refuses.</summary>
    private async Task<bool> WriteRefusedAsync()
    {
        for (var written = 0; ; written++)
        {
            SessionWrite next;
            lock (_lock)
                next = _refused.Peek();
            try
            {
                await store.WriteAsync(next);
            }
            catch (SessionStoreException)
            {
                return false;
            }

            lock (_lock)
            {
                _refused.Dequeue();
                _waitingBytes -= next.ContentBytes;
                if (_refused.Count > 0)
                    continue;
            }

            LogRecovered(written + 1);
            return true;
        }
    }

    [LoggerMessage(LogLevel.Error, "The session store refuses writes ({Exception}: {Reason}). Turns wait in memory until it takes them.")]
    private partial void LogRefused(string? exception, string? reason);

    [LoggerMessage(LogLevel.Warning, "The session store takes writes again; {Written} that waited are durable.")]
    private partial void LogRecovered(int written);

    [LoggerMessage(LogLevel.Error, "No room is left for turns that wait for the session store: from now on they are lost, and counted (sessionaware.store.lost).")]
    private partial void LogLost();

    [LoggerMessage(LogLevel.Error, "{Abandoned} writes still waited for the session store when the gateway stopped: they are lost.")]
    private partial void LogAbandoned(int abandoned);
}
