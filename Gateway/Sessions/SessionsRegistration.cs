using Microsoft.Extensions.Options;
using SessionAware.Gateway.CosmosSessions;
using SessionAware.Gateway.SqliteSessions;

namespace SessionAware.Gateway.Sessions;

/// <summary>Puts the sessions into the gateway.</summary>
internal static class SessionsRegistration
{
    public static void AddSessions(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<SessionsOptions>().BindConfiguration(SessionsOptions.Section).ValidateDataAnnotations();
        builder.Services.AddSingleton<IValidateOptions<SessionsOptions>, CosmosSettingsValidation>();
        builder.Services.AddSingleton<ISessionStore>(services => services.GetRequiredService<IOptions<SessionsOptions>>().Value.Store == SessionsOptions.Cosmos
            ? ActivatorUtilities.CreateInstance<CosmosSessionStore>(services)
            : ActivatorUtilities.CreateInstance<SqliteSessionStore>(services));
        builder.Services.AddSingleton<PinCache>();
        builder.Services.AddSingleton<TimedStore>();
        builder.Services.AddSingleton<SessionLookup>();
        builder.Services.AddSingleton<SessionCounts>();
        builder.Services.AddSingleton<SessionKeyResolver>();
        builder.Services.AddSingleton<SessionRecorder>();
        builder.Services.AddHostedService(services => services.GetRequiredService<SessionRecorder>());
        builder.Services.AddHostedService<SessionStoreHost>();
        builder.Services.AddHostedService<ErasureWatch>();
    }
}
