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

    /// <summary>Begins the jitter anew.</summary>
    public void Reset() => Interlocked.Exchange(ref _turns, 0);
}

/// <summary>Waits before each token of one turn. What is due counts from the turn's beginning, so that late timers do not add up.</summary>
public sealed class TurnClock(Latency latency, Random random, TimeProvider time)
{
    private const double LongestPerToken = 3600;

    private readonly long _began = time.GetTimestamp();
    private TimeSpan _due;
    private bool _hasSpoken;
    private bool _hasToken;

    /// <summary>Returns when <paramref name="next"/> is due: the first output after the time to first token, each later token after its share of a second.</summary>
    public ValueTask WaitAsync(IStreamEvent next, CancellationToken cancellationToken)
    {
        if (!_hasSpoken && next.ComesFromModel)
        {
            _hasSpoken = true;
            Defer(latency.FirstToken);
        }
        else if (next.BringsToken && _hasToken && latency.TokensPerSecond > 0)
        {
            Defer(TimeSpan.FromSeconds(Math.Min(1 / latency.TokensPerSecond, LongestPerToken)));
        }

        _hasToken |= next.BringsToken;
        var left = _due - time.GetElapsedTime(_began);
        return left > TimeSpan.Zero ? new(Task.Delay(left, time, cancellationToken)) : ValueTask.CompletedTask;
    }

    private void Defer(TimeSpan wait) => _due += wait * (1 + (latency.Jitter * ((2 * random.NextDouble()) - 1)));
}
