using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Owners;

/// <summary>An issuer of tokens on the loopback, with a discovery document and published keys.</summary>
public sealed class TokenIssuer : IAsyncDisposable
{
    public const string Audience = "api://session-aware";
    public const string Tenant = "11111111-1111-1111-1111-111111111111";
    public const string User = "22222222-2222-2222-2222-222222222222";

    private const string FirstKeyId = "key-1";

    private static readonly JsonWebTokenHandler s_handler = new() { SetDefaultTimesOnTokenCreation = false };

    private RSA _rsa = RSA.Create(2048);
    private string _keyId = FirstKeyId;
    private WebNode _node = null!;

    /// <summary>Its address, which is its name.</summary>
    public string Url => _node.Url;

    /// <summary>Settings of a gateway that takes its tokens.</summary>
    public IReadOnlyList<(string Name, string? Value)> Settings => [("Gateway:Owners:Tokens:Authority", Url), ("Gateway:Owners:Tokens:Audience", Audience)];

    /// <summary>Whether it answers nothing but 503.</summary>
    public bool IsDown { get; set; }

    /// <summary>What it calls itself where that is not its address.</summary>
    public string? Name { get; set; }

    /// <summary>The public key as callers could get it, in PEM.</summary>
    public string PublicKey => _rsa.ExportSubjectPublicKeyInfoPem();

    public static async Task<TokenIssuer> StartAsync()
    {
        var issuer = new TokenIssuer();
        issuer._node = await WebNode.StartAsync(_ => { }, app =>
        {
            app.MapGet("/.well-known/openid-configuration", () => issuer.IsDown ? Results.StatusCode(StatusCodes.Status503ServiceUnavailable) : Results.Json(new
            {
                issuer = issuer.Name ?? issuer.Url,
                jwks_uri = issuer.Url + "/keys",
                authorization_endpoint = issuer.Url + "/authorize",
                response_types_supported = new[] { "id_token" },
                subject_types_supported = new[] { "pairwise" },
                id_token_signing_alg_values_supported = new[] { "RS256" },
            }));
            app.MapGet("/keys", () => Results.Json(new { keys = new[] { issuer.PublicJwk() } }));
        });
        return issuer;
    }

    /// <summary>A good token with these claims.</summary>
    public string Token(params (string Name, object Value)[] claims) => Token(claims, change: null);

    /// <summary>A good token with these claims, and something changed.</summary>
    public string Token((string Name, object Value)[] claims, Action<SecurityTokenDescriptor>? change)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var descriptor = new SecurityTokenDescriptor
        {
            Issuer = Name ?? Url,
            Audience = Audience,
            NotBefore = now.AddHours(-2),
            IssuedAt = now.AddHours(-2),
            Expires = now.AddHours(1),
            Claims = claims.ToDictionary(claim => claim.Name, claim => claim.Value),
            SigningCredentials = SignedBy(_rsa, _keyId),
        };
        change?.Invoke(descriptor);
        return s_handler.CreateToken(descriptor);
    }

    /// <summary>A token of a user.</summary>
    public string OfUser(string user = User, string tenant = Tenant) => Token(("oid", user), ("tid", tenant));

    /// <summary>From now on it signs with another key, and publishes that alone.</summary>
    public void Rotate()
    {
        _rsa.Dispose();
        (_rsa, _keyId) = (RSA.Create(2048), $"key-{Guid.NewGuid():N}");
    }

    /// <summary>The same key id, another key.</summary>
    public static SigningCredentials SignedByStranger()
    {
        using var stranger = RSA.Create(2048);
        return SignedBy(RSA.Create(stranger.ExportParameters(includePrivateParameters: true)), FirstKeyId);
    }

    /// <summary>The token with another head and no, or that, signature.</summary>
    public static string Reheaded(string token, string head, Func<byte[], byte[]> sign)
    {
        var unsigned = $"{Base64UrlEncoder.Encode(head)}.{token.Split('.')[1]}";
        return $"{unsigned}.{Base64UrlEncoder.Encode(sign(Encoding.ASCII.GetBytes(unsigned)))}";
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        _rsa.Dispose();
    }

    private static SigningCredentials SignedBy(RSA rsa, string keyId) => new(new RsaSecurityKey(rsa) { KeyId = keyId }, SecurityAlgorithms.RsaSha256)
    {
        CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false },
    };

    private object PublicJwk()
    {
        var parameters = _rsa.ExportParameters(includePrivateParameters: false);
        return new { kty = "RSA", use = "sig", alg = "RS256", kid = _keyId, n = Base64UrlEncoder.Encode(parameters.Modulus), e = Base64UrlEncoder.Encode(parameters.Exponent) };
    }
}
