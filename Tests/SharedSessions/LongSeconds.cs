using Microsoft.Extensions.DependencyInjection;

namespace SessionAware.Tests.SharedSessions;

/// <summary>
/// The time of replicas whose every wait is four times as long: what must happen within one wait of another is not a question of how busy the machine is. Its
/// clock is an hour ahead of the ids, so that none waits for one that another may be making.
/// </summary>
internal sealed class LongSeconds : TimeProvider
{
    private const int Factor = 4;

    /// <summary>Has a gateway live in it.</summary>
    public static void For(IServiceCollection services) => services.AddSingleton<TimeProvider>(new LongSeconds());

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromHours(1);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => System.CreateTimer(callback, state, Longer(dueTime), Longer(period));

    private static TimeSpan Longer(TimeSpan wait) => wait > TimeSpan.Zero ? wait * Factor : wait;
}
