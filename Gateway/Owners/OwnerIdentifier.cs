using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.Net.Http.Headers;
using SessionAware.Gateway.Errors;

namespace SessionAware.Gateway.Owners;

/// <summary>
/// Tells who a caller is: by a subscription's key, by a token, or by the word of the front door. Fails closed: whoever is not known is nobody, and nobody
/// is let in.
/// </summary>
public sealed partial class OwnerIdentifier(IOptions<OwnersOptions> options, IssuerKeys issuer, ILogger<OwnerIdentifier> logger)
{
    /// <summary>The owner of everything where callers are not known.</summary>
    public const string Anonymous = "";

    /// <summary>The authentication scheme that reads tokens.</summary>
    public const string TokenScheme = "SessionAware.Owners";

    /// <summary>The headers in which callers send a key or a token.</summary>
    public static readonly IReadOnlyList<string> CredentialHeaders = ["api-key", "Ocp-Apim-Subscription-Key", HeaderNames.Authorization];

    private const string Bearer = "Bearer ";
    private const int LongestName = 128;

    // Whoever sends the front door's header is warned of once, and not more of them than these.
    private const int MostWarnings = 1000;

    private static readonly JsonWebTokenHandler s_tokens = new();

    private readonly FrozenDictionary<string, string> _subscriptions = options.Value.Subscriptions
        .SelectMany(subscription => subscription.KeyHashes.Select(hash => KeyValuePair.Create(hash, $"subscription:{subscription.Name}")))
        .ToFrozenDictionary(StringComparer.Ordinal);

    private readonly FrontDoorOptions? _frontDoor = options.Value.FrontDoor;
    private readonly ConcurrentDictionary<string, bool> _warned = new(StringComparer.Ordinal);

    /// <summary>Whether callers are known.</summary>
    public bool IsOn { get; } = options.Value.KnowsCallers;

    /// <summary>The headers by which a caller is known here: they are the gateway's business and go no further.</summary>
    public IReadOnlyList<string> OwnHeaders { get; } =
        [.. CredentialHeaders, .. options.Value.FrontDoor is { } door ? [door.Header] : Array.Empty<string>()];

    /// <summary>The caller, or why they are nobody.</summary>
    public async ValueTask<Identification> IdentifyAsync(HttpContext context)
    {
        if (!IsOn)
            return Identification.Of(Anonymous);
        if (CredentialOf(context.Request) is not { } credential)
            return Identification.Refused(SessionErrors.CallerUnknown());
        if (!_subscriptions.TryGetValue(HashOf(credential), out var owner) && IsToken(context.Request, credential))
        {
            if (!await issuer.AreKnownAsync(context.RequestAborted))
                return Identification.Refused(SessionErrors.IssuerUnavailable());
            owner = OwnerOf(await context.AuthenticateAsync(TokenScheme));
        }

        return owner is null ? Identification.Refused(SessionErrors.CallerUnknown()) : NamedBy(owner, context.Request);
    }

    /// <summary>Whether it is for the issuer's keys to say what it is worth.</summary>
    private bool IsToken(HttpRequest request, string credential) => options.Value.Tokens is not null && request.Headers.Authorization.Count > 0 && s_tokens.CanReadToken(credential);

    /// <summary>The front door speaks for the subscription that it names; anybody else for themselves, whatever they send.</summary>
    private Identification NamedBy(string caller, HttpRequest request)
    {
        if (_frontDoor is not { } door)
            return Identification.Of(caller);
        if (caller == door.Owner)
            return Named(request, door.Header) is { } subscription ? Identification.Of(subscription) : Identification.Refused(SessionErrors.SubscriptionNotNamed(door.Header));
        if (door.Exclusive)
            return Identification.Refused(SessionErrors.CallerUnknown());
        if (request.Headers.ContainsKey(door.Header) && _warned.Count < MostWarnings && _warned.TryAdd(caller, true))
            LogIgnored(door.Header, caller);
        return Identification.Of(caller);
    }

    /// <summary>The one key or token of the request; null where there is none, or where two contradict each other.</summary>
    private static string? CredentialOf(HttpRequest request)
    {
        string? found = null;
        foreach (var header in CredentialHeaders)
        {
            foreach (var value in request.Headers[header])
            {
                var credential = header != HeaderNames.Authorization ? value
                    : value?.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) == true ? value[Bearer.Length..].Trim() : "";
                if (string.IsNullOrEmpty(credential) || (found is not null && found != credential))
                    return null;
                found = credential;
            }
        }

        return found;
    }

    private static string HashOf(string key) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}";

    /// <summary>Issuer, tenant, and the user's or application's object: names alone are no owner.</summary>
    private static string? OwnerOf(AuthenticateResult token)
    {
        if (token.Principal is not { } caller)
            return null;
        string? Claim(string type) => caller.FindFirstValue(type) is { Length: > 0 } value ? TokenOwner.Escape(value) : null;
        var subject = Claim("oid") is { } user ? $"oid={user}" : (Claim("appid") ?? Claim("azp")) is { } application ? $"appid={application}" : null;
        return subject is null || Claim("iss") is not { } issuer ? null : new TokenOwner(issuer, Claim("tid") ?? "", subject).ToString();
    }

    private static string? Named(HttpRequest request, string header) =>
        request.Headers[header] is [{ Length: > 0 and <= LongestName } name] && name.All(character => character is > ' ' and <= '~') ? $"subscription:{name}" : null;

    [LoggerMessage(LogLevel.Warning, "The header {Header} of {Owner} is ignored: only the front door's counts (Gateway:Owners:FrontDoor:Owner).")]
    private partial void LogIgnored(string header, string owner);
}
