using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;

namespace SessionAware.Gateway.Owners;

/// <summary>Puts the owners into the gateway.</summary>
internal static class OwnersRegistration
{
    // The name of no scheme.
    private const string NobodyUnasked = "SessionAware.NobodyUnasked";

    public static void AddOwners(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<OwnersOptions>().BindConfiguration(OwnersOptions.Section);
        builder.Services.AddSingleton<IValidateOptions<OwnersOptions>, OwnersShapeValidation>();
        builder.Services.AddSingleton<IValidateOptions<OwnersOptions>, OwnersValidation>();
        builder.Services.AddSingleton<IssuerKeys>();
        builder.Services.AddSingleton<OwnerIdentifier>();
        if (OwnersOptions.Read(builder.Configuration).Tokens is not { Authority: { } authority } tokens)
            return;
        // The host authenticates every request by the default scheme, and takes the only one for it: probes and plain APIs would wait for the issuer.
        builder.Services.AddAuthentication(authentication => authentication.DefaultScheme = NobodyUnasked).AddJwtBearer(OwnerIdentifier.TokenScheme, bearer =>
        {
            bearer.Authority = authority.ToString();
            bearer.Audience = tokens.Audience;
            bearer.BackchannelTimeout = IssuerKeys.Timeout;
            bearer.RequireHttpsMetadata = !authority.IsLoopback;
            // Claims keep the names that the issuer gave them.
            bearer.MapInboundClaims = false;
            bearer.TokenValidationParameters.ValidateIssuer = true;
        });
    }
}
