using SessionAware.Tests.Sessions;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Replay;

/// <summary>A history goes only where its content may be and its model is, and because of throttling only as often as the pool allows.</summary>
public sealed class Bounds_of_replay
{
    private const string Throttled = """, "replayOn": [ "outage", "throttled" ], "replayTokensPerMinute": 100 """;

    [Theory]
    [InlineData(""", "sessionAware": { "dataBoundary": "us" } """)]
    [InlineData(""", "properties": { "azureRegion": "eastus2" } """)]
    [InlineData("")]
    [InlineData(""", "sessionAware": { "dataBoundary": "europe", "deployments": [ { "name": "o4-mini", "model": "o4-mini", "version": "2025-04-16", "capacity": 1 } ] } """)]
    public async Task Survivor_that_may_not_have_it_is_passed_over_even_where_no_other_is_left(string survivor)
    {
        const string Europe = """, "sessionAware": { "dataBoundary": "Europe" } """;
        await using var world = await PoolWorld.StartAsync($$"""
            {
              "backends": [ { "name": "a"{{Europe}} }, { "name": "b"{{survivor}} }, { "name": "c"{{Europe}} } ],
              "pools": [ { "name": "pool", "properties": { "pool": { "services": [
                { "id": "/backends/a", "priority": 1 }, { "id": "/backends/b", "priority": 2 }, { "id": "/backends/c", "priority": 3 } ] } }, "sessionAware": { "affinity": "ids" } } ],
              "apis": [ { "name": "pool", "properties": { "path": "pool" }, "sessionAware": { "pool": "pool" } } ]
            }
            """);
        using var caller = IdWorld.Call(world.Gateway, "pool");
        var id = TwoBackends.Answer(world["a"]);
        Assert.Equal("a", (await caller.SayAsync("My name is Ada.")).Header("x-backend-id"));
        world["a"].Always(503);
        TwoBackends.Answer(world["c"]);

        var moved = await caller.SayAsync("Who am I?", id);
        world["c"].Always(503);
        var refused = await caller.SayAsync("Who am I?", id);
        var later = await caller.SayAsync("And now?", moved.Id);

        Assert.Equal((200, "c", "replayed"), (moved.Status, moved.Header("x-backend-id"), moved.Header("x-session-affinity")));
        Assert.All([refused, later], answer => Assert.Equal((503, "session_unavailable"), (answer.Status, answer.Json["error"]!["code"]!.GetValue<string>())));
        Assert.Equal(0, world["b"].Requests);
    }

    [Fact]
    public async Task Throttled_session_is_replayed_until_the_pools_tokens_are_spent()
    {
        await using var world = await TwoBackends.StartAsync(Throttled);
        var id = await BeginAsync(world, 60);
        world.EastUs2.Always(429, ("Retry-After", "30"));
        TwoBackends.Answer(world.WestUs);

        var replayed = await world.Caller.SayAsync("Who am I?", id);
        var passedOn = await world.Caller.SayAsync("And where?", id);

        Assert.Equal((200, "westus", "replayed"), (replayed.Status, replayed.Header("x-backend-id"), replayed.Header("x-session-affinity")));
        Assert.Equal((429, "30"), (passedOn.Status, passedOn.Header("Retry-After")));
        Assert.Equal(1, world.WestUs.Requests);
        // An outage knows no budget.
        world.EastUs2.Always(503);
        TwoBackends.Answer(world.WestUs);
        var moved = await world.Caller.SayAsync("And where?", id);
        Assert.Equal((200, "westus"), (moved.Status, moved.Header("x-backend-id")));
    }

    [Theory]
    [InlineData(Throttled, 101)]
    [InlineData("", 1)]
    public async Task History_beyond_the_budget_and_one_that_nobody_allowed_stay_with_the_429(string behavior, int tokens)
    {
        await using var world = await TwoBackends.StartAsync(behavior);
        var id = await BeginAsync(world, tokens);
        world.EastUs2.Always(429, ("Retry-After", "30"));

        var answer = await world.Caller.SayAsync("Who am I?", id);

        Assert.Equal((429, "30", 0), (answer.Status, answer.Header("Retry-After"), world.WestUs.Requests));
    }

    /// <summary>A first turn at eastus2 of so many tokens.</summary>
    private static async Task<string> BeginAsync(TwoBackends world, int tokens)
    {
        var id = SessionIds.NewResponse();
        var usage = $$""","usage":{"input_tokens":{{tokens - 1}},"output_tokens":1,"total_tokens":{{tokens}}}""";
        world.EastUs2.Next(ScriptedWorld.Json(ScriptedWorld.Response(id, more: usage)));
        var begun = await world.Caller.SayAsync("My name is Ada.");
        Assert.Equal((200, "eastus2"), (begun.Status, begun.Header("x-backend-id")));
        return id;
    }
}
