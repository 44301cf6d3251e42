using Microsoft.AspNetCore.Http;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Sessions;

/// <summary>What is on record of a turn, however its answer was seen.</summary>
public sealed class Recorded_turns
{
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
        world.Region.Next(async context =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(" ");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });

        Assert.Equal(504, (await world.Caller.CreateAsync(new { model = "m", input = "Hi" })).Status);
    }
}
