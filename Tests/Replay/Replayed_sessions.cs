using System.Globalization;
using System.Text.Json.Nodes;
using SessionAware.Tests.ClientRetries;
using SessionAware.Tests.Sessions;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Replay;

/// <summary>A conversation whose region is out goes on at another one, whole, and says so.</summary>
public sealed class Replayed_sessions
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Conversation_goes_on_at_another_region_with_all_that_was_said(bool streams)
    {
        await using var world = await IdWorld.StartAsync();
        using var caller = IdWorld.Call(world.Gateway);
        var first = await caller.SayAsync("My name is Ada.");
        var second = await caller.SayAsync("I live in Paris.", first.Id);
        var owner = second.Header("x-backend-id");
        using var lost = new Caller(world[owner].Url);
        await lost.OrderAsync(new { kind = "outage" });

        var request = new { model = "gpt-4o-mini", input = "Who am I?", previous_response_id = second.Id, stream = streams };
        var third = await caller.CreateAsync(request);

        Assert.Equal(200, third.Status);
        Assert.NotEqual(owner, third.Header("x-backend-id"));
        Assert.Equal("replayed", third.Header("x-session-affinity"));
        Assert.Equal("response", third.Header("x-session-key"));
        Assert.Equal("turns=2; items=4; stripped=ids:2", third.Header("x-session-replay"));
        Assert.Contains("Ada", third.Text, StringComparison.Ordinal);
        var bodies = streams ? Events.Parse(third.Text).Select(item => item.Data["response"]).OfType<JsonNode>().ToList() : [third.Json];
        Assert.NotEmpty(bodies);
        Assert.All(bodies, body => Assert.Equal(second.Id, body["previous_response_id"]!.GetValue<string>()));

        var id = bodies[0]["id"]!.GetValue<string>();
        var fourth = await caller.SayAsync("Who am I?", id);
        Assert.Equal(("pinned", third.Header("x-backend-id")), (fourth.Header("x-session-affinity"), fourth.Header("x-backend-id")));
        Assert.Contains("Ada", fourth.OutputText, StringComparison.Ordinal);
        var again = await caller.GetAsync($"openai/v1/responses/{id}");
        Assert.Equal(second.Id, again.Json["previous_response_id"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_cannot_be_replayed_is_refused_by_name_and_says_when_to_come_back_and_what_is_on_record_is_read()
    {
        await using var world = await IdWorld.StartAsync();
        using var caller = IdWorld.Call(world.Gateway);
        var first = await caller.SayAsync("My name is Ada.");
        using var lost = new Caller(world[first.Header("x-backend-id")].Url);
        await lost.OrderAsync(new { kind = "outage" });

        var hosted = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Who am I?", previous_response_id = first.Id, tools = new[] { new { type = "web_search" } } });
        var read = await caller.GetAsync($"openai/v1/responses/{first.Id}");

        Assert.Equal((503, "region_bound_state"), (hosted.Status, hosted.Json["error"]!["code"]!.GetValue<string>()));
        // The trip that the outage has caused.
        Assert.InRange(int.Parse(hosted.Header("Retry-After")!, CultureInfo.InvariantCulture), 1, 60);
        Assert.Equal((200, "record", null), (read.Status, read.Header("x-session-served-from"), read.Header("x-backend-id")));
        Assert.True(JsonNode.DeepEquals(first.Json, read.Json), read.Text);
    }
}
