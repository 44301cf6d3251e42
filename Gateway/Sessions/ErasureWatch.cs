namespace SessionAware.Gateway.Sessions;

/// <summary>
/// Hears of what other replicas erase, and forgets it here: their answer leaves when every replica has had the time to. What this replica cannot ask for while
/// the store is out it hears of afterwards.
/// </summary>
internal sealed partial class ErasureWatch(ISessionStore store, PinCache cache, TimeProvider time, ILogger<ErasureWatch> logger) : BackgroundService
{
    /// <summary>How long whoever erases waits before saying that it is done.</summary>
    public static readonly TimeSpan HeardWithin = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan s_askEvery = TimeSpan.FromMilliseconds(400);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await store.Opened.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(s_askEvery, time);
        string? mark = null;
        var isOut = false;
        do
        {
            try
            {
                var list = await store.ReadErasuresAsync(mark, stoppingToken);
                foreach (var erasure in list.Erasures)
                    cache.Forget(erasure);
                (mark, isOut) = (list.Mark, false);
            }
            catch (SessionStoreException failure)
            {
                if (!isOut)
                    LogUnheard(failure.InnerException?.GetType().Name, failure.InnerException?.Message);
                isOut = true;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(LogLevel.Warning, "The session store cannot be asked what was erased ({Exception}: {Reason}).")]
    private partial void LogUnheard(string? exception, string? reason);
}
