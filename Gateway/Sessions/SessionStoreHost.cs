using SessionAware.Gateway.Pools;

namespace SessionAware.Gateway.Sessions;

/// <summary>Opens the store when the gateway starts, so that one that cannot be used stops the start, and sweeps out what has expired.</summary>
internal sealed partial class SessionStoreHost(ISessionStore store, PoolsSource pools, TimeProvider time, ILogger<SessionStoreHost> logger) : BackgroundService
{
    private static readonly TimeSpan s_sweepEvery = TimeSpan.FromMinutes(10);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (pools.Current.Pools.Any(pool => pool.Ids is not null))
            await store.OpenAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

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
