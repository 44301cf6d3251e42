using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SessionAware.Gateway.CircuitBreakers;
using SessionAware.Gateway.Telemetry;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.CircuitBreakers;

/// <summary>What follows when a backend's breaker trips: for how long, who is told what, and what prolongs it, in a time that only the test moves.</summary>
public sealed class Circuit_breaker_trips
{
    [Theory]
    [InlineData("PT1S", 1)]
    [InlineData("PT1M", 60)]
    [InlineData("PT2H", 7200)]
    [InlineData("P1DT1S", 86401)]
    public async Task Trip_lasts_for_its_duration_and_then_everything_passes(string duration, int seconds)
    {
        await using var world = await BreakerWorld.StartAsync($$""" "count": 1, "interval": "PT1M", {{BreakerWorld.Throttled}} """, duration);

        Assert.Equal([429], await world.AskAsync(429));
        world.Time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
        Assert.Equal([503], await world.AskAsync());
        world.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal([200, 200], await world.AskAsync(200, 200));
        Assert.Equal((2, 0, "available"), await world.WindowAsync());
    }

    [Fact]
    public async Task Failures_before_a_trip_do_not_count_after_it()
    {
        await using var world = await BreakerWorld.StartAsync($$""" "count": 2, "interval": "PT1H", {{BreakerWorld.Throttled}} """);

        Assert.Equal([429, 429, 503], await world.AskAsync(429, 429, 0));
        world.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal([429], await world.AskAsync(429));
        Assert.Equal("available", await world.StateAsync());
    }

    [Theory]
    [InlineData(true, "7", 7)]
    [InlineData(true, "90", 90)]
    [InlineData(true, "", 60)]
    [InlineData(true, "soon", 60)]
    [InlineData(false, "7", 60)]
    public async Task Retry_after_in_seconds_takes_the_place_of_the_duration_where_it_is_accepted(bool accepted, string retryAfter, int seconds)
    {
        await using var world = await BreakerWorld.StartAsync($$""" "count": 1, "interval": "PT1M", {{BreakerWorld.Throttled}} """, more: $$""" "acceptRetryAfter": {{(accepted ? "true" : "false")}} """);

        await world.AssertTrippedForAsync(retryAfter, seconds);
    }

    [Fact]
    public async Task Retry_after_as_a_date_takes_the_place_of_the_duration()
    {
        await using var world = await BreakerWorld.StartAsync($$""" "count": 1, "interval": "PT1M", {{BreakerWorld.Throttled}} """, more: """ "acceptRetryAfter": true """);

        await world.AssertTrippedForAsync((world.Time.GetUtcNow() + TimeSpan.FromSeconds(42)).ToString("R", CultureInfo.InvariantCulture), 42);
    }

    [Fact]
    public async Task Retry_after_of_now_or_earlier_does_not_trip()
    {
        await using var world = await BreakerWorld.StartAsync($$""" "count": 1, "interval": "PT1M", {{BreakerWorld.Throttled}} """, more: """ "acceptRetryAfter": true """);

        foreach (var retryAfter in (string[])["0", world.Time.GetUtcNow().AddMinutes(-1).ToString("R", CultureInfo.InvariantCulture)])
        {
            world.Backend.Next(429, ("Retry-After", retryAfter));
            Assert.Equal([429], await world.AskAsync());
            Assert.Equal("available", await world.StateAsync());
        }
    }

    [Fact]
    public async Task Nobody_stays_out_for_longer_than_thirty_days()
    {
        await using var world = await BreakerWorld.StartAsync($$""" "count": 1, "interval": "PT1M", {{BreakerWorld.Throttled}} """, more: """ "acceptRetryAfter": true """);

        await world.AssertTrippedForAsync(int.MaxValue.ToString(CultureInfo.InvariantCulture), 30 * 24 * 3600);
    }

    [Fact]
    public async Task Failure_response_is_what_a_session_of_the_tripped_backend_gets()
    {
        await using var world = await BreakerWorld.StartAsync(
            $$""" "count": 1, "interval": "PT1M", {{BreakerWorld.Throttled}} """, more: """ "failureResponse": { "statusCode": 418 } """, affinity: true);
        using var caller = world.Call(cookies: true);
        Assert.Equal(200, (await caller.GetAsync("pool")).Status);
        world.Backend.Next(429);
        Assert.Equal(429, (await caller.GetAsync("pool")).Status);

        var refused = await caller.GetAsync("pool");

        Assert.Equal((418, "60"), (refused.Status, refused.Header("Retry-After")));
    }

