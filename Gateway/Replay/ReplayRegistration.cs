namespace SessionAware.Gateway.Replay;

/// <summary>Puts the replay of sessions into the gateway.</summary>
internal static class ReplayRegistration
{
    public static void AddReplay(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<HistoryReader>();
        builder.Services.AddSingleton<RecordedAnswers>();
        builder.Services.AddSingleton<AttemptMarkers>();
        builder.Services.AddSingleton<TokenBudget>();
        builder.Services.AddSingleton<SessionContinuity>();
    }
}
