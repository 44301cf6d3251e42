using System.Collections.Concurrent;

namespace SessionAware.Tests.Owners;

/// <summary>A clock that stands still, so that what is young stays young, and short waits that are noted and over at once.</summary>
public sealed class StillTime : TimeProvider
{
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(600);

    private readonly DateTimeOffset _now = System.GetUtcNow();
    private readonly ConcurrentQueue<int> _waits = new();

    public override DateTimeOffset GetUtcNow() => _now;

    /// <summary>The short waits since this was called last, in milliseconds.</summary>
    public IReadOnlyList<int> TakeWaits()
    {
        List<int> waits = [];
        while (_waits.TryDequeue(out var wait))
            waits.Add(wait);
        return waits;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime <= TimeSpan.Zero || dueTime > s_short)
            return base.CreateTimer(callback, state, dueTime, period);
        _waits.Enqueue((int)dueTime.TotalMilliseconds);
        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
