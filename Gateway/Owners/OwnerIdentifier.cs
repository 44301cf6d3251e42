using System.Collections.Frozen;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace SessionAware.Gateway.Owners;

/// <summary>
/// Tells who a caller is: by a subscription's key, by a token, or by the word of the front door. Fails closed: whoever is not known is nobody, and nobody
/// is let in.
/// </summary>
public sealed class OwnerIdentifier(IOptions<OwnersOptions> options)
{
    /// <summary>The owner of everything where callers are not known.</summary>
    public const string Anonymous = "";

    /// <summary>The authentication scheme that reads tokens.</summary>
    public const string TokenScheme = "SessionAware.Owners";

    /// <summary>The headers in which callers send a key or a token.</summary>
    public static readonly IReadOnlyList<string> CredentialHeaders = ["api-key", "Ocp-Apim-Subscription-Key", HeaderNames.Authorization];

    private const string Bearer = "Bearer ";
    private const int LongestName = 128;

    private readonly FrozenDictionary<string, string> _subscriptions = options.Value.Subscriptions
        .SelectMany(subscription => subscription.KeyHashes.Select(hash => KeyValuePair.Create(hash, $"subscription:{subscription.Name}")))
        .ToFrozenDictionary(StringComparer.Ordinal);

    private readonly FrontDoorOptions? _frontDoor = options.Value.FrontDoor;

    /// <summary>Whether callers are known.</summary>
    public bool IsOn { get; } = options.Value.KnowsCallers;

    /// <summary>The headers by which a caller is known here: they are the gateway's business and go no further.</summary>
    public IReadOnlyList<string> OwnHeaders { get; } =
        [.. CredentialHeaders, .. options.Value.FrontDoor is { } door ? [door.Header] : Array.Empty<string>()];

    /// <summary>The caller; null where nobody knows them.</summary>
    public async ValueTask<string?> IdentifyAsync(HttpContext context)
    {
        if (!IsOn)
            return Anonymous;
        var owner = CredentialOf(context.Request) switch
        {
            null => null,
            { } credential when _subscriptions.TryGetValue(HashOf(credential), out var subscription) => subscription,
            _ when options.Value.Tokens is not null => OwnerOf(await context.AuthenticateAsync(TokenScheme)),
            _ => null,
        };
        return owner is not null && owner == _frontDoor?.Owner ? Named(context.Request, _frontDoor.Header) : owner;
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
        // Whatever an issuer writes into a claim, it ends where the next one begins.
        string? Claim(string type) => caller.FindFirstValue(type) is { Length: > 0 } value ? value.Replace("%", "%25", StringComparison.Ordinal).Replace("|", "%7C", StringComparison.Ordinal) : null;
        var subject = Claim("oid") is { } user ? $"oid={user}" : (Claim("appid") ?? Claim("azp")) is { } application ? $"appid={application}" : null;
        return subject is null || Claim("iss") is not { } issuer ? null : $"token:{issuer}|{Claim("tid")}|{subject}";
    }

    private static string? Named(HttpRequest request, string header) =>
        request.Headers[header] is [{ Length: > 0 and <= LongestName } name] && name.All(character => character is > ' ' and <= '~') ? $"subscription:{name}" : null;
}
