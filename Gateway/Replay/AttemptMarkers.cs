using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.Replay;

/// <summary>
/// Remembers, for every replica, requests that were sent and whose outcome is not known: the same request from the same owner is not silently executed again.
/// What the store does not take now it is told later, as it is of turns.
/// </summary>
internal sealed class AttemptMarkers(TimedStore store, SessionRecorder recorder, TimeProvider time)
{
    // Clients retry for minutes. Later the same words are a new request.
    private static readonly TimeSpan s_keptFor = TimeSpan.FromHours(1);

    // More than a store that is out for an hour would make; the oldest are told by the store all the same.
    private const int MostHere = 10_000;

    private readonly ConcurrentDictionary<SessionId, (string Backend, DateTimeOffset Until)> _uncertain = new();

    // Markers that are on their way back out of the store.
    private readonly ConcurrentDictionary<SessionId, Task> _takenBack = new();

    /// <summary>The backend to which the same request was sent before; null unless nobody knows what came of it.</summary>
    /// <exception cref="SessionStoreException">The store could not be asked.</exception>
    public async ValueTask<string?> FindAsync(SessionRequest request, CancellationToken cancellationToken)
    {
        if (FindHere(request) is { } lostAt)
            return lostAt;
        var id = IdOf(request);
        // What it is about to forget it must not tell.
        if (_takenBack.TryGetValue(id, out var takenBack))
            await store.WithinAsync(takenBack, cancellationToken);
        return (await store.FindAsync(id, request.Owner, cancellationToken))?.Backend;
    }

    /// <summary>The same, as far as this replica has answered so: that costs nothing while it has not.</summary>
    public string? FindHere(SessionRequest request) =>
        !_uncertain.IsEmpty && _uncertain.TryGetValue(IdOf(request), out var known) && known.Until > time.GetUtcNow() ? known.Backend : null;

    /// <summary>Commits a marker: when this ends, every replica sees it.</summary>
    /// <param name="request">What is about to be sent.</param>
    /// <param name="backend">Where it was to go.</param>
    /// <param name="wasSent">Whether it has been sent already, by this request or one before. Else a marker that comes too late is taken back: it would tell of a sending that never was.</param>
    /// <param name="cancellationToken">Ends when the caller hangs up.</param>
    /// <exception cref="SessionStoreException">The store did not take it, or not in time.</exception>
    public async Task CommitAsync(SessionRequest request, string backend, bool wasSent, CancellationToken cancellationToken)
    {
        var (inTime, atLast) = store.Write(MarkerOf(request, backend), cancellationToken);
        try
        {
            await inTime;
        }
        catch when (!wasSent)
        {
            _ = TakeBackAsync(IdOf(request), request.Owner, atLast);
            throw;
        }
    }

    /// <summary>The caller is told that nobody knows, and so will be who sends the same words: by this replica from now on, by others when the store has it.</summary>
    public Task StayAsync(SessionRequest request, string backend)
    {
        if (_uncertain.Count >= MostHere)
        {
            foreach (var (id, _) in _uncertain.OrderBy(known => known.Value.Until).Take(MostHere / 10))
                _uncertain.TryRemove(id, out _);
        }

        _uncertain[IdOf(request)] = (backend, time.GetUtcNow() + s_keptFor);
        return recorder.WriteAsync(MarkerOf(request, backend));
    }

    /// <summary>The outcome is known: the same words are a new request from now on.</summary>
    public Task SettleAsync(SessionRequest request)
    {
        _uncertain.TryRemove(IdOf(request), out _);
        return ForgetAsync(IdOf(request), request.Owner);
    }

    private async Task TakeBackAsync(SessionId id, string owner, Task atLast)
    {
        async Task ForgetAfterAsync(Task ended)
        {
            // Also what has failed may be there.
            await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await ForgetAsync(id, owner);
        }

        var takenBack = _takenBack.AddOrUpdate(id, _ => ForgetAfterAsync(atLast), (_, before) => ForgetAfterAsync(Task.WhenAll(before, atLast)));
        await takenBack;
        _takenBack.TryRemove(KeyValuePair.Create(id, takenBack));
    }

    private Task ForgetAsync(SessionId id, string owner) => recorder.WriteAsync(new([], Forgotten: [id], ForgottenBy: owner));

    private SessionWrite MarkerOf(SessionRequest request, string backend) =>
        new([new Pin(IdOf(request), request.Owner, backend, request.Session ?? "", time.GetUtcNow() + s_keptFor)]) { Since = request.Since };

    /// <summary>The owner, what is asked for, and every byte of it.</summary>
    private static SessionId IdOf(SessionRequest request)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Owner}\0{request.Pool.Name}\0{request.Path.Operation}\0{request.Path.Id}\0"));
        hash.AppendData(request.Body ?? []);
        return new(SessionKeyKind.Attempt, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
