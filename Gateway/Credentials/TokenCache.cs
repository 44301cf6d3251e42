using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.Options;

namespace SessionAware.Gateway.Credentials;

/// <summary>
/// The gateway's own token, one for all backends: asked for once, whoever needs it, and again ahead of its end while requests go on with the one that there is.
/// </summary>
/// <param name="credential">Who the gateway is; asked for when the first token is.</param>
/// <param name="options">What the token is for.</param>
/// <param name="time">The time in which tokens end.</param>
/// <param name="logger">Hears why there is no token.</param>
internal sealed partial class TokenCache(Func<TokenCredential> credential, IOptions<EntraOptions> options, TimeProvider time, ILogger<TokenCache> logger)
{
    // A managed identity's endpoint that fails is asked six times, which takes 25 seconds.
    private static readonly TimeSpan s_longestAsking = TimeSpan.FromSeconds(30);

    // Where the credential does not say when.
    private static readonly TimeSpan s_ahead = TimeSpan.FromMinutes(5);

    // Credentials keep tokens, too, and may give the same again while they get another.
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(30);

    // Each question may take long, and start a process: not every request asks while there is no token.
    private static readonly TimeSpan s_failurePause = TimeSpan.FromSeconds(5);

    // Who may do nothing at an account is refused whatever the token.
    private static readonly TimeSpan s_renewalPause = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private AccessToken _token;
    private DateTimeOffset _refreshAt;
    private DateTimeOffset _renewableAt;
    private DateTimeOffset _askableAt;
    private Task? _asking;

    /// <summary>Why the latest question brought no token; null where it brought one.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>When it is asked for again after a question that brought none; null where the next request asks.</summary>
    public TimeSpan? Pause
    {
        get
        {
            lock (_lock)
                return _askableAt - time.GetUtcNow() is { Ticks: > 0 } left ? left : null;
        }
    }

    private bool IsValidNeedsLock => time.GetUtcNow() < _token.ExpiresOn;

    /// <summary>A token that is valid now; null where none can be had.</summary>
    public async ValueTask<string?> GetAsync(CancellationToken cancellationToken)
    {
        Task asking;
        lock (_lock)
        {
            if (IsValidNeedsLock)
            {
                if (_asking is null && time.GetUtcNow() >= _refreshAt)
                    AskNeedsLock(refused: null);
                return _token.Token;
            }

            if (_asking is null && time.GetUtcNow() < _askableAt)
                return null;
            asking = AskNeedsLock(refused: null);
        }

        await WaitAsync(asking, cancellationToken);
        lock (_lock)
            return IsValidNeedsLock ? _token.Token : null;
    }

    /// <summary>Whether another token may be had in place of one that a backend has refused.</summary>
    public bool MayRenew(string refused)
    {
        lock (_lock)
            return _token.Token != refused || _asking is not null || time.GetUtcNow() >= _renewableAt;
    }

    /// <summary>Has a token that a backend refused replaced, once for all who were refused it.</summary>
    public async ValueTask RenewAsync(string refused, string backend, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task asking;
            lock (_lock)
            {
                if (_token.Token != refused)
                    return;
                if (_asking is null)
                {
                    if (time.GetUtcNow() < _renewableAt)
                        return;
                    _renewableAt = time.GetUtcNow() + s_renewalPause;
                    LogRefused(backend);
                    AskNeedsLock(refused);
                }

                asking = _asking!;
            }

            if (!await WaitAsync(asking, cancellationToken))
                return;
        }
    }

    private async ValueTask<bool> WaitAsync(Task asking, CancellationToken cancellationToken)
    {
        try
        {
            await asking.WaitAsync(s_longestAsking, time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>One question at a time.</summary>
    private Task AskNeedsLock(string? refused) => _asking ??= Task.Run(() => AskAsync(refused));

    private async Task AskAsync(string? refused)
    {
        AccessToken token = default;
        Exception? failure = null;
        try
        {
            token = await RequestAsync(refused);
        }
        catch (Exception unavailable)
        {
            failure = unavailable;
        }

        lock (_lock)
        {
            (_asking, Failure) = (null, failure);
            var soonest = time.GetUtcNow() + s_pause;
            if (failure is null)
                (_token, _refreshAt) = (token, token.RefreshOn ?? token.ExpiresOn - s_ahead);
            if (_refreshAt < soonest)
                _refreshAt = soonest;
            if (!IsValidNeedsLock)
                _askableAt = time.GetUtcNow() + s_failurePause;
            if (failure is null)
                LogRenewed(_token.ExpiresOn);
            else if (IsValidNeedsLock)
                LogNotRenewed(_token.ExpiresOn, failure.GetType().Name, failure.Message.ReplaceLineEndings(" "));
            else
                LogUnavailable(failure.GetType().Name, failure.Message.ReplaceLineEndings(" "));
        }
    }

    private async Task<AccessToken> RequestAsync(string? refused)
    {
        using var limit = new CancellationTokenSource(s_longestAsking, time);
        ValueTask<AccessToken> GetAsync(string? claims) => credential().GetTokenAsync(new([options.Value.Scope], claims: claims), limit.Token);

        if (refused is null)
            return await GetAsync(claims: null);
        try
        {
            // Claims have the credential ask, whatever it keeps: a new one of its kind would give the kept token again.
            return await GetAsync($$$$"""{"access_token":{"nbf":{"essential":true,"value":"{{{{time.GetUtcNow().ToUnixTimeSeconds()}}}}"}}}""");
        }
        catch (AuthenticationFailedException)
        {
            // The command lines' credentials take no claims, and keep no tokens either.
            var token = await GetAsync(claims: null);
            if (token.Token == refused)
                throw;
            return token;
        }
    }

    [LoggerMessage(LogLevel.Information, "The gateway has a token for its backends; it ends at {End:u}.")]
    private partial void LogRenewed(DateTimeOffset end);

    [LoggerMessage(LogLevel.Warning, "Backend {Backend} refused the gateway's token; another one is asked for.")]
    private partial void LogRefused(string backend);

    [LoggerMessage(LogLevel.Warning, "The gateway's token for its backends could not be renewed; the one that there is serves until {End:u} ({Exception}: {Reason})")]
    private partial void LogNotRenewed(DateTimeOffset end, string exception, string reason);

    [LoggerMessage(LogLevel.Warning, "The gateway cannot have a token for its backends: requests that need it are answered 503 credential_unavailable ({Exception}: {Reason})")]
    private partial void LogUnavailable(string exception, string reason);
}
