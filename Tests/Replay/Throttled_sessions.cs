using Microsoft.Extensions.DependencyInjection;
using SessionAware.Tests.Sessions;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Replay;

/// <summary>A throttled backend keeps its sessions, whenever they ask.</summary>
public sealed class Throttled_sessions
{
    [Fact]
    public async Task Stay_however_little_of_the_trip_is_left_when_they_ask()
    {
        var time = new ReadTime();
        await using var world = await IdWorld.StartAsync(services => services.AddSingleton<TimeProvider>(time));
        using var caller = IdWorld.Call(world.Gateway);
        var first = await caller.SayAsync("My name is Ada.");
        using var region = new Caller(world[first.Header("x-backend-id")].Url);

        // Each reading of the time takes a tick: sooner or later the trip is in force at one reading and over at the next.
        for (var left = 0; left < 120; left++)
        {
            await region.QueueAsync(new { kind = "throttle", retry_after_ms = 30_000 });
            Assert.Equal(429, (await caller.SayAsync("Who am I?", first.Id)).Status);
            time.Pass(TimeSpan.FromSeconds(30) - TimeSpan.FromTicks(left));

            var answer = await caller.SayAsync("Who am I?", first.Id);

            Assert.Equal((200, first.Header("x-backend-id"), "pinned"), (answer.Status, answer.Header("x-backend-id"), answer.Header("x-session-affinity")));
        }
    }

    /// <summary>Time of which each reading takes a tick, and which passes as it is told. Timers have the machine's own.</summary>
    private sealed class ReadTime : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Increment(ref _now);

        public void Pass(TimeSpan time) => Interlocked.Add(ref _now, time.Ticks);
    }
}
