namespace SessionAware.Gateway.Replay;

/// <summary>How long one request may still wait for its session's backend.</summary>
/// <param name="longest">All its waits together.</param>
/// <param name="time">The time.</param>
internal sealed class Patience(TimeSpan longest, TimeProvider time)
{
    // A wait of no time, or until a time that has passed, would be none, and never use it up.
    private static readonly TimeSpan s_instead = TimeSpan.FromMilliseconds(100);

    private TimeSpan _left = longest;

    /// <summary>Whether it may wait for so long; not where nobody knows for how long.</summary>
    public bool Allows(TimeSpan? wait) => wait is { } asked && PauseOf(asked) <= _left;

    /// <summary>Waits.</summary>
    /// <returns>Nothing: another attempt follows.</returns>
    public async ValueTask<IResult?> WaitAsync(TimeSpan? wait, CancellationToken cancellationToken)
    {
        var pause = PauseOf(wait ?? TimeSpan.Zero);
        _left -= pause;
        await Task.Delay(pause, time, cancellationToken);
        return null;
    }

    private static TimeSpan PauseOf(TimeSpan wait) => wait > TimeSpan.Zero ? wait : s_instead;
}
