using System.Collections.Concurrent;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Tests.SessionStores;

/// <summary>A store that fails as a test wants it to, and else keeps what it is given in memory. It knows nothing of anybody.</summary>
internal sealed class OwnStore : ISessionStore
{
    /// <summary>What it has taken.</summary>
    public ConcurrentQueue<SessionWrite> Writes { get; } = new();

    /// <summary>How it fails; null: it does not. What this throws is thrown at the call.</summary>
    public Func<SessionWrite, Task?>? Failure { get; set; }

    /// <summary>Responses whose turns it has taken.</summary>
    public IReadOnlyList<string> Responses => [.. Writes.Where(write => write.Turn is not null).Select(write => write.Turn!.ResponseId)];

    public Task Opened => Task.CompletedTask;

    public Task WriteAsync(SessionWrite write)
    {
        if (Failure?.Invoke(write) is { } failed)
            return failed;
        Writes.Enqueue(write);
        return Task.CompletedTask;
    }

    public Task OpenAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask<Pin?> FindAsync(SessionId id, string owner, CancellationToken cancellationToken) => new((Pin?)null);

    public ValueTask<SessionAware.Gateway.Sessions.Turn?> ReadTurnAsync(string responseId, string owner, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<SessionAware.Gateway.Sessions.Turn> ReadChainAsync(string responseId, string owner, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ErasureList> ReadErasuresAsync(string? mark, CancellationToken cancellationToken) => Task.FromResult(new ErasureList([], "0"));

    public Task<SessionPage> ListAsync(SessionFilter filter, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<SessionAware.Gateway.Sessions.Turn>> ReadSessionAsync(string session, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyDictionary<string, long>> CountSessionsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task AnnounceAsync(Erasure erasure, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<long> EraseSessionAsync(string session, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<long> EraseOwnerAsync(string owner, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<long> SweepAsync(CancellationToken cancellationToken) => Task.FromResult(0L);
}
