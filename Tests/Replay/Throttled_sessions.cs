using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using SessionAware.Tests.ClientRetries;
using SessionAware.Tests.Sessions;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Replay;

/// <summary>A throttled backend keeps its sessions, whenever they ask.</summary>
public sealed class Throttled_sessions
{
    [Fact]
    public async Task Stay_however_little_of_the_trip_is_left_when_they_ask()
    {
        var time = new ReadTime();
        await using var world = await IdWorld.StartAsync(services => services.AddSingleton<TimeProvider>(time));
        using var caller = IdWorld.Call(world.Gateway);
        var first = await caller.SayAsync("My name is Ada.");
        using var region = new Caller(world[first.Header("x-backend-id")].Url);

        // Each reading of the time takes a tick: sooner or later the trip is in force at one reading and over at the next.
        for (var left = 0; left < 120; left++)
        {
            await region.QueueAsync(new { kind = "throttle", retry_after_ms = 30_000 });
            Assert.Equal(429, (await caller.SayAsync("Who am I?", first.Id)).Status);
            time.Pass(TimeSpan.FromSeconds(30) - TimeSpan.FromTicks(left));

            var answer = await caller.SayAsync("Who am I?", first.Id);

            Assert.Equal((200, first.Header("x-backend-id"), "pinned"), (answer.Status, answer.Header("x-backend-id"), answer.Header("x-session-affinity")));
        }
    }

    /// <summary>A body that nobody had to read for its keys comes from the caller only once.</summary>
    [Theory]
    [InlineData("conversations", 50, false)]
    [InlineData("conversations", 50, true)]
    [InlineData("threads", 3_000_000, false)]
    [InlineData("threads", 3_000_000, true)]
    public async Task Request_that_waits_for_its_backend_is_sent_again_with_its_whole_body(string path, int size, bool isChunked)
    {
        await using var world = await ScriptedWorld.StartAsync(""" "unknown": "reject", "keys": [ { "path": "/threads/{thread_id}" } ] """);
        List<string> arrived = [];

        RequestDelegate Answer(int status) => async context =>
        {
            using var body = new StreamReader(context.Request.Body);
            arrived.Add(await body.ReadToEndAsync());
            context.Response.Headers.RetryAfter = "0";
            await ScriptedWorld.Json("""{"id":"made_1"}""", status)(context);
        };

        world.Region.Next(Answer(200));
        Assert.Equal(200, (await world.Caller.SendAsync(HttpMethod.Post, $"openai/v1/{path}", "{}")).Status);
        world.Region.Next(Answer(429));
        world.Region.Next(Answer(200));
        var body = $$$"""{"metadata":{"note":"{{{new string('x', size)}}}"}}""";

        using var raw = await RawHttp.SendAsync(
            world.Gateway.Url,
            $"POST /pool/openai/v1/{path}/made_1 HTTP/1.1\r\nHost: x\r\napi-key: {Nodes.ApiKey}\r\nContent-Type: application/json\r\n"
            + (isChunked ? $"Transfer-Encoding: chunked\r\n\r\n{body.Length:x}\r\n{body}\r\n0\r\n\r\n" : $"Content-Length: {body.Length}\r\n\r\n{body}"));

        Assert.StartsWith("HTTP/1.1 200 ", await raw.ReadHeadAsync(), StringComparison.Ordinal);
        Assert.Equal(3, arrived.Count);
        Assert.All(arrived[1..], sent => Assert.True(sent == body, $"{sent.Length} of {body.Length} bytes arrived"));
    }

    /// <summary>Time of which each reading takes a tick, and which passes as it is told. Timers have the machine's own.</summary>
    private sealed class ReadTime : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Increment(ref _now);

        public void Pass(TimeSpan time) => Interlocked.Add(ref _now, time.Ticks);
    }
}
