using System.Collections.Concurrent;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Tests.Sessions;

/// <summary>A store that takes everything at once and shows what it was given: for what reads streams, which asks it nothing.</summary>
internal sealed class CollectingStore : ISessionStore
{
    public ConcurrentQueue<SessionWrite> Writes { get; } = new();

    public Task Opened => Task.CompletedTask;

    public Task WriteAsync(SessionWrite write)
    {
        Writes.Enqueue(write);
        return Task.CompletedTask;
    }

    public Task OpenAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask<Pin?> FindAsync(SessionId id, string owner, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<SessionAware.Gateway.Sessions.Turn?> ReadTurnAsync(string responseId, string owner, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<SessionPage> ListAsync(SessionFilter filter, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<SessionAware.Gateway.Sessions.Turn>> ReadSessionAsync(string session, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyDictionary<string, long>> CountSessionsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<long> EraseSessionAsync(string session, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<long> EraseOwnerAsync(string owner, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<long> SweepAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
}
