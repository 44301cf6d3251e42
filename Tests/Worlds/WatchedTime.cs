using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace SessionAware.Tests.Worlds;

/// <summary>Fake time that tells each wait as it begins, so that a test moves on exactly when somebody waits.</summary>
public sealed class WatchedTime() : FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
{
    private readonly Channel<TimeSpan> _waits = Channel.CreateUnbounded<TimeSpan>();

    /// <summary>How far somebody has set the clock; time itself does not mind.</summary>
    public TimeSpan ClockOffset { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + ClockOffset;

    public override long GetTimestamp() => base.GetUtcNow().Ticks;

    /// <summary>A region that lives in this time.</summary>
    public Task<WebNode> StartRegionAsync(params (string Name, string? Value)[] settings) => Nodes.StartRegionAsync(
        settings: settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value)), services: services => services.AddSingleton<TimeProvider>(this));

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        // A timer that is not set yet is no wait.
        if (dueTime >= TimeSpan.Zero)
            _waits.Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>Lets the next wait pass.</summary>
    /// <returns>How long it was.</returns>
    public async Task<TimeSpan> PassAsync()
    {
        var wait = await _waits.Reader.ReadAsync(TestContext.Current.CancellationToken);
        Advance(wait);
        return wait;
    }

    /// <summary>Lets waits up to <paramref name="longest"/> pass that begin from now on, until <paramref name="work"/> is done.</summary>
    /// <returns>The waits in milliseconds.</returns>
    public async Task<IReadOnlyList<int>> PassUntilAsync(Func<Task> work, TimeSpan longest)
    {
        while (_waits.Reader.TryRead(out _))
        {
        }

        return await PassUntilAsync(work(), longest);
    }

    /// <summary>Lets every wait pass until <paramref name="work"/> is done.</summary>
    /// <returns>The waits in milliseconds.</returns>
    public Task<IReadOnlyList<int>> PassUntilAsync(Task work) => PassUntilAsync(work, TimeSpan.MaxValue);

    private async Task<IReadOnlyList<int>> PassUntilAsync(Task work, TimeSpan longest)
    {
        List<int> waits = [];
        while (!work.IsCompleted)
        {
            var next = _waits.Reader.WaitToReadAsync(TestContext.Current.CancellationToken).AsTask();
            await Task.WhenAny(next, work);
            if (!next.IsCompleted || work.IsCompleted || !_waits.Reader.TryRead(out var wait) || wait > longest)
                continue;
            Advance(wait);
            waits.Add((int)wait.TotalMilliseconds);
        }

        return waits;
    }
}
