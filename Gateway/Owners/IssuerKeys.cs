using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace SessionAware.Gateway.Owners;

/// <summary>
/// Whether tokens can be checked: the issuer's keys are fetched when the first one comes. One request asks for all, none waits longer than a few seconds, and an
/// issuer that could not be asked is left alone for a while. What it said once counts while it is down.
/// </summary>
public sealed partial class IssuerKeys(IOptions<OwnersOptions> options, IOptionsMonitor<JwtBearerOptions> bearer, TimeProvider time, ILogger<IssuerKeys> logger)
{
    /// <summary>How long the issuer may take.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>How long an issuer that could not be asked is left alone.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private Task<OpenIdConnectConfiguration>? _asking;
    private long? _failedAt;
    private bool _isMismatchLogged;

    /// <summary>False where the issuer cannot be asked, or is not the one that the front door's owner names.</summary>
    public async ValueTask<bool> AreKnownAsync(CancellationToken cancellationToken)
    {
        Task<OpenIdConnectConfiguration> asking;
        lock (_lock)
        {
            if (IsLeftAloneNeedsLock)
                return false;
            if (_asking is null || _asking.IsCompleted)
                _asking = bearer.Get(OwnerIdentifier.TokenScheme).ConfigurationManager!.GetConfigurationAsync(CancellationToken.None);
            asking = _asking;
        }

        try
        {
            return IsMeant((await asking.WaitAsync(Timeout, time, cancellationToken)).Issuer);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LeaveAlone(failure);
            return false;
        }
    }

    private bool IsLeftAloneNeedsLock => _failedAt is { } failed && time.GetElapsedTime(failed) < Pause;

    private void LeaveAlone(Exception failure)
    {
        lock (_lock)
        {
            if (IsLeftAloneNeedsLock)
                return;
            _failedAt = time.GetTimestamp();
        }

        LogUnreachable(options.Value.Tokens!.Authority, (failure.InnerException ?? failure).GetType().Name, (failure.InnerException ?? failure).Message);
    }

    /// <summary>A front door of another name would be a caller like any other, and all for whom it speaks would be one.</summary>
    private bool IsMeant(string issuer)
    {
        if (TokenOwner.Parse(options.Value.FrontDoor?.Owner) is not { } door || door.Issuer == TokenOwner.Escape(issuer))
            return true;
        lock (_lock)
        {
            if (_isMismatchLogged)
                return false;
            _isMismatchLogged = true;
        }

        LogMismatch(door.Issuer, issuer);
        return false;
    }

    [LoggerMessage(LogLevel.Warning, "The keys of the issuer {Authority} could not be fetched ({Exception}: {Reason}): its tokens are answered 503 until they can.")]
    private partial void LogUnreachable(Uri? authority, string exception, string reason);

    [LoggerMessage(LogLevel.Error, "Gateway:Owners:FrontDoor:Owner names the issuer '{Named}', which calls itself '{Issuer}': nobody comes in by a token until the two agree.")]
    private partial void LogMismatch(string named, string issuer);
}
