namespace SessionAware.FakeResponsesBackend.Deployments;

/// <summary>
/// Counts a deployment's requests and tokens in one-minute windows, for the <c>x-ratelimit-*</c> headers. It counts and does not refuse.
/// </summary>
public sealed class RateLimitWindow(int? capacity, TimeProvider time)
{
    // Azure grants six requests a minute for each thousand tokens a minute.
    private const int RequestsPerCapacity = 6;
    private const int TokensPerCapacity = 1000;
    private static readonly TimeSpan s_length = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private DateTimeOffset _start = time.GetUtcNow();
    private long _requests;
    private long _tokens;

    /// <summary>Counts one request; <paramref name="tokens"/> are those of its prompt.</summary>
    /// <returns>Limits and what remains in this window; -1 everywhere without a limit, as Azure then sends.</returns>
    public RateLimitReading Count(int tokens)
    {
        if (capacity is not { } units)
            return new(-1, -1, -1, -1);

        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (now - _start >= s_length)
                (_start, _requests, _tokens) = (now, 0, 0);
            _requests++;
            _tokens += tokens;
            var (requestLimit, tokenLimit) = ((long)units * RequestsPerCapacity, (long)units * TokensPerCapacity);
            return new(requestLimit, Math.Max(0, requestLimit - _requests), tokenLimit, Math.Max(0, tokenLimit - _tokens));
        }
    }
}
