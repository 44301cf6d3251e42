using Microsoft.Extensions.Options;
using SessionAware.FakeResponsesBackend.Regions;
using SessionAware.FakeResponsesBackend.Streaming;

namespace SessionAware.FakeResponsesBackend.Faults;

/// <summary>Makes turns wait as <see cref="Latency"/> says; jitter follows <see cref="RegionOptions.Seed"/>, turn by turn.</summary>
public sealed class LatencyModel(IOptions<RegionOptions> options, TimeProvider time)
{
    private readonly Latency _usual = new(options.Value.FirstToken, options.Value.TokensPerSecond, options.Value.Jitter);
    private int _turns;

    /// <summary>The clock of one turn.</summary>
    /// <param name="instead">Another latency than the region's own.</param>
    public TurnClock Start(Latency? instead = null) =>
        new(instead ?? _usual, new Random(unchecked(options.Value.Seed + Interlocked.Increment(ref _turns))), time);
}

/// <summary>Waits before each token of one turn.</summary>
public sealed class TurnClock(Latency latency, Random random, TimeProvider time)
{
    private bool _hasSpoken;

    /// <summary>Returns when <paramref name="next"/> is due: the first output after the time to first token, each token after its share of a second.</summary>
    public ValueTask WaitAsync(IStreamEvent next, CancellationToken cancellationToken)
    {
        var wait = TimeSpan.Zero;
        if (!_hasSpoken && next.ComesFromModel)
        {
            _hasSpoken = true;
            wait = latency.FirstToken;
        }
        else if (next.BringsToken && latency.TokensPerSecond > 0)
        {
            wait = TimeSpan.FromSeconds(1 / latency.TokensPerSecond);
        }

        if (wait == TimeSpan.Zero)
            return ValueTask.CompletedTask;
        var stray = latency.Jitter * ((2 * random.NextDouble()) - 1);
        return new(Task.Delay(wait * (1 + stray), time, cancellationToken));
    }
}
