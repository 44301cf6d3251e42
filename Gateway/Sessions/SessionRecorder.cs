using Microsoft.Extensions.Options;
using SessionAware.Gateway.SessionKeys;
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

    private readonly WriteBacklog _backlog = new(options.Value);
    private readonly CancellationTokenSource _stopping = new();
    private Task _retrying = Task.CompletedTask;
    private int _refusing;
    private long _lost;

    /// <summary>Writes that wait for the store while their answers have left.</summary>
    public int Waiting => _backlog.Waiting;

    /// <summary>Writes that found no room to wait, or that the store would not take though it took others.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Makes <paramref name="pin"/> known in this process, unless it has been forgotten since <paramref name="since"/>.</summary>
    public void Publish(Pin pin, long since) => cache.Keep(pin, since);

    /// <summary>Whether <paramref name="responseId"/> has been forgotten since <paramref name="since"/>.</summary>
    public bool HasForgotten(string responseId, string owner, string session, long since) => cache.Forgotten.Has(SessionId.Response(responseId), owner, session, since);

    /// <summary>Writes. Ends when it is durable, or when it waits in memory for a store that is slow or down. Never throws.</summary>
    public async Task WriteAsync(SessionWrite write)
    {
        cache.Forget(write);
        if (cache.Forgotten.Without(write) is not { } left || !Enter(left))
            return;

        Task? pending = null;
        try
        {
            pending = StoreAsync(left);
            await pending.WaitAsync(options.Value.StoreTimeout, time);
        }
        catch (TimeoutException) when (pending is not null)
        {
            _ = FinishAsync(left, pending);
            return;
        }
        catch (Exception failure)
        {
            Refuse(left, failure);
            return;
        }

        _backlog.Leave(left);
        metrics.StoreWrote();
        if (left.Since < cache.Forgotten.Now)
            await TakeBackAsync(left);
    }

    /// <summary>Has a hint point elsewhere: where it pointed is forgotten, also by what is under way there.</summary>
    public async Task MoveAsync(Pin hint)
    {
        await WriteAsync(new([], Forgotten: [hint.Id], ForgottenBy: hint.Owner));
        await WriteAsync(new([hint]) { Since = cache.Forgotten.Now });
    }

    /// <summary>Erases a session or all that an owner has, and keeps what is under way from making it anew, here and at every replica that hears of it.</summary>
    /// <returns>How many ids are forgotten.</returns>
    public async Task<long> EraseAsync(Erasure erasure, CancellationToken cancellationToken)
    {
        cache.Forget(erasure);
        await store.AnnounceAsync(erasure, cancellationToken);
        // From then on no replica records any more of it.
        await Task.Delay(ErasureWatch.HeardWithin, time, cancellationToken);
        var erased = erasure.Session is { } session ? await store.EraseSessionAsync(session, cancellationToken) : await store.EraseOwnerAsync(erasure.Owner!, cancellationToken);
        // What was looked up meanwhile.
        cache.Forget(erasure);
        return erased;
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

    private bool Enter(SessionWrite write)
    {
        var place = _backlog.Enter(write);
        Tell(place);
        return place == WriteBacklog.Place.Store;
    }

    private void Refuse(SessionWrite write, Exception failure)
    {
        if (Interlocked.Exchange(ref _refusing, 1) == 0)
            LogRefused(Cause(failure).GetType().Name, Cause(failure).Message);
        Tell(_backlog.Refuse(write));
    }

    private void Tell(WriteBacklog.Place place)
    {
        if (place is WriteBacklog.Place.Queue or WriteBacklog.Place.NewQueue)
            metrics.StoreQueued();
        if (place == WriteBacklog.Place.NewQueue)
            _retrying = RetryAsync();
        if (place == WriteBacklog.Place.Nowhere && CountLost() == 1)
            LogLost();
    }

    private long CountLost()
    {
        metrics.StoreLost();
        return Interlocked.Increment(ref _lost);
    }

    private async Task FinishAsync(SessionWrite write, Task pending)
    {
        _backlog.CountSlow(1);
        metrics.StoreQueued();
        var failure = await FailureOfAsync(() => pending);
        // It is settled when what must not be there is not.
        if (failure is null)
            await TakeBackAsync(write);
        if (failure is null)
            _backlog.Leave(write);
        else
            Refuse(write, failure);
        // Last: what goes on waiting is at no moment not counted.
        _backlog.CountSlow(-1);
    }

    /// <summary>What was forgotten while the store was writing it is forgotten there, too.</summary>
    private Task TakeBackAsync(SessionWrite write)
    {
        if (ReferenceEquals(cache.Forgotten.Without(write), write))
            return Task.CompletedTask;
        List<SessionId> ids = [.. write.Pins.Where(pin => cache.Forgotten.Has(pin, write.Since)).Select(pin => pin.Id)];
        if (write.Turn is { } turn && HasForgotten(turn.ResponseId, turn.Owner, turn.Session, write.Since))
            ids.Add(SessionId.Response(turn.ResponseId));
        return WriteAsync(new([], Forgotten: ids, ForgottenBy: write.Turn?.Owner ?? write.Pins[0].Owner));
    }

    private async Task RetryAsync()
    {
        await Task.Yield();
        var wait = s_firstRetry;
        for (var attempt = 0; ; attempt++)
        {
            // The last attempt, when the process stops, waits for nothing.
            await Task.Delay(wait, time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (await WriteRefusedAsync(attempt) || _stopping.IsCancellationRequested)
                return;
            wait = wait * 2 < s_longestRetry ? wait * 2 : s_longestRetry;
        }
    }

    /// <summary>
    /// Writes what was refused, in order. Where the first is refused again, another tells whether it is the store's fault or its own; another one each time, for
    /// that may be no better.
    /// </summary>
    /// <returns>False where the store still refuses.</returns>
    private async Task<bool> WriteRefusedAsync(int attempt)
    {
        for (var written = 0; ;)
        {
            written++;
            var first = _backlog.First();
            if (await FailureOfAsync(() => WriteRefusedAsync(first.Value)) is not null)
            {
                if (_backlog.Other(attempt) is not { } other || await FailureOfAsync(() => WriteRefusedAsync(other.Value)) is not null)
                    return false;
                _backlog.Remove(other);
                written++;
                if (await FailureOfAsync(() => WriteRefusedAsync(first.Value)) is { } hopeless)
                {
                    written--;
                    CountLost();
                    LogGivenUp(Cause(hopeless).GetType().Name, Cause(hopeless).Message);
                }
            }

            if (!_backlog.Remove(first))
                continue;
            Interlocked.Exchange(ref _refusing, 0);
            LogRecovered(written);
            return true;
        }
    }

    private async Task WriteRefusedAsync(SessionWrite write)
    {
        // It may have become somebody's wish meanwhile that it is not there.
        if (cache.Forgotten.Without(write) is { } left)
            await StoreAsync(left);
    }

    private async Task StoreAsync(SessionWrite write)
    {
        await store.WriteAsync(write);
        cache.Forgotten.Written(write);
    }

    private static async Task<Exception?> FailureOfAsync(Func<Task> write)
    {
        try
        {
            await write();
            return null;
        }
        catch (Exception failure)
        {
            return failure;
        }
    }

    private static Exception Cause(Exception failure) => failure is SessionStoreException { InnerException: { } inner } ? inner : failure;

    [LoggerMessage(LogLevel.Error, "The session store refuses writes ({Exception}: {Reason}). Turns wait in memory until it takes them.")]
    private partial void LogRefused(string? exception, string? reason);

    [LoggerMessage(LogLevel.Error, "The session store refuses one write while it takes others ({Exception}: {Reason}): it is given up, and counted (sessionaware.store.writes, lost).")]
    private partial void LogGivenUp(string? exception, string? reason);

    [LoggerMessage(LogLevel.Warning, "The session store takes writes again; {Written} that waited are durable.")]
    private partial void LogRecovered(int written);

    [LoggerMessage(LogLevel.Error, "No room is left for turns that wait for the session store: from now on they are lost, and counted (sessionaware.store.writes, lost).")]
    private partial void LogLost();

    [LoggerMessage(LogLevel.Error, "{Abandoned} writes still waited for the session store when the gateway stopped: they are lost.")]
    private partial void LogAbandoned(int abandoned);
}
