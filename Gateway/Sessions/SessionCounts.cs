using SessionAware.Gateway.Pools;

namespace SessionAware.Gateway.Sessions;

/// <summary>How many sessions each backend holds, counted at most every other second: who watches the backends asks often, and counting reads every row.</summary>
public sealed class SessionCounts(ISessionStore store, PoolsSource pools, TimeProvider time)
{
    private static readonly TimeSpan s_keepFor = TimeSpan.FromSeconds(2);

    private (IReadOnlyDictionary<string, long>? Counts, long At) _latest;

    /// <summary>By backend; null where no pool has affinity by ids, or where the store cannot be asked.</summary>
    public async Task<IReadOnlyDictionary<string, long>?> GetAsync(CancellationToken cancellationToken)
    {
        if (!pools.Current.Pools.Any(pool => pool.Ids is not null))
            return null;
        var latest = _latest;
        if (latest.Counts is not null && time.GetElapsedTime(latest.At) < s_keepFor)
            return latest.Counts;
        try
        {
            var counts = await store.CountSessionsAsync(cancellationToken);
            _latest = (counts, time.GetTimestamp());
            return counts;
        }
        catch (SessionStoreException)
        {
            return null;
        }
    }
}
