namespace SessionAware.Gateway.CircuitBreakers;

/// <summary>
/// Counts outcomes of the last interval. It slides in a hundred steps, so that memory stays the same however much goes on: an outcome counts for 99 to 100 %
/// of the interval. Not safe for several threads.
/// </summary>
internal sealed class FailureWindow(TimeSpan interval, TimeProvider time)
{
    private const int Steps = 100;

    private readonly long _began = time.GetTimestamp();
    private readonly long _stepTicks = Math.Max(1, interval.Ticks / Steps);
    private readonly (long Number, int Requests, int Failures)[] _steps = new (long, int, int)[Steps];

    /// <summary>How long an outcome counts.</summary>
    public TimeSpan Interval => interval;

    public void Add(bool isFailure)
    {
        var now = CurrentStep();
        ref var step = ref _steps[now % Steps];
        if (step.Number != now)
            step = (now, 0, 0);
        step.Requests++;
        if (isFailure)
            step.Failures++;
    }

    public (int Requests, int Failures) Count()
    {
        var oldest = CurrentStep() - Steps + 1;
        var (requests, failures) = (0, 0);
        foreach (var step in _steps)
        {
            if (step.Number < oldest)
                continue;
            requests += step.Requests;
            failures += step.Failures;
        }

        return (requests, failures);
    }

    public void Clear() => Array.Clear(_steps);

    private long CurrentStep() => time.GetElapsedTime(_began).Ticks / _stepTicks;
}
