using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.Replay;

/// <summary>
/// Remembers, for every replica, requests that were sent and whose outcome is not known: the same request from the same owner is not silently executed again.
/// </summary>
internal sealed partial class AttemptMarkers(TimedStore store, TimeProvider time, ILogger<AttemptMarkers> logger)
{
    // Clients retry for minutes. Later the same words are a new request.
    private static readonly TimeSpan s_keptFor = TimeSpan.FromHours(1);

    // More than a store that is out for an hour would make; the oldest are told by the store all the same.
    private const int MostHere = 10_000;

    private readonly ConcurrentDictionary<SessionId, (string Backend, DateTimeOffset Until)> _uncertain = new();

    /// <summary>The backend to which the same request was sent before; null unless nobody knows what came of it.</summary>
    /// <exception cref="SessionStoreException">The store could not be asked.</exception>
    public async ValueTask<string?> FindAsync(SessionRequest request, CancellationToken cancellationToken) =>
        FindHere(request) ?? (await store.FindAsync(IdOf(request), request.Owner, cancellationToken))?.Backend;

    /// <summary>The same, as far as this replica has answered so: that costs nothing while it has not.</summary>
    public string? FindHere(SessionRequest request) =>
        !_uncertain.IsEmpty && _uncertain.TryGetValue(IdOf(request), out var known) && known.Until > time.GetUtcNow() ? known.Backend : null;

    /// <summary>Commits a marker: when this ends, every replica sees it.</summary>
    /// <exception cref="SessionStoreException">The store did not take it.</exception>
    public Task CommitAsync(SessionRequest request, string backend, CancellationToken cancellationToken) =>
        store.WriteAsync(new([new Pin(IdOf(request), request.Owner, backend, request.Session ?? "", time.GetUtcNow() + s_keptFor)]), cancellationToken);

    /// <summary>The caller is told that nobody knows, and so will be who sends the same words: by this replica even where the store does not take it.</summary>
    public async Task StayAsync(SessionRequest request, string backend, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_uncertain.Count >= MostHere)
        {
            foreach (var (id, _) in _uncertain.OrderBy(known => known.Value.Until).Take(MostHere / 10))
                _uncertain.TryRemove(id, out _);
        }

        _uncertain[IdOf(request)] = (backend, now + s_keptFor);
        try
        {
            await CommitAsync(request, backend, cancellationToken);
        }
        catch (SessionStoreException failure)
        {
            LogNotTold(failure.InnerException?.GetType().Name, failure.InnerException?.Message);
        }
    }

    /// <summary>The outcome is known: the same words are a new request from now on.</summary>
    public async ValueTask SettleAsync(SessionRequest request)
    {
        _uncertain.TryRemove(IdOf(request), out _);
        try
        {
            await store.WriteAsync(new([], Forgotten: [IdOf(request)], ForgottenBy: request.Owner), CancellationToken.None);
        }
        catch (SessionStoreException failure)
        {
            // It expires by itself; until then the same words are asked for once more whether they are meant.
            LogNotSettled(failure.InnerException?.GetType().Name, failure.InnerException?.Message);
        }
    }

    /// <summary>The owner, what is asked for, and every byte of it.</summary>
    private static SessionId IdOf(SessionRequest request)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Owner}\0{request.Pool.Name}\0{request.Path.Operation}\0{request.Path.Id}\0"));
        hash.AppendData(request.Body ?? []);
        return new(SessionKeyKind.Attempt, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    [LoggerMessage(LogLevel.Error, "The session store did not take it that an attempt's outcome is not known: only this replica refuses the same request ({Exception}: {Reason}).")]
    private partial void LogNotTold(string? exception, string? reason);

    [LoggerMessage(LogLevel.Warning, "The session store did not take it that an attempt has ended ({Exception}: {Reason}).")]
    private partial void LogNotSettled(string? exception, string? reason);
}
