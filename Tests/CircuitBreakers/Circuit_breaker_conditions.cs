using System.Globalization;
using Microsoft.AspNetCore.Http;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.CircuitBreakers;

/// <summary>What trips a backend's breaker: the failure condition of APIM's rule, field by field, seen by a caller, in a time that only the test moves.</summary>
public sealed class Circuit_breaker_conditions
{
    [Fact]
    public async Task Count_failures_within_the_interval_trip()
    {
        await using var world = await BreakerWorld.StartAsync($$""" "count": 3, "interval": "PT1M", {{BreakerWorld.Throttled}} """);

        Assert.Equal([429, 429], await world.AskAsync(429, 429));
        Assert.Equal("available", await world.StateAsync());
        Assert.Equal([429], await world.AskAsync(429));
        Assert.Equal("tripped", await world.StateAsync());
        Assert.Equal([503], await world.AskAsync());
        Assert.Equal(3, world.Backend.Requests);
    }

    [Fact]
    public async Task Failures_older_than_the_interval_do_not_count()
    {
        await using var world = await BreakerWorld.StartAsync($$""" "count": 2, "interval": "PT1M", {{BreakerWorld.Throttled}} """);

        Assert.Equal([429], await world.AskAsync(429));
        world.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal([429], await world.AskAsync(429));
        Assert.Equal("available", await world.StateAsync());

        // Of the two within the last minute, the second trips.
        world.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal([429], await world.AskAsync(429));
        Assert.Equal("tripped", await world.StateAsync());
    }

    [Theory]
    [InlineData("PT10S", 10)]
    [InlineData("PT1M", 60)]
    [InlineData("PT1H30M", 5400)]
    [InlineData("P1D", 86400)]
    public async Task Interval_is_an_iso_8601_duration(string interval, int seconds)
    {
        await using var world = await BreakerWorld.StartAsync($$""" "count": 2, "interval": "{{interval}}", {{BreakerWorld.Throttled}} """);

        await world.AskAsync(429);
        world.Time.Advance(TimeSpan.FromSeconds(seconds * 0.98));
        await world.AskAsync(429);
        Assert.Equal("tripped", await world.StateAsync());
    }

    [Fact]
    public async Task Percentage_of_failures_within_the_interval_trips()
    {
        await using var world = await BreakerWorld.StartAsync($$""" "percentage": 50, "interval": "PT1M", {{BreakerWorld.Throttled}} """);

        Assert.Equal([200, 200, 429], await world.AskAsync(200, 200, 429));
        Assert.Equal((3, 1, "available"), await world.WindowAsync());
        Assert.Equal([429], await world.AskAsync(429));
        Assert.Equal("tripped", await world.StateAsync());
    }

    [Fact]
    public async Task Percentage_forgets_what_is_older_than_the_interval()
    {
        await using var world = await BreakerWorld.StartAsync($$""" "percentage": 60, "interval": "PT1M", {{BreakerWorld.Throttled}} """);

        await world.AskAsync(200, 429);
        world.Time.Advance(TimeSpan.FromSeconds(40));
        await world.AskAsync(200);
        Assert.Equal((3, 1, "available"), await world.WindowAsync());
        world.Time.Advance(TimeSpan.FromSeconds(25));
        Assert.Equal((1, 0, "available"), await world.WindowAsync());
        await world.AskAsync(429);
        Assert.Equal((2, 1, "available"), await world.WindowAsync());
    }

    [Fact]
    public async Task Count_and_percentage_together_trip_at_whichever_comes_first()
    {
        await using var world = await BreakerWorld.StartAsync($$""" "count": 2, "percentage": 90, "interval": "PT1M", {{BreakerWorld.Throttled}} """);

        await world.AskAsync(200, 200, 429);
        Assert.Equal("available", await world.StateAsync());
        await world.AskAsync(429);
        Assert.Equal("tripped", await world.StateAsync());
    }

    [Theory]
    [InlineData(429, true)]
    [InlineData(499, false)]
    [InlineData(500, true)]
    [InlineData(503, true)]
    [InlineData(504, false)]
    [InlineData(400, false)]
    [InlineData(404, false)]
    [InlineData(200, false)]
    public async Task Status_code_ranges_say_what_a_failure_is_bounds_included(int status, bool trips)
    {
        await using var world = await BreakerWorld.StartAsync(""" "count": 1, "interval": "PT1M", "statusCodeRanges": [ { "min": 429, "max": 429 }, { "min": 500, "max": 503 } ] """);

        Assert.Equal([status], await world.AskAsync(status));
        Assert.Equal(trips ? "tripped" : "available", await world.StateAsync());
    }

    [Fact]
    public async Task Range_may_take_in_success()
    {
        await using var world = await BreakerWorld.StartAsync(""" "count": 2, "interval": "PT1M", "statusCodeRanges": [ { "min": 200, "max": 299 } ] """);

        Assert.Equal([200, 200, 503], await world.AskAsync(200, 200, 200));
    }

    [Theory]
    [InlineData("BackendConnectionFailure", "cut", true)]
    [InlineData("backendconnectionfailure", "cut", true)]
    [InlineData("BackendConnectionFailure", "refused", true)]
    [InlineData("BackendConnectionFailure", "500", false)]
    [InlineData("Timeout", "cut", false)]
    [InlineData("Timeout", "silent", true)]
    [InlineData("Server errors", "500", true)]
    [InlineData("Server errors", "429", false)]
    [InlineData("Server errors", "cut", true)]
    public async Task Error_reasons_say_what_a_failure_is_whatever_the_status(string reason, string failure, bool trips)
    {
        var nobody = $"http://127.0.0.1:{Ports.Free()}";
        await using var world = await BreakerWorld.StartAsync(
            $$""" "count": 1, "interval": "PT1M", "errorReasons": [ "{{reason}}" ] """,
            settings: [("Gateway:ActivityTimeout", "00:00:00.300"), .. failure == "refused" ? [("Backends:a:Url", nobody)] : Array.Empty<(string, string?)>()]);
        if (failure == "cut")
            world.Backend.Next(context => { context.Abort(); return Task.CompletedTask; });
        else if (failure == "silent")
            world.Backend.Next(context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted));
        else if (failure != "refused")
            world.Backend.Next(int.Parse(failure, CultureInfo.InvariantCulture));
        using var caller = world.Call();

        await caller.GetAsync("pool");

        Assert.Equal(trips ? "tripped" : "available", await world.StateAsync());
        if (trips)
            Assert.Equal(failure is "500" ? "500" : failure == "silent" ? "Timeout" : "BackendConnectionFailure", (await world.DescribeAsync())["circuit_breaker"]!["cause"]!.GetValue<string>());
    }
}
