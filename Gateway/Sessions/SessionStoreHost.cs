namespace SessionAware.Gateway.Sessions;

/// <summary>Sweeps out of the store what has expired, once it is open.</summary>
internal sealed partial class SessionStoreHost(ISessionStore store, TimeProvider time, ILogger<SessionStoreHost> logger) : BackgroundService
{
    private static readonly TimeSpan s_sweepEvery = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await store.Opened.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(s_sweepEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (await store.SweepAsync(stoppingToken) is > 0 and var swept)
                    LogSwept(swept);
            }
            catch (SessionStoreException failure)
            {
                LogNotSwept(failure.InnerException?.GetType().Name, failure.InnerException?.Message);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "{Swept} expired ids were swept out of the session store.")]
    private partial void LogSwept(long swept);

    [LoggerMessage(LogLevel.Error, "The session store could not be swept ({Exception}: {Reason}).")]
    private partial void LogNotSwept(string? exception, string? reason);
}
