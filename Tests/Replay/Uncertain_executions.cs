using SessionAware.Tests.ClientRetries;
using SessionAware.Tests.SessionStores;
using SessionAware.Tests.Sessions;
using SessionAware.Tests.Worlds;
using static SessionAware.Tests.Replay.TwoBackends;

namespace SessionAware.Tests.Replay;

/// <summary>A backend that is lost after it was sent a request may have executed it: a second execution is marked, or there is none.</summary>
public sealed class Uncertain_executions
{
    private static readonly (string, string) s_sure = ("x-session-attempt", "again");

    [Fact]
    public async Task Turn_that_was_lost_is_sent_once_more_and_marked()
    {
        await using var world = await StartAsync();
        var id = await world.BeginAsync();
        world.EastUs2.Next(LoseAsync);
        string? mark = null;
        var made = AnswerAndLook(world.WestUs, context => mark = context.Request.Headers["x-session-attempt"]);

        var answer = await world.Caller.SayAsync("Who am I?", id);

        Assert.Equal((200, "westus", "2", "2"), (answer.Status, answer.Header("x-backend-id"), answer.Header("x-session-attempt"), mark));
        Assert.EndsWith("; attempt=2", answer.Header("x-session-replay"), StringComparison.Ordinal);
        Assert.Equal(made, answer.Id);
    }

    [Fact]
    public async Task Second_loss_is_a_conflict_and_stays_one_until_the_caller_is_sure()
    {
        await using var world = await StartAsync();
        var id = await world.BeginAsync();
        world.EastUs2.Next(LoseAsync);
        world.WestUs.Next(LoseAsync);

        AssertUncertain(await SayAsync(world, id, more: ""));
        var asked = world.Requests;
        AssertUncertain(await SayAsync(world, id, more: ""));
        Assert.Equal(asked, world.Requests);

        Answer(world.EastUs2);
        var other = await world.Caller.SayAsync("Who am I, then?", id);
        Assert.Equal((200, null), (other.Status, other.Header("x-session-attempt")));
        Answer(world.EastUs2);
        var sure = await SayAsync(world, id, more: "", s_sure);
        Assert.Equal((200, "2"), (sure.Status, sure.Header("x-session-attempt")));
        Answer(world.EastUs2);
        Assert.Equal(200, (await SayAsync(world, id, more: "")).Status);
    }

    [Theory]
    [InlineData(""", "replayOn": []""", "")]
    [InlineData(""", "recordContent": false""", "")]
    [InlineData("", ""","background":true""")]
    [InlineData("", ""","tools":[{"type":"web_search"}]""")]
    public async Task Where_it_cannot_be_replayed_it_is_a_conflict_that_clients_do_not_send_again(string behavior, string more)
    {
        await using var world = await StartAsync(behavior);
        var id = await world.BeginAsync();
        world.EastUs2.Next(LoseAsync);

        AssertUncertain(await SayAsync(world, id, more));
        var asked = world.Requests;
        AssertUncertain(await SayAsync(world, id, more));
        Assert.Equal(asked, world.Requests);
    }

    [Fact]
    public async Task Replica_that_said_so_remembers_it_where_the_store_does_not_take_it()
    {
        await using var world = await OutageWorld.StartAsync(settings: ("Gateway:PoolsFile", IdPools.Write()));
        using var caller = IdWorld.Call(world.Gateway, "pool");
        using var east = new Caller(world.EastUs2.Url);
        var first = await caller.SayAsync("My name is Ada.");
        Assert.Equal("eastus2", first.Header("x-backend-id"));
        await east.QueueAsync(new { kind = "outage", close_connection = true });

        using (world.Lock())
        {
            for (var time = 0; time < 2; time++)
                AssertUncertain(await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Who am I?", previous_response_id = first.Id, background = true }));
        }

        Assert.Equal([200, null], (await east.JournalAsync()).Select(entry => entry!["status"]?.GetValue<int>()));
    }

    [Fact]
    public async Task Sure_request_that_is_lost_again_is_as_uncertain_as_before()
    {
        await using var world = await StartAsync();
        var id = await world.BeginAsync();
        world.EastUs2.Next(LoseAsync);

        AssertUncertain(await SayAsync(world, id, ""","background":true""", s_sure));
        var asked = world.Requests;
        AssertUncertain(await SayAsync(world, id, ""","background":true"""));
        Assert.Equal(asked, world.Requests);
    }

    [Fact]
    public async Task Session_that_is_to_return_stays_where_it_is_while_its_first_backend_is_throttled()
    {
        await using var world = await StartAsync(""", "failBack": "return" """);
        var id = await world.BeginAsync();
        world.EastUs2.Next(503);
        var moved = Answer(world.WestUs);
        Assert.Equal("replayed", (await world.Caller.SayAsync("Who am I?", id)).Header("x-session-affinity"));
        world.EastUs2.Next(429, ("Retry-After", "60"));
        Answer(world.WestUs);

        var answer = await world.Caller.SayAsync("And now?", moved);

        Assert.Equal((200, "westus", "pinned"), (answer.Status, answer.Header("x-backend-id"), answer.Header("x-session-affinity")));
        Answer(world.EastUs2);
        var back = await world.Caller.SayAsync("And at last?", answer.Id);
        Assert.Equal((200, "eastus2", "replayed"), (back.Status, back.Header("x-backend-id"), back.Header("x-session-affinity")));
    }

    [Fact]
    public async Task Retry_after_of_a_backend_that_is_out_is_passed_on()
    {
        await using var world = await StartAsync(""", "replayOn": []""");
        var id = await world.BeginAsync();
        world.EastUs2.Next(503, ("Retry-After", "7"));

        var answer = await world.Caller.SayAsync("Who am I?", id);

        Assert.Equal((503, "session_unavailable", "7"), (answer.Status, answer.Json["error"]!["code"]!.GetValue<string>(), answer.Header("Retry-After")));
    }

    private static Task<Answer> SayAsync(TwoBackends world, string id, string more, params (string Name, string Value)[] headers) => world.Caller.SendAsync(
        HttpMethod.Post, "openai/v1/responses", $$"""{"model":"gpt-4o-mini","input":"Who am I?","previous_response_id":"{{id}}"{{more}}}""", headers);

    private static void AssertUncertain(Answer answer) => Assert.Equal(
        (409, "execution_uncertain", "false"), (answer.Status, answer.Json["error"]!["code"]!.GetValue<string>(), answer.Header("x-should-retry")));

    private static string AnswerAndLook(ScriptedBackend backend, Action<Microsoft.AspNetCore.Http.HttpContext> look)
    {
        var id = Sessions.SessionIds.NewResponse();
        var answer = Sessions.ScriptedWorld.Json(Sessions.ScriptedWorld.Response(id));
        backend.Next(context =>
        {
            look(context);
            return answer(context);
        });
        return id;
    }
}
