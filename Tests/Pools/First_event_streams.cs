using Microsoft.AspNetCore.Http;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Pools;

/// <summary>Streams whose first event is looked at: slow ones, large ones, empty ones, compressed ones, and those that nobody waits for.</summary>
public sealed class First_event_streams
{
    private const string Retry = """{ "count": 1, "condition": { "statusCodeRanges": [ { "min": 429, "max": 429 }, { "min": 500, "max": 599 } ] } }""";
    private const string Created = "event: response.created\ndata: {\"type\":\"response.created\"}\n\n";

    /// <summary>The head is held for the first event, but not for as long as a model may think.</summary>
    [Fact]
    public async Task Head_is_released_after_a_second_without_an_event_and_a_late_error_still_counts()
    {
        var late = new TaskCompletionSource();
        await using var world = await PoolWorld.OfTwoAsync(retry: Retry);
        world["a"].Next(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("event: err");
            await context.Response.Body.FlushAsync();
            await late.Task;
            await context.Response.WriteAsync(Flat("server_error")["event: err".Length..]);
        });
        using var raw = await RawHttp.PostAsync($"{world.Gateway.Url}/pool", "{}");
        var head = raw.ReadHeadAsync();
        Assert.Equal(TimeSpan.FromSeconds(1), await world.Time.PassAsync());
        Assert.Contains("200 OK", await head.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken), StringComparison.Ordinal);

        late.SetResult();

        Assert.Equal(Flat("server_error"), string.Concat(await raw.ReadChunksAsync().ToListAsync(TestContext.Current.CancellationToken)));
        Assert.True(raw.EndedProperly);
        Assert.Equal("500", (await world.StateOfAsync("a"))["circuit_breaker"]!["cause"]!.GetValue<string>());
    }

    [Fact]
    public async Task First_event_larger_than_is_looked_at_passes_whole()
    {
        var large = $"event: response.created\ndata: {new string('x', 300_000)}\n\n";
        await using var world = await PoolWorld.OfTwoAsync(retry: Retry);
        world["a"].Next(ScriptedBackend.Events(large, Created));
        using var caller = world.Call();

        Assert.Equal(large + Created, (await caller.GetAsync("pool")).Text);
    }

    [Fact]
    public async Task Empty_stream_is_an_answer()
    {
        await using var world = await PoolWorld.OfTwoAsync(retry: Retry);
        world["a"].Next(ScriptedBackend.Events());
        using var caller = world.Call();

        Assert.Equal((200, ""), ((await caller.GetAsync("pool")) is var answer ? answer.Status : 0, answer.Text));
    }

    [Theory]
    [InlineData("text/event-stream", "identity")]
    [InlineData("Text/Event-Stream; charset=utf-8", null)]
    public async Task Stream_is_known_however_its_type_is_written(string type, string? encoding)
    {
        await using var world = await PoolWorld.OfTwoAsync(retry: Retry);
        world["a"].Next(async context =>
        {
            context.Response.ContentType = type;
            context.Response.Headers.ContentEncoding = encoding;
            await context.Response.WriteAsync(Flat("server_error"));
        });
        using var caller = world.Call();

        Assert.Equal("b", (await caller.GetAsync("pool")).Text);
    }

    [Fact]
    public async Task Region_is_not_asked_to_compress()
    {
        await using var world = await PoolWorld.OfTwoAsync();
        world["a"].Next(context => context.Response.WriteAsync($"[{context.Request.Headers.AcceptEncoding}]"));
        using var caller = world.Call();

        Assert.Equal("[]", (await caller.SendAsync(HttpMethod.Get, "pool", body: null, ("Accept-Encoding", "gzip, br"))).Text);
    }

    /// <summary>The region goes on for a while after the hang-up; what it then sends must not be taken for the answer to somebody else.</summary>
    [Fact]
    public async Task Caller_that_hangs_up_before_the_first_event_leaves_no_read_behind()
    {
        await using var world = await PoolWorld.OfTwoAsync(breaker: null);
        await world.DrainAsync("b");
        using var caller = world.Call();
        for (var round = 0; round < 3; round++)
        {
            var arrived = new TaskCompletionSource();
            var gone = new TaskCompletionSource();
            world["a"].Next(async context =>
            {
                context.Response.ContentType = "text/event-stream";
                await context.Response.Body.FlushAsync();
                arrived.SetResult();
                await gone.Task;
            });
            using (await RawHttp.PostAsync($"{world.Gateway.Url}/pool", "{}"))
                await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            await Eventually.IsAsync(async () => (await world.StateOfAsync("a"))["in_flight"]!.GetValue<int>() == 0);
            gone.SetResult();

            Assert.Equal("a", (await caller.GetAsync("pool").WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)).Text);
        }
    }

    [Fact]
    public async Task Compressed_stream_passes_as_it_is()
    {
        await using var world = await PoolWorld.OfTwoAsync(retry: Retry);
        world["a"].Next(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            context.Response.Headers.ContentEncoding = "br";
            await context.Response.WriteAsync(Flat("server_error"));
        });
        using var caller = world.Call();

        Assert.Equal(Flat("server_error"), (await caller.GetAsync("pool")).Text);
        Assert.Equal(0, world["b"].Requests);
    }

    private static string Flat(string code) =>
        "event: error\ndata: " + $$$"""{"type":"error","code":"{{{code}}}","message":"No.","param":null,"sequence_number":0}""" + "\n\n";
}
