using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using SessionAware.Gateway.SessionKeys;

namespace SessionAware.Gateway.Sessions;

/// <summary>
/// The store as a request may ask it: for no longer than <see cref="SessionsOptions.StoreTimeout"/>, and not for what it has yet to forget. What is given up ends
/// by itself.
/// </summary>
public sealed class TimedStore(ISessionStore store, PinCache cache, IOptions<SessionsOptions> options, TimeProvider time)
{
    /// <summary><see cref="ISessionStore.FindAsync"/>.</summary>
    public Task<Pin?> FindAsync(SessionId id, string owner, CancellationToken cancellationToken) =>
        cache.Forgotten.IsUnwritten(id, owner) ? Task.FromResult<Pin?>(null) : WithinAsync(store.FindAsync(id, owner, cancellationToken).AsTask(), cancellationToken);

    /// <summary><see cref="ISessionStore.ReadTurnAsync"/>.</summary>
    public Task<Turn?> ReadTurnAsync(string responseId, string owner, CancellationToken cancellationToken) =>
        IsUnwritten(responseId, owner) ? Task.FromResult<Turn?>(null) : WithinAsync(store.ReadTurnAsync(responseId, owner, cancellationToken).AsTask(), cancellationToken);

    /// <summary><see cref="ISessionStore.ReadSessionAsync"/>.</summary>
    public Task<IReadOnlyList<Turn>> ReadSessionAsync(string session, CancellationToken cancellationToken) =>
        WithinAsync(store.ReadSessionAsync(session, cancellationToken), cancellationToken);

    /// <summary><see cref="ISessionStore.ReadChainAsync"/>; each turn is waited for as long as one: three hundred take their time.</summary>
    public async IAsyncEnumerable<Turn> ReadChainAsync(string responseId, string owner, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var chain = store.ReadChainAsync(responseId, owner, cancellationToken).GetAsyncEnumerator(cancellationToken);
        var isIdle = true;
        try
        {
            while (true)
            {
                isIdle = false;
                var isThere = await WithinAsync(chain.MoveNextAsync().AsTask(), cancellationToken);
                isIdle = true;
                if (!isThere || IsUnwritten(chain.Current.ResponseId, owner))
                    yield break;
                yield return chain.Current;
            }
        }
        finally
        {
            // One that is still asking cannot be disposed of.
            if (isIdle)
                await chain.DisposeAsync();
        }
    }

    /// <summary><see cref="ISessionStore.WriteAsync"/>, for what must be durable before anything else is done.</summary>
    /// <returns>What ends when it is durable, or fails where that takes too long; and what ends when the store has come to its end with it all the same.</returns>
    public (Task InTime, Task AtLast) Write(SessionWrite write, CancellationToken cancellationToken)
    {
        async Task<bool> ToEndAsync()
        {
            await store.WriteAsync(write);
            return true;
        }

        var atLast = ToEndAsync();
        return (WithinAsync(atLast, cancellationToken), atLast);
    }

    /// <summary>Waits for <paramref name="work"/> no longer than for the store.</summary>
    /// <exception cref="SessionStoreException">It takes longer.</exception>
    public async Task WithinAsync(Task work, CancellationToken cancellationToken)
    {
        try
        {
            await work.WaitAsync(options.Value.StoreTimeout, time, cancellationToken);
        }
        catch (TimeoutException slow)
        {
            throw new SessionStoreException("The store did not answer in time.", slow);
        }
    }

    private bool IsUnwritten(string responseId, string owner) => cache.Forgotten.IsUnwritten(SessionId.Response(responseId), owner);

    private async Task<T> WithinAsync<T>(Task<T> work, CancellationToken cancellationToken)
    {
        await WithinAsync((Task)work, cancellationToken);
        return await work;
    }
}
