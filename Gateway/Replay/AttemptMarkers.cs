using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.Replay;

/// <summary>
/// Remembers, for every replica, requests that were sent and whose outcome is not known: the same request from the same owner is not silently executed again.
/// </summary>
internal sealed partial class AttemptMarkers(ISessionStore store, IOptions<SessionsOptions> options, TimeProvider time, ILogger<AttemptMarkers> logger)
{
    // Clients retry for minutes. Later the same words are a new request.
    private static readonly TimeSpan s_keptFor = TimeSpan.FromHours(1);

    /// <summary>Whether the same request was sent before and nobody knows what came of it.</summary>
    /// <exception cref="SessionStoreException">The store could not be asked.</exception>
    public async ValueTask<bool> IsThereAsync(SessionRequest request, CancellationToken cancellationToken) =>
        await WithinAsync(store.FindAsync(IdOf(request), request.Owner, cancellationToken).AsTask(), cancellationToken) is not null;

    /// <summary>Commits a marker: when this ends, every replica sees it.</summary>
    /// <exception cref="SessionStoreException">The store did not take it.</exception>
    public async ValueTask CommitAsync(SessionRequest request, string backend, CancellationToken cancellationToken)
    {
        var marker = new Pin(IdOf(request), request.Owner, backend, request.Session ?? "", time.GetUtcNow() + s_keptFor);
        await WriteAsync(new([marker]), cancellationToken);
    }

    /// <summary>The outcome is known: the same words are a new request from now on.</summary>
    public async Task SettleAsync(SessionRequest request)
    {
        try
        {
            await WriteAsync(new([], Forgotten: [IdOf(request)], ForgottenBy: request.Owner), CancellationToken.None);
        }
        catch (SessionStoreException failure)
        {
            // It expires by itself; until then the same words are asked for once more whether they are meant.
            LogNotSettled(failure.InnerException?.GetType().Name, failure.InnerException?.Message);
        }
    }

    private Task<bool> WriteAsync(SessionWrite write, CancellationToken cancellationToken)
    {
        async Task<bool> ToEndAsync()
        {
            await store.WriteAsync(write);
            return true;
        }

        return WithinAsync(ToEndAsync(), cancellationToken);
    }

    private async Task<T> WithinAsync<T>(Task<T> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work.WaitAsync(options.Value.StoreTimeout, time, cancellationToken);
        }
        catch (TimeoutException slow)
        {
            throw new SessionStoreException("The store did not answer in time.", slow);
        }
    }

    /// <summary>The owner, what is asked for, and every byte of it.</summary>
    private static SessionId IdOf(SessionRequest request)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Owner}\0{request.Pool.Name}\0{request.Path.Operation}\0"));
        hash.AppendData(request.Body ?? []);
        return new(SessionKeyKind.Attempt, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    [LoggerMessage(LogLevel.Warning, "The session store did not take it that an attempt has ended ({Exception}: {Reason}).")]
    private partial void LogNotSettled(string? exception, string? reason);
}
