using SessionAware.Tests.Sessions;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Replay;

/// <summary>What was made within one data boundary is sent to no backend of another, whichever turn of a history it is and whatever refers to it.</summary>
public sealed class Boundaries_of_histories
{
    private const string Europe = """, { "name": "c", "sessionAware": { "dataBoundary": "europe" } }""";

    [Theory]
    [InlineData(Europe)]
    [InlineData(""", { "name": "c" }""")]
    [InlineData("")]
    public async Task Response_made_in_another_is_not_sent_along_with_the_history(string later)
    {
        await using var world = await StartAsync();
        using var other = IdWorld.Call(world.Gateway, "other");
        // As it was made, and as the file says now.
        await using var replica = await world.StartReplicaAsync(Pools(later, later.Length > 0));
        using var caller = IdWorld.Call(replica, "inject");
        var abroad = TwoBackends.Answer(world["c"]);
        Assert.Equal("c", (await other.SayAsync("My name is Ada.")).Header("x-backend-id"));

        AssertRefused(await caller.SayAsync("Who am I?", abroad));
        AssertRefused(await caller.CreateAsync(new { model = "m", input = Referring(abroad) }));
        Assert.Equal((0, 0), (world["a"].Requests, world["b"].Requests));
    }

    [Fact]
    public async Task Response_made_by_any_backend_of_the_same_is()
    {
        await using var world = await StartAsync();
        using var pool = IdWorld.Call(world.Gateway, "pool");
        using var caller = IdWorld.Call(world.Gateway, "inject");
        var id = TwoBackends.Answer(world["a"]);
        Assert.Equal("a", (await pool.SayAsync("My name is Ada.")).Header("x-backend-id"));

        Assert.Equal((200, "turns=1; items=2; stripped=ids:1"), Replayed(await caller.SayAsync("Who am I?", id)));
        Assert.Equal((200, "turns=0; items=0; stripped=ids:1"), Replayed(await caller.CreateAsync(new { model = "m", input = Referring(id) })));
    }

    [Fact]
    public async Task Item_made_in_another_keeps_the_conversation_that_refers_to_it_where_it_is()
    {
        await using var world = await StartAsync();
        using var other = IdWorld.Call(world.Gateway, "other");
        using var caller = IdWorld.Call(world.Gateway, "pool");
        var abroad = TwoBackends.Answer(world["c"]);
        Assert.Equal("c", (await other.SayAsync("My name is Ada.")).Header("x-backend-id"));
        var here = TwoBackends.Answer(world["a"]);
        Assert.Equal("a", (await caller.SayAsync("My name is Bob.")).Header("x-backend-id"));
        world["a"].Always(503);

        AssertRefused(await caller.CreateAsync(new { model = "m", input = Referring(abroad), previous_response_id = here }));
        Assert.Equal(0, world["b"].Requests);
        TwoBackends.Answer(world["b"]);
        Assert.Equal((200, "turns=1; items=2; stripped=ids:2"), Replayed(await caller.CreateAsync(new { model = "m", input = Referring(here), previous_response_id = here })));
    }

    private static Task<PoolWorld> StartAsync() => PoolWorld.StartAsync(Pools(Europe, hasOther: true));

    /// <summary>Two backends of one boundary, in a pool that keeps sessions where they are and in one whose backends keep no state, and what <paramref name="more"/> adds.</summary>
    private static string Pools(string more, bool hasOther) => $$"""
        {
          "backends": [ { "name": "a", "sessionAware": { "dataBoundary": "us" } }, { "name": "b", "sessionAware": { "dataBoundary": "us" } }{{more}} ],
          "pools": [
            { "name": "pool", "properties": { "pool": { "services": [ { "id": "/backends/a", "priority": 1 }, { "id": "/backends/b", "priority": 2 } ] } }, "sessionAware": { "affinity": "ids" } },
            { "name": "inject", "properties": { "pool": { "services": [ { "id": "/backends/a" }, { "id": "/backends/b" } ] } }, "sessionAware": { "affinity": "ids", "history": "inject" } }
            {{(hasOther ? """, { "name": "other", "properties": { "pool": { "services": [ { "id": "/backends/c" } ] } }, "sessionAware": { "affinity": "ids" } }""" : "")}} ],
          "apis": [
            { "name": "pool", "properties": { "path": "pool" }, "sessionAware": { "pool": "pool" } },
            { "name": "inject", "properties": { "path": "inject" }, "sessionAware": { "pool": "inject" } }
            {{(hasOther ? """, { "name": "other", "properties": { "path": "other" }, "sessionAware": { "pool": "other" } }""" : "")}} ]
        }
        """;

    /// <summary>An input that refers to the message of a response.</summary>
    private static object[] Referring(string response) => [new { type = "item_reference", id = $"msg_{response[5..]}" }, new { role = "user", content = "Who am I?" }];

    private static (int Status, string? Replay) Replayed(Answer answer) => (answer.Status, answer.Header("x-session-replay"));

    private static void AssertRefused(Answer answer)
    {
        Assert.True(answer.Status == 503, $"{answer.Status} {answer.Text}");
        Assert.Equal("region_bound_state", answer.Json["error"]!["code"]!.GetValue<string>());
        Assert.Contains("data boundary", answer.Json["error"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }
}
