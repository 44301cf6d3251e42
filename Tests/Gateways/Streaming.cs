using System.Threading.Channels;
using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenAI.Responses;
using SessionAware.FakeResponsesBackend.Control;
using SessionAware.FakeResponsesBackend.Streaming;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Gateways;

/// <summary>Streamed answers: nothing held back, nothing torn.</summary>
public sealed class Streaming
{
    [Theory]
    [InlineData("no-affinity")]
    [InlineData("cookie-affinity")]
    public async Task First_event_is_at_the_client_while_the_region_holds_back_the_rest(string api)
    {
        var cancel = TestContext.Current.CancellationToken;
        var gate = new Gate();
        await using var world = await World.StartAsync(services => services.AddSingleton<EventPace>(gate));
        var client = new ResponsesClient(new ApiKeyCredential(Nodes.ApiKey), new ResponsesClientOptions
        {
            Endpoint = new Uri($"{world.Gateway.Url}/{api}/openai/v1/"),
            // A repeated request would wait at the gate for a permit that was meant for an event.
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
        });
        await using var stream = await Opened(client, gate, cancel).WaitAsync(TimeSpan.FromSeconds(30), cancel);
        await using var updates = ((IAsyncEnumerable<StreamingResponseUpdate>)stream).GetAsyncEnumerator(cancel);

        // The region may make one event at a time: each is read here before the next is let through.
        var seen = new List<string>();
        for (var number = 0; ; number++)
        {
            Assert.True(await updates.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), cancel));
            Assert.Equal(number, updates.Current.SequenceNumber);
            Assert.Equal(number + 1, gate.Permits);
            // This event is the last that the region has made.
            Assert.InRange(gate.Made, number, number + 1);
            seen.Add(updates.Current.GetType().Name);
            if (updates.Current is StreamingResponseCompletedUpdate)
                break;
            gate.LetNextThrough();
        }

        Assert.Equal("StreamingResponseCreatedUpdate", seen[0]);
        Assert.True(seen.Count > 10);
    }

    [Theory]
    [InlineData("\n", "\n\n")]
    [InlineData("\r\n", "\r\n\r\n")]
    [InlineData("\r", "\r\r")]
    [InlineData("\n", "\n\r\n")]
    public async Task Every_write_ends_on_an_event_boundary_however_the_region_splits(string lineEnd, string blank)
    {
        var events = Enumerable.Range(0, 50).Select(number => $"event: e{number}{lineEnd}data: {new string((char)('a' + (number % 26)), number * 40)}{blank}").ToList();
        // One event larger than any copy buffer.
        events.Insert(25, $"event: large{lineEnd}data: {new string('L', 300_000)}{blank}");
        var all = string.Concat(events);
        var splits = new Random(7);
        await using var backend = await Nodes.StartBackendAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            for (var start = 0; start < all.Length;)
            {
                var length = Math.Min(splits.Next(1, start is > 40_000 and < 300_000 ? 40_000 : 300), all.Length - start);
                await context.Response.WriteAsync(all.Substring(start, length));
                start += length;
            }
        });
        await using var gateway = await Nodes.StartGatewayAsync(backend.Url, backend.Url);
        using var raw = await RawHttp.PostAsync($"{gateway.Url}/no-affinity/stream", "{}");
        await raw.ReadHeadAsync();

        var chunks = await raw.ReadChunksAsync().ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(all, string.Concat(chunks));
        Assert.All(chunks, chunk => Assert.EndsWith(blank, chunk, StringComparison.Ordinal));
        Assert.True(chunks.Count > 10);
    }

    [Fact]
    public async Task Ten_thousand_events_pass_through_whole_in_order_and_aligned()
    {
        await using var world = await World.StartAsync();
        using var raw = await RawHttp.PostAsync($"{world.Gateway.Url}/no-affinity/openai/v1/responses", """{"model":"gpt-4o-mini","input":"Count to 4000","stream":true}""");
        Assert.Contains("text/event-stream", await raw.ReadHeadAsync(), StringComparison.Ordinal);

        var chunks = await raw.ReadChunksAsync().ToListAsync(TestContext.Current.CancellationToken);

        Assert.All(chunks, chunk => Assert.EndsWith("\n\n", chunk, StringComparison.Ordinal));
        var events = Events.Parse(string.Concat(chunks));
        Assert.True(events.Count > 10_000);
        Assert.Equal(Enumerable.Range(0, events.Count), events.Select(item => item.Data["sequence_number"]!.GetValue<int>()));
        Assert.Equal("response.completed", events[^1].Type);
    }

    [Fact]
    public async Task Region_that_breaks_off_leaves_whole_events_and_an_answer_that_is_visibly_cut()
    {
        var firstSeen = new TaskCompletionSource();
        await using var backend = await Nodes.StartBackendAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("event: a\ndata: 1\n\nevent: b\nda");
            await context.Response.Body.FlushAsync();
            await firstSeen.Task;
            context.Abort();
        });
        await using var gateway = await Nodes.StartGatewayAsync(backend.Url, backend.Url);
        using var raw = await RawHttp.PostAsync($"{gateway.Url}/no-affinity/stream", "{}");
        await raw.ReadHeadAsync();

        await using var chunks = raw.ReadChunksAsync().GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await chunks.MoveNextAsync());
        Assert.Equal("event: a\ndata: 1\n\n", chunks.Current);
        firstSeen.SetResult();

        Assert.False(await chunks.MoveNextAsync());
        Assert.False(raw.EndedProperly);
    }

    [Fact]
    public async Task Bytes_after_the_last_event_still_arrive()
    {
        await using var backend = await Nodes.StartBackendAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("data: 1\n\n: bye");
        });
        await using var gateway = await Nodes.StartGatewayAsync(backend.Url, backend.Url);
        using var caller = new Caller(gateway.Url);

        Assert.Equal("data: 1\n\n: bye", (await caller.GetAsync("no-affinity/stream")).Text);
    }

    [Fact]
    public async Task Response_whose_caller_hung_up_is_not_stored()
    {
        var gate = new Gate();
        await using var region = await Nodes.StartRegionAsync(services: services => services.AddSingleton<EventPace>(gate));
        await using var gateway = await Nodes.StartGatewayAsync(region.Url, region.Url);
        using var caller = new Caller(gateway.Url);
        gate.LetNextThrough();
        string id;
        using (var raw = await RawHttp.PostAsync($"{gateway.Url}/no-affinity/openai/v1/responses", """{"model":"gpt-4o-mini","input":"Hi","stream":true}"""))
        {
            await raw.ReadHeadAsync();
            var first = await raw.ReadChunksAsync().FirstAsync(TestContext.Current.CancellationToken);
            id = Events.Parse(first)[0].Data["response"]!["id"]!.GetValue<string>();
        }

        // Wherever the hang-up met it, the request has ended.
        var entry = Assert.Single(region.App.Services.GetRequiredService<Journal>().Entries);
        Assert.True(SpinWait.SpinUntil(() => entry.DurationMs is not null, TimeSpan.FromSeconds(30)));
        Assert.Equal(404, (await caller.GetAsync($"no-affinity/openai/v1/responses/{id}")).Status);
    }

    private static async Task<AsyncStreamingResult<StreamingResponseUpdate>> Opened(ResponsesClient client, Gate gate, CancellationToken cancel)
    {
        gate.LetNextThrough();
        return await client.CreateResponseStreamingAsync("gpt-4o-mini", "My name is Ada.", cancellationToken: cancel);
    }

    /// <summary>Lets a region send one event at a time.</summary>
    private sealed class Gate : EventPace
    {
        private readonly Channel<bool> _permits = Channel.CreateUnbounded<bool>();

        public int Permits { get; private set; }

        /// <summary>Events that the region has made and sent.</summary>
        public int Made { get; private set; }

        public void LetNextThrough()
        {
            Permits++;
            _permits.Writer.TryWrite(true);
        }

        public override async ValueTask WaitAsync(IStreamEvent? sent, CancellationToken cancellationToken)
        {
            Made += sent is null ? 0 : 1;
            if (sent is ResponseEvent { Type: "response.completed" })
                return;
            await _permits.Reader.ReadAsync(cancellationToken);
        }
    }
}
