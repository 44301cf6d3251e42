using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.CircuitBreakers;

/// <summary>Whose failure it was that a request ended early: a client's hanging up and an idle WebSocket are nobody's, a broken answer is the backend's.</summary>
public sealed class Circuit_breaker_endings
{
    [Fact]
    public async Task Client_that_hangs_up_does_not_count()
    {
        await using var world = await BreakerWorld.StartAsync(""" "count": 1, "interval": "PT1M", "statusCodeRanges": [ { "min": 200, "max": 599 } ], "errorReasons": [ "BackendConnectionFailure", "Timeout", "Server errors" ] """);
        foreach (var begins in (bool[])[false, true])
        {
            var arrived = new TaskCompletionSource();
            var gone = new TaskCompletionSource();
            world.Backend.Next(async context =>
            {
                context.RequestAborted.Register(gone.SetResult);
                if (begins)
                {
                    context.Response.ContentType = "text/event-stream";
                    await context.Response.WriteAsync("event: a\ndata: {}\n\n");
                    await context.Response.Body.FlushAsync();
                }

                arrived.SetResult();
                await gone.Task;
            });
            using (var raw = await RawHttp.PostAsync($"{world.Url}/pool", "{}"))
            {
                if (begins)
                    await raw.ReadHeadAsync();
                await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            }

            await gone.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            await Eventually.IsAsync(async () => (await world.DescribeAsync())["in_flight"]!.GetValue<int>() == 0);
        }

        Assert.Equal((0, 0, "available"), await world.WindowAsync());
    }

    /// <summary>Callers go at whatever moment: before the head, between events, in the middle of one.</summary>
    [Fact]
    public async Task Client_that_hangs_up_in_the_flow_of_events_does_not_count()
    {
        await using var world = await BreakerWorld.StartAsync(""" "count": 1, "interval": "PT1M", "statusCodeRanges": [ { "min": 500, "max": 599 } ] """);
        var told = 0;
        world.Backend.Otherwise(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            try
            {
                while (true)
                {
                    await context.Response.WriteAsync($"event: a\ndata: {new string('x', 2000)}\n\n", context.RequestAborted);
                    await Task.Yield();
                }
            }
            finally
            {
                Interlocked.Increment(ref told);
            }
        });
        var moments = new Random(5);

        for (var number = 0; number < 60; number++)
        {
            using var raw = await RawHttp.PostAsync($"{world.Url}/pool", "{}");
            if (number % 6 == 0)
                continue;
            await raw.ReadHeadAsync();
            await using var chunks = raw.ReadChunksAsync().GetAsyncEnumerator(TestContext.Current.CancellationToken);
            for (var events = moments.Next(20); events > 0; events--)
                Assert.True(await chunks.MoveNextAsync());
        }

        await Eventually.IsAsync(async () => (await world.DescribeAsync())["in_flight"]!.GetValue<int>() == 0);
        Assert.Equal((0, 0, "available"), await world.WindowAsync());
        Assert.True(told > 0);
    }

    [Fact]
    public async Task Answer_that_breaks_off_in_its_middle_is_a_failure()
    {
        await using var world = await BreakerWorld.StartAsync(""" "count": 1, "interval": "PT1M", "statusCodeRanges": [ { "min": 502, "max": 502 } ] """);
        var read = new TaskCompletionSource();
        world.Backend.Next(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("event: a\ndata: {}\n\n");
            await context.Response.Body.FlushAsync();
            await read.Task;
            context.Abort();
        });
        using var raw = await RawHttp.PostAsync($"{world.Url}/pool", "{}");
        Assert.Contains("200 OK", await raw.ReadHeadAsync(), StringComparison.Ordinal);
        await using var chunks = raw.ReadChunksAsync().GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await chunks.MoveNextAsync());
        read.SetResult();
        Assert.False(await chunks.MoveNextAsync());

        await Eventually.IsAsync(async () => await world.StateAsync() == "tripped");
    }

    [Fact]
    public async Task WebSocket_that_nobody_uses_is_no_failure()
    {
        await using var world = await BreakerWorld.StartAsync(
            """ "count": 1, "interval": "PT1M", "statusCodeRanges": [ { "min": 500, "max": 599 } ], "errorReasons": [ "BackendConnectionFailure", "Timeout" ] """,
            settings: [("Gateway:ActivityTimeout", "00:00:00.200")]);
        world.Backend.Next(async context =>
        {
            context.Response.Headers.Upgrade = "websocket";
            context.Response.Headers.Connection = "Upgrade";
            context.Response.Headers.SecWebSocketAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
            await using var upgraded = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
            await upgraded.CopyToAsync(Stream.Null, context.RequestAborted);
        });
        using var raw = await RawHttp.SendAsync(world.Url, "GET /pool HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        Assert.Contains("101", await raw.ReadHeadAsync(), StringComparison.Ordinal);

        await Eventually.IsAsync(async () => (await world.DescribeAsync())["in_flight"]!.GetValue<int>() == 0);

        Assert.Equal((1, 0, "available"), await world.WindowAsync());
    }
}
