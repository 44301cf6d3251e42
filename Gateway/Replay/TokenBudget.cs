using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using SessionAware.Gateway.Pools;

namespace SessionAware.Gateway.Replay;

/// <summary>How many tokens of history each pool may still have replayed because of throttling: all sessions of a throttled backend at once would throttle the next one.</summary>
internal sealed class TokenBudget : IDisposable
{
    private readonly ConcurrentDictionary<(string Pool, long Limit), RateLimiter> _limiters = new();

    /// <summary>Takes <paramref name="tokens"/>; false where so many are not left in this minute.</summary>
    public bool Take(PoolModel pool, long tokens)
    {
        var limit = pool.Ids!.Replay.TokensPerMinute;
        var limiter = _limiters.GetOrAdd((pool.Name, limit), static key => new FixedWindowRateLimiter(new()
        {
            PermitLimit = (int)Math.Min(key.Limit, int.MaxValue),
            Window = TimeSpan.FromMinutes(1),
        }));
        if (tokens > Math.Min(limit, int.MaxValue))
            return false;
        using var lease = limiter.AttemptAcquire((int)tokens);
        return lease.IsAcquired;
    }

    public void Dispose()
    {
        foreach (var limiter in _limiters.Values)
            limiter.Dispose();
    }
}
