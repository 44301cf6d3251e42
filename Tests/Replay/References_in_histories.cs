using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using SessionAware.Tests.Sessions;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Replay;

/// <summary>What a turn refers to is a part of its history, in every later turn too; it is looked for no further than a request may be long.</summary>
public sealed class References_in_histories
{
    private static readonly (string, string?) s_shortRequests = ("Gateway:MaxRequestBodyBytes", "65536");

    [Theory]
    [InlineData("", true)]
    [InlineData(""", "history": "inject" """, false)]
    public async Task Item_that_an_earlier_turn_refers_to_goes_along_in_its_place(string behavior, bool isOut)
    {
        await using var world = await TwoBackends.StartAsync(behavior);
        List<JsonNode> read = [];
        foreach (var backend in new[] { world.EastUs2, world.WestUs })
            backend.Otherwise(context => AnswerAsync(context, read));
        var other = await world.Caller.SayAsync("My name is Ada.");
        var first = await ReferAsync(world, other.Id);
        Assert.Equal(200, first.Status);
        if (isOut)
            (first.Header("x-backend-id") == "eastus2" ? world.EastUs2 : world.WestUs).Always(503);

        var second = await world.Caller.SayAsync("And now?", first.Id);

        Assert.True(second.Status == 200, second.Text);
        Assert.Equal(("replayed", "turns=1; items=3; stripped=ids:2"), (second.Header("x-session-affinity"), second.Header("x-session-replay")));
        var sent = read[^1]["input"]!.AsArray();
        Assert.Equal(["assistant", "user", "assistant", "user"], sent.Select(item => item!["role"]!.GetValue<string>()));
        Assert.True(JsonNode.DeepEquals(other.Json["output"]![0]!["content"], sent[0]!["content"]), sent.ToJsonString());
    }

    [Fact]
    public async Task Item_is_looked_for_until_it_is_found_and_no_further_than_a_request_may_be_long()
    {
        await using var world = await TwoBackends.StartAsync("", s_shortRequests);
        var here = await world.BeginAsync();
        var turns = await TellAsync(world, world.WestUs, 5);
        world.EastUs2.Always(503);
        TwoBackends.Answer(world.WestUs);

        var found = await ReferAsync(world, turns[0], here);
        var refused = await ReferAsync(world, turns[^1], here);

        Assert.True(found.Status == 200, found.Text);
        Assert.Equal((503, "history_too_large", 6), (refused.Status, refused.Json["error"]?["code"]?.GetValue<string>(), world.WestUs.Requests));
    }

    [Fact]
    public async Task Items_that_led_to_a_response_are_read_from_the_record_up_to_that_length_too()
    {
        await using var world = await TwoBackends.StartAsync("", s_shortRequests);
        var turns = await TellAsync(world, world.EastUs2, 5);
        world.EastUs2.Always(503);

        var read = await world.Caller.GetAsync($"openai/v1/responses/{turns[0]}/input_items");
        var refused = await world.Caller.GetAsync($"openai/v1/responses/{turns[^1]}/input_items");

        Assert.Equal((200, "record"), (read.Status, read.Header("x-session-served-from")));
        Assert.Equal((503, "history_too_large"), (refused.Status, refused.Json["error"]?["code"]?.GetValue<string>()));
    }

    /// <summary>A conversation at <paramref name="backend"/> with 20 KB in every turn.</summary>
    private static async Task<List<string>> TellAsync(TwoBackends world, ScriptedBackend backend, int turns)
    {
        List<string> told = [];
        while (told.Count < turns)
        {
            var id = TwoBackends.Answer(backend);
            var answer = await world.Caller.SayAsync(new string('x', 20_000), told.LastOrDefault());
            Assert.Equal((200, backend.Name), (answer.Status, answer.Header("x-backend-id")));
            told.Add(id);
        }

        return told;
    }

    /// <summary>Refers to the message of <paramref name="response"/>.</summary>
    private static Task<Answer> ReferAsync(TwoBackends world, string response, string? previous = null) => world.Caller.CreateAsync(new
    {
        model = "m",
        input = new object[] { new { type = "item_reference", id = $"msg_{response[5..]}" }, new { role = "user", content = "Who am I?" } },
        previous_response_id = previous,
    });

    private static async Task AnswerAsync(HttpContext context, List<JsonNode> read)
    {
        read.Add((await JsonNode.ParseAsync(context.Request.Body))!);
        await ScriptedWorld.Json(ScriptedWorld.Response(SessionIds.NewResponse()))(context);
    }
}
