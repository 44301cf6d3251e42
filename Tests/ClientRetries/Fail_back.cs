using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.ClientRetries;

/// <summary>A session that has moved stays where it is, or goes back to where it began when that serves again, as its pool says.</summary>
public sealed class Fail_back
{
    [Theory]
    [InlineData("stay", "westus", "pinned")]
    [InlineData("return", "eastus2", "replayed")]
    public async Task Session_that_has_moved_goes_on_where_its_pool_says(string failBack, string backend, string affinity)
    {
        await using var world = await RetryWorld.StartAsync(failBack: failBack);
        var id = await world.BeginAsync();
        await world.StrikeAsync(new { kind = "outage" });
        var moved = await world.Caller.SayAsync("I live in Paris.", id);
        AssertServedBy("westus", "replayed", moved);
        await Eventually.IsAsync(async () => (await world.Admin.GetAsync("admin/backends/eastus2")).Json["state"]!.GetValue<string>() == "available");

        var next = await world.Caller.SayAsync("Who am I?", moved.Id);
        var last = await world.Caller.SayAsync("Who am I?", next.Id);

        AssertServedBy(backend, affinity, next);
        AssertServedBy(backend, "pinned", last);
        Assert.Contains("Ada", next.OutputText, StringComparison.Ordinal);
        Assert.Contains("Ada", last.OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_that_may_return_stays_while_its_first_backend_is_tripped()
    {
        await using var world = await RetryWorld.StartAsync(trip: "PT1M", failBack: "return");
        var id = await world.BeginAsync();
        await world.StrikeAsync(new { kind = "outage" });
        var moved = await world.Caller.SayAsync("I live in Paris.", id);

        var next = await world.Caller.SayAsync("Who am I?", moved.Id);

        AssertServedBy("westus", "pinned", next);
        await world.AssertArrivedAsync(eastus2: "503", westus: "200, 200");
    }

    private static void AssertServedBy(string backend, string affinity, Answer answer) =>
        Assert.Equal((200, backend, affinity), (answer.Status, answer.Header("x-backend-id"), answer.Header("x-session-affinity")));
}
