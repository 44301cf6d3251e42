using SessionAware.Gateway.SqliteSessions;

namespace SessionAware.Gateway.Sessions;

/// <summary>Puts the sessions into the gateway.</summary>
internal static class SessionsRegistration
{
    public static void AddSessions(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<SessionsOptions>().BindConfiguration(SessionsOptions.Section).ValidateDataAnnotations();
        builder.Services.AddSingleton<ISessionStore, SqliteSessionStore>();
        builder.Services.AddSingleton<PinCache>();
        builder.Services.AddSingleton<SessionLookup>();
        builder.Services.AddSingleton<SessionCounts>();
        builder.Services.AddSingleton<SessionKeyResolver>();
        builder.Services.AddSingleton<SessionRecorder>();
        builder.Services.AddHostedService(services => services.GetRequiredService<SessionRecorder>());
        builder.Services.AddHostedService<SessionStoreHost>();
        builder.Services.AddHostedService<ErasureWatch>();
    }
}