    /// <summary>Requests in flight when the breaker trips: they trip it once, and one that asks for more time than the trip has gets it.</summary>
    [Fact]
    public async Task Concurrent_failures_trip_once_and_the_longest_retry_after_holds()
    {
        var release = new TaskCompletionSource();
        await using var world = await BreakerWorld.StartAsync($$""" "count": 1, "interval": "PT1M", {{BreakerWorld.Throttled}} """, more: """ "acceptRetryAfter": true """);
        using var caller = world.Call();
        var asked = new List<Task<Answer>>();
        for (var number = 1; number <= 20; number++)
        {
            var seconds = number == 13 ? 300 : number;
            world.Backend.Next(async context =>
            {
                await release.Task;
                context.Response.StatusCode = 429;
                context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            });
            asked.Add(caller.GetAsync("pool"));
        }

        await Eventually.IsAsync(async () => (await world.DescribeAsync())["in_flight"]!.GetValue<int>() == 20);
        release.SetResult();
        await Task.WhenAll(asked);

        Assert.All(asked, answer => Assert.Equal(429, answer.Result.Status));
        var breaker = (await world.DescribeAsync())["circuit_breaker"]!;
        Assert.Equal((1, 300_000), (breaker["trips"]!.GetValue<int>(), breaker["resets_in_ms"]!.GetValue<int>()));
        world.Time.Advance(TimeSpan.FromSeconds(299));
        Assert.Equal([503], await world.AskAsync());
        world.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([200], await world.AskAsync());
    }

    [Fact]
    public async Task Late_failure_prolongs_a_trip_only_where_retry_after_is_accepted()
    {
        var release = new TaskCompletionSource();
        await using var world = await BreakerWorld.StartAsync($$""" "count": 1, "interval": "PT1M", {{BreakerWorld.Throttled}} """);
        using var caller = world.Call();
        world.Backend.Next(async context =>
        {
            await release.Task;
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "3600";
        });
        var late = caller.GetAsync("pool");
        await Eventually.IsAsync(() => Task.FromResult(world.Backend.Requests == 1));
        Assert.Equal([429], await world.AskAsync(429));
        world.Time.Advance(TimeSpan.FromSeconds(59));
        release.SetResult();
        await late;

        Assert.Equal([503], await world.AskAsync());
        world.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([200], await world.AskAsync());
    }

    [Fact]
    public async Task Trip_and_reset_are_logged_with_cause_and_times()
    {
        await using var world = await BreakerWorld.StartAsync($$""" "count": 1, "interval": "PT1M", {{BreakerWorld.Throttled}} """, "PT30S");

        await world.AskAsync(429);
        Assert.Contains(
            "Warning: Circuit breaker of backend a tripped by rule 'rule' on status 429: no requests for 00:00:30, until 2026-01-01T00:00:30.0000000+00:00.", world.Log);
        Assert.DoesNotContain(world.Log, line => line.Contains("reset", StringComparison.Ordinal));

        // Without a request in between.
        world.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Contains("Information: Circuit breaker of backend a reset: requests pass again.", world.Log);
    }

    /// <summary>Timers count whole milliseconds, and may fire a little before their time.</summary>
    [Fact]
    public async Task Reset_is_told_though_its_timer_fires_early()
    {
        var time = new EarlyTime();
        await using var services = new ServiceCollection().AddMetrics().AddFakeLogging().AddSingleton<TimeProvider>(time).AddSingleton<GatewayMetrics>().AddSingleton<BackendStates>().BuildServiceProvider();
        var breaker = services.GetRequiredService<BackendStates>().Of("a").Breaker;
        breaker.Apply(new BreakerRule("rule", 1, null, TimeSpan.FromMinutes(1), [new(429, 429)], [], TimeSpan.FromMilliseconds(60.7), AcceptRetryAfter: false, FailureStatus: null));

        for (var round = 1; round <= 3; round++)
        {
            breaker.Record(new(429));
            time.Advance(TimeSpan.FromMilliseconds(60.4));
            Assert.NotNull(breaker.Trip);
            time.Advance(TimeSpan.FromMilliseconds(5));
            Assert.Null(breaker.Trip);
            Assert.Equal(round, services.GetFakeLogCollector().GetSnapshot().Count(record => record.Message.Contains("reset: requests pass again", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task Clock_that_is_set_back_prolongs_nothing()
    {
        await using var world = await BreakerWorld.StartAsync($$""" "count": 1, "interval": "PT1M", {{BreakerWorld.Throttled}} """, "PT10S");
        await world.AskAsync(429);
        Assert.Equal("tripped", await world.StateAsync());

        world.Time.ClockOffset = TimeSpan.FromHours(-1);
        world.Time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal([200], await world.AskAsync());
        Assert.Contains("Information: Circuit breaker of backend a reset: requests pass again.", world.Log);
    }

    /// <summary>A time whose timers fire half a millisecond before they should.</summary>
    private sealed class EarlyTime : FakeTimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new EarlyTimer(base.CreateTimer(callback, state, dueTime, period));

        private sealed class EarlyTimer(ITimer timer) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) =>
                timer.Change(dueTime > TimeSpan.FromMilliseconds(1) ? dueTime - TimeSpan.FromMilliseconds(0.7) : dueTime, period);

            public void Dispose() => timer.Dispose();

            public ValueTask DisposeAsync() => timer.DisposeAsync();
        }
    }
}
