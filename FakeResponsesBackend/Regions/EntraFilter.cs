using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using SessionAware.FakeResponsesBackend.Errors;

namespace SessionAware.FakeResponsesBackend.Regions;

/// <summary>Asks for a token of Microsoft Entra ID, as an account with local authentication disabled does: whoever comes with a key is told that none will do.</summary>
internal sealed class EntraFilter(IOptions<RegionOptions> options) : IEndpointFilter
{
    private const string Scheme = "Region.Entra";

    // The name of no scheme.
    private const string NobodyUnasked = "Region.NobodyUnasked";

    private static readonly JsonWebTokenHandler s_tokens = new();

    private readonly string _audience = options.Value.Entra.Audience;

    /// <summary>Has tokens read by their issuer's published keys.</summary>
    public static void AddTo(IServiceCollection services, Uri authority, string audience)
    {
        // The host authenticates every request by the default scheme, and takes the only one for it: control calls and probes would wait for the issuer.
        services.AddAuthentication(authentication => authentication.DefaultScheme = NobodyUnasked).AddJwtBearer(Scheme, _ => { });
        services.AddOptions<JwtBearerOptions>(Scheme).Configure<TimeProvider>((bearer, time) =>
        {
            bearer.Authority = authority.ToString();
            bearer.Audience = audience;
            bearer.RequireHttpsMetadata = !authority.IsLoopback;
            bearer.MapInboundClaims = false;
            // By the region's own time, to the second.
            bearer.TokenValidationParameters.LifetimeValidator = (from, until, _, _) => time.GetUtcNow().UtcDateTime is var now && from <= now && now < until;
        });
    }

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        const string bearer = "Bearer ";
        var http = context.HttpContext;
        if (http.Request.Headers.ContainsKey("api-key"))
            return ApiErrors.KeysDisabled();
        var authorization = http.Request.Headers.Authorization.ToString();
        if (!authorization.StartsWith(bearer, StringComparison.OrdinalIgnoreCase) || authorization[bearer.Length..].Trim() is not { Length: > 0 } credential)
            return ApiErrors.TokenRefused(_audience);
        if (!s_tokens.CanReadToken(credential))
            return ApiErrors.KeysDisabled();
        return (await http.AuthenticateAsync(Scheme)).Succeeded ? await next(context) : ApiErrors.TokenRefused(_audience);
    }
}
