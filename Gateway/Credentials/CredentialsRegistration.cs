using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.DependencyInjection.Extensions;
using SessionAware.ServiceDefaults;

namespace SessionAware.Gateway.Credentials;

/// <summary>Puts the gateway's own credentials into it.</summary>
internal static class CredentialsRegistration
{
    /// <summary>Adds them; after the pools, which say who needs them.</summary>
    public static void AddCredentials(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<EntraOptions>().BindConfiguration(EntraOptions.Section).Validate(
            options => options.HasScope, "Gateway:Entra:Scope must be a resource's address and /.default, such as https://cognitiveservices.azure.com/.default.");
        // One for all that is asked as the gateway: each keeps tokens of its own. Made where it is needed, which is in Azure alone.
        builder.Services.TryAddSingleton<TokenCredential>(_ => new DefaultAzureCredential());
        builder.Services.AddSingleton<Func<TokenCredential>>(services => services.GetRequiredService<TokenCredential>);
        builder.Services.AddSingleton<TokenCache>();
        if (DeploymentTargets.Read(builder.Configuration) == DeploymentTarget.Azure)
            builder.Services.AddHostedService<CredentialCheck>();
    }
}
