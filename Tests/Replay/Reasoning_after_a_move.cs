using System.Text.Json;
using System.Text.Json.Nodes;
using SessionAware.Tests.ClientRetries;
using SessionAware.Tests.Sessions;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Replay;

/// <summary>Only the backend that made reasoning can read it: after a move it is left out, and said so, instead of failing the request.</summary>
public sealed class Reasoning_after_a_move
{
    [Fact]
    public async Task Reasoning_of_before_the_move_is_left_out_of_later_requests()
    {
        await using var world = await StartAsync();
        using var caller = IdWorld.Call(world.Gateway, "pool");
        var first = await ThinkAsync(caller, [Said("My name is Ada.")], store: true);
        await LoseAsync(world, first);
        var moved = await ThinkAsync(caller, [Said("Who am I?")], store: true, first.Id);
        Assert.Equal(("replayed", "turns=1; items=2; stripped=ids:1,reasoning:1"), (moved.Header("x-session-affinity"), moved.Header("x-session-replay")));

        var later = await ThinkAsync(caller, [.. OutputOf(first), .. OutputOf(moved), Said("Who am I?")], store: true, moved.Id);

        Assert.True(later.Status == 200, later.Text);
        Assert.Equal(
            (moved.Header("x-backend-id"), "pinned", "turns=0; items=0; stripped=reasoning:1"),
            (later.Header("x-backend-id"), later.Header("x-session-affinity"), later.Header("x-session-replay")));
        Assert.Contains("Ada", later.Text, StringComparison.Ordinal);
        // That region alone cannot.
        using var region = new Caller(world[moved.Header("x-backend-id")].Url);
        var alone = await ThinkAsync(region, [.. OutputOf(first), Said("Who am I?")], store: true, moved.Id);
        Assert.Equal((400, "invalid_encrypted_content"), (alone.Status, alone.Json["error"]!["code"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Mark_of_the_encoding_before_the_request_changes_nothing()
    {
        await using var world = await StartAsync();
        using var caller = IdWorld.Call(world.Gateway, "pool");
        var first = await ThinkAsync(caller, [Said("My name is Ada.")], store: true);
        await LoseAsync(world, first);
        var moved = await ThinkAsync(caller, [Said("Who am I?")], store: true, first.Id);
        JsonNode[] input = [.. OutputOf(first), Said("Who am I?")];

        var later = await caller.CreateAsync("\uFEFF" + JsonSerializer.Serialize(new { model = "o4-mini", input, previous_response_id = moved.Id }));

        Assert.True(later.Status == 200, later.Text);
        Assert.Equal("turns=0; items=0; stripped=reasoning:1", later.Header("x-session-replay"));
    }

    [Fact]
    public async Task Conversation_that_the_caller_keeps_goes_on_elsewhere_without_the_reasoning()
    {
        await using var world = await StartAsync();
        using var caller = IdWorld.Call(world.Gateway, "pool");
        var first = await ThinkAsync(caller, [Said("My name is Ada.")], store: false);
        await LoseAsync(world, first);

        var moved = await ThinkAsync(caller, [Said("My name is Ada."), .. OutputOf(first), Said("Who am I?")], store: false);

        Assert.True(moved.Status == 200, moved.Text);
        Assert.NotEqual(first.Header("x-backend-id"), moved.Header("x-backend-id"));
        Assert.Equal(("replayed", "turns=0; items=0; stripped=ids:1,reasoning:1"), (moved.Header("x-session-affinity"), moved.Header("x-session-replay")));
        Assert.Contains("Ada", moved.Text, StringComparison.Ordinal);
    }

    private static Task<IdWorld> StartAsync() => IdWorld.StartAsync(("Gateway:PoolsFile", PoolsText.Write("""
        {
          "backends": [ { "name": "eastus2", "sessionAware": { "dataBoundary": "us" } }, { "name": "westus", "sessionAware": { "dataBoundary": "us" } } ],
          "pools": [ { "name": "pool", "properties": { "pool": { "services": [ { "id": "/backends/eastus2" }, { "id": "/backends/westus" } ] } }, "sessionAware": { "affinity": "ids" } } ],
          "apis": [ { "name": "pool", "properties": { "path": "pool" }, "sessionAware": { "pool": "pool" } } ]
        }
        """)));

    private static Task<Answer> ThinkAsync(Caller caller, JsonNode[] input, bool store, string? previous = null) =>
        caller.CreateAsync(new { model = "o4-mini", input, store, previous_response_id = previous, include = new[] { "reasoning.encrypted_content" } });

    private static JsonObject Said(string text) => new() { ["role"] = "user", ["content"] = text };

    private static IEnumerable<JsonNode> OutputOf(Answer answer) => answer.Json["output"]!.AsArray().Select(item => item!.DeepClone());

    private static async Task LoseAsync(IdWorld world, Answer answer)
    {
        Assert.True(answer.Status == 200, answer.Text);
        using var lost = new Caller(world[answer.Header("x-backend-id")].Url);
        await lost.OrderAsync(new { kind = "outage" });
    }
}
