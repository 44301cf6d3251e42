namespace SessionAware.FakeResponsesBackend.Deployments;

/// <summary>
/// A deployment's quota of requests and tokens in windows of a minute. It always counts, for the <c>x-ratelimit-*</c> headers, and refuses only where
/// it is told to enforce. Prompts count when they are admitted, outputs when they are made.
/// </summary>
public sealed class RateLimitWindow(long? requestLimit, long? tokenLimit, bool enforce, TimeProvider time)
{
    private static readonly TimeSpan s_length = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private DateTimeOffset _start = time.GetUtcNow();
    private long _requests;
    private long _tokens;

    /// <summary>Counts one request whose prompt has <paramref name="tokens"/>.</summary>
    /// <returns>What is left, and whether the request is admitted; a refused one does not count.</returns>
    public (RateLimitReading Reading, bool Admitted) Admit(int tokens)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (now - _start >= s_length)
                (_start, _requests, _tokens) = (now, 0, 0);
            var admitted = !enforce || (_requests < (requestLimit ?? long.MaxValue) && _tokens + tokens <= (tokenLimit ?? long.MaxValue));
            if (admitted)
                (_requests, _tokens) = (_requests + 1, _tokens + tokens);
            return (ReadNeedsLock(now), admitted);
        }
    }

    /// <summary>Counts tokens that were made.</summary>
    public void Count(int tokens)
    {
        lock (_lock)
            _tokens += tokens;
    }

    private RateLimitReading ReadNeedsLock(DateTimeOffset now) => new(
        requestLimit ?? -1,
        requestLimit is { } requests ? Math.Max(0, requests - _requests) : -1,
        tokenLimit ?? -1,
        tokenLimit is { } tokens ? Math.Max(0, tokens - _tokens) : -1,
        requestLimit is null && tokenLimit is null ? TimeSpan.Zero : _start + s_length - now);
}
