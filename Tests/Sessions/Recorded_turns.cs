using System.Text;
using Microsoft.AspNetCore.Http;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Sessions;

/// <summary>What is on record of a turn, however its answer was seen.</summary>
public sealed class Recorded_turns
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Streamed_turn_has_its_input_and_its_parent_whoever_sees_its_end_first(bool isHungUp)
    {
        await using var world = await ScriptedWorld.StartAsync();
        var parent = await world.MakeAsync("My name is Ada.");
        var (id, gate) = (SessionIds.NewResponse(), new TaskCompletionSource());
        world.Region.Next(ScriptedWorld.Stream(id, gate.Task));
        await using (var live = await LiveEvents.CreateAsync($"{world.Gateway.Url}/pool", $$"""{"model":"m","input":"Who am I?","stream":true,"previous_response_id":"{{parent}}"}"""))
        {
            if (!isHungUp)
            {
                await SeeEndAsync(world, id);
                gate.SetResult();
                await live.ReadAllAsync();
            }
        }

        if (isHungUp)
            await SeeEndAsync(world, id);
        gate.TrySetResult();

        var turn = (await world.ReadAsync(id))!;
        Assert.Equal(("completed", parent, parent), (turn.Status, turn.PreviousResponseId, turn.Session));
        Assert.Equal("\"Who am I?\"", Encoding.UTF8.GetString(turn.Input.Span));
        Assert.Equal(ScriptedWorld.Response(id), Encoding.UTF8.GetString(turn.Answer.Span));
    }

    [Fact]
    public async Task What_an_answer_says_that_it_continues_is_recorded()
    {
        await using var world = await ScriptedWorld.StartAsync();
        var id = SessionIds.NewResponse();
        world.Region.Next(ScriptedWorld.Json(ScriptedWorld.Response(id, "queued")));
        await world.Caller.CreateAsync(new { model = "m", input = "Hi", background = true });
        world.Region.Next(ScriptedWorld.Json(ScriptedWorld.Response(id, more: ""","previous_response_id":"resp_before" """)));

        await world.Caller.GetAsync($"openai/v1/responses/{id}");

        Assert.Equal("resp_before", (await world.ReadAsync(id))!.PreviousResponseId);
    }

    [Fact]
    public async Task Event_larger_than_any_image_is_recorded_whole()
    {
        await using var world = await ScriptedWorld.StartAsync();
        var id = SessionIds.NewResponse();
        var large = ScriptedWorld.Response(id, more: $",\"metadata\":{{\"x\":\"{new string('x', 17 * 1024 * 1024)}\"}}");
        world.Region.Next(ScriptedBackend.Events(ScriptedWorld.EventOf("response.created", ScriptedWorld.Response(id, "in_progress")), ScriptedWorld.EventOf("response.completed", large)));

        var answer = await world.Caller.CreateAsync(new { model = "m", input = "Hi", stream = true });

        Assert.EndsWith(ScriptedWorld.EventOf("response.completed", large), answer.Text, StringComparison.Ordinal);
        var turn = (await world.ReadAsync(id))!;
        Assert.Equal(("completed", large.Length), (turn.Status, turn.Answer.Length));
    }

    [Fact]
    public async Task Answer_that_keeps_coming_is_held_however_long_it_takes()
    {
        // The limit is of the machine's own time, and so is the wait: longer than the limit in all, and a fraction of it each time.
        var limit = TimeSpan.FromSeconds(1.5);
        await using var world = await ScriptedWorld.StartAsync(settings: [("Gateway:ActivityTimeout", $"{limit}")]);
        var id = SessionIds.NewResponse();
        world.Region.Next(async context =>
        {
            context.Response.ContentType = "application/json";
            for (var part = 0; part < 8; part++)
            {
                await context.Response.WriteAsync(" ");
                await context.Response.Body.FlushAsync();
                await Task.Delay(limit / 5, TimeProvider.System);
            }

            await context.Response.WriteAsync(ScriptedWorld.Response(id));
        });

        var answer = await world.Caller.CreateAsync(new { model = "m", input = "Hi" });

        Assert.True(answer.Status == 200, answer.Text);
        Assert.Equal("completed", (await world.ReadAsync(id))!.Status);
    }

    [Fact]
    public async Task Answer_that_stops_coming_is_given_up()
    {
        await using var world = await ScriptedWorld.StartAsync(settings: [("Gateway:ActivityTimeout", "00:00:00.200")]);
        world.Region.Otherwise(async context =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(" ");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });

        var answer = await world.Caller.CreateAsync(new { model = "m", input = "Hi" });

        // At one backend, and then at the other; either may have made it.
        Assert.Equal((409, "execution_uncertain", 2), (answer.Status, answer.Json["error"]!["code"]!.GetValue<string>(), world.Region.Requests));
    }

    private static async Task SeeEndAsync(ScriptedWorld world, string id)
    {
        world.Region.Next(ScriptedWorld.Json(ScriptedWorld.Response(id)));
        Assert.Equal(200, (await world.Caller.GetAsync($"openai/v1/responses/{id}")).Status);
    }
}
