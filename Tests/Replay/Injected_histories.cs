using System.Text.Json.Nodes;
using SessionAware.Tests.Sessions;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Replay;

/// <summary>Backends that keep no state: the gateway keeps it, and every request takes its history along.</summary>
public sealed class Injected_histories
{
    [Fact]
    public async Task Any_region_serves_any_turn_and_keeps_none()
    {
        await using var world = await IdWorld.StartAsync();
        using var caller = IdWorld.Call(world.Gateway, "inject");
        List<Answer> turns = [await caller.SayAsync("My name is Ada.")];
        foreach (var said in new[] { "I live in Paris.", "Who am I?", "Where do I live?" })
            turns.Add(await caller.SayAsync(said, turns[^1].Id));

        Assert.All(turns, turn => Assert.Equal(200, turn.Status));
        Assert.Equal(["none", "response", "response", "response"], turns.Select(turn => turn.Header("x-session-key")));
        Assert.Equal(["new", "replayed", "replayed", "replayed"], turns.Select(turn => turn.Header("x-session-affinity")));
        Assert.Equal(2, turns.Select(turn => turn.Header("x-backend-id")).Distinct().Count());
        Assert.All(turns.Zip(turns.Skip(1)), pair => Assert.NotEqual(pair.First.Header("x-backend-id"), pair.Second.Header("x-backend-id")));
        Assert.All(turns, turn => Assert.True(turn.Json["store"]!.GetValue<bool>()));
        Assert.Equal([null, .. turns.SkipLast(1).Select(turn => turn.Id)], turns.Select(turn => turn.Json["previous_response_id"]?.GetValue<string>()));
        Assert.Contains("Ada", turns[2].OutputText, StringComparison.Ordinal);
        Assert.Contains("Paris", turns[3].OutputText, StringComparison.Ordinal);
        foreach (var region in new[] { world.EastUs2, world.WestUs })
        {
            using var emulator = new Caller(region.Url);
            Assert.Equal(0, await emulator.StoredAsync());
        }
    }

    [Fact]
    public async Task What_was_made_is_read_and_deleted_at_the_gateway()
    {
        await using var world = await IdWorld.StartAsync();
        using var caller = IdWorld.Call(world.Gateway, "inject");
        var first = await caller.SayAsync("My name is Ada.");
        var second = await caller.SayAsync("Who am I?", first.Id);

        var read = await caller.GetAsync($"openai/v1/responses/{second.Id}");
        var items = await caller.GetAsync($"openai/v1/responses/{second.Id}/input_items?order=asc");
        var cancelled = await caller.SendAsync(HttpMethod.Post, $"openai/v1/responses/{second.Id}/cancel");
        var deleted = await caller.SendAsync(HttpMethod.Delete, $"openai/v1/responses/{second.Id}");
        var gone = await caller.GetAsync($"openai/v1/responses/{second.Id}");

        Assert.True(JsonNode.DeepEquals(second.Json, read.Json), read.Text);
        Assert.Equal("record", read.Header("x-session-served-from"));
        Assert.Equal(["user", "assistant", "user"], items.Json["data"]!.AsArray().Select(item => item!["role"]!.GetValue<string>()));
        Assert.Equal(400, cancelled.Status);
        Assert.Equal(("response.deleted", true), (deleted.Json["object"]!.GetValue<string>(), deleted.Json["deleted"]!.GetValue<bool>()));
        Assert.Equal(404, gone.Status);
        Assert.Equal(400, (await caller.SayAsync("Who am I?", second.Id)).Status);
    }
}
