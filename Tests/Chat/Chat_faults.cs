using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using SessionAware.FakeResponsesBackend.Control;
using SessionAware.FakeResponsesBackend.Streaming;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Chat;

/// <summary>Each fault that can be ordered, on a chat completion.</summary>
public sealed class Chat_faults
{
    private const string Streamed = """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Say exactly: one two three"}],"stream":true}""";
    private const string Whole = """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Say exactly: one two three"}]}""";

    [Theory]
    [InlineData(Streamed)]
    [InlineData(Whole)]
    public async Task Outage_answers_in_place_of_the_region(string body)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        await OrderAsync(caller, """{"kind":"outage","retry_after_ms":1500,"match":{"path":"/chat/completions"}}""");

        var answer = await caller.ChatAsync(body);

        Assert.Equal(503, answer.Status);
        Assert.Equal("2", answer.Header("Retry-After"));
        Assert.Equal("service_unavailable", answer.Json["error"]!["code"]!.GetValue<string>());
        Assert.Equal(200, (await caller.SayAsync("Hi")).Status);
    }

    [Fact]
    public async Task Throttle_is_the_429_of_the_flavor()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        await OrderAsync(caller, """{"kind":"throttle","retry_after_ms":3000}""");

        var answer = await caller.ChatAsync(Streamed);

        Assert.Equal(429, answer.Status);
        Assert.Equal("3", answer.Header("Retry-After"));
        Assert.Equal("RateLimitReached", answer.Json["error"]!["code"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Cut_ends_the_stream_after_so_many_events(int events)
    {
        var pace = new ReadersPace();
        await using var region = await Nodes.StartRegionAsync(services: services => services.AddSingleton<EventPace>(pace));
        using var caller = new Caller(region.Url);
        await OrderAsync(caller, $$"""{"kind":"cut","after_events":{{events}}}""");

        using var raw = await RawHttp.PostAsync($"{region.Url}/openai/v1/chat/completions", Streamed);
        Assert.StartsWith("HTTP/1.1 200", await raw.ReadHeadAsync(), StringComparison.Ordinal);
        var received = 0;
        await foreach (var chunk in raw.ReadChunksAsync())
        {
            received += chunk.Split("data: ").Length - 1;
            pace.HasRead();
        }

        Assert.Equal(events, received);
        Assert.False(raw.EndedProperly);
    }

    [Fact]
    public async Task Cut_leaves_a_caller_that_does_not_stream_without_an_answer()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        await OrderAsync(caller, """{"kind":"cut","after_events":2}""");

        await Assert.ThrowsAsync<HttpRequestException>(() => caller.ChatAsync(Whole));
    }

    [Fact]
    public async Task Hang_keeps_the_connection_and_sends_nothing_more()
    {
        var pace = new HangUpWatch();
        await using var region = await Nodes.StartRegionAsync(services: services => services.AddSingleton<EventPace>(pace));
        using var caller = new Caller(region.Url);
        await OrderAsync(caller, """{"kind":"hang","after_events":2}""");

        using (var raw = await RawHttp.PostAsync($"{region.Url}/openai/v1/chat/completions", Streamed))
        {
            await raw.ReadHeadAsync();
            Assert.Equal(2, await raw.ReadChunksAsync().Take(2).CountAsync(TestContext.Current.CancellationToken));
        }

        await pace.HungUp.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        // Its head had gone out; of the third event nothing was made.
        var entry = region.App.Services.GetRequiredService<Journal>().Entries[^1];
        Assert.True(SpinWait.SpinUntil(() => entry.DurationMs is not null, TimeSpan.FromSeconds(30)));
        Assert.Equal(200, entry.Status);
        Assert.Equal(1, pace.Sent);
    }

    [Theory]
    [InlineData("throttle", "Azure", 3, """{"error":{"message":"The system is currently experiencing high demand and cannot process your request. Please try again later.","type":"too_many_requests","param":null,"code":"no_capacity"}}""")]
    [InlineData("throttle", "OpenAI", 0, """{"error":{"message":"Rate limit reached. Please try again later.","type":"tokens","param":null,"code":"rate_limit_exceeded"}}""")]
    [InlineData("error", "Azure", 2, """{"error":{"message":"The server had an error while processing your request. Sorry about that!","type":"server_error","param":null,"code":"server_error"}}""")]
    public async Task Error_within_the_stream_is_its_last_line_and_nothing_is_done(string kind, string flavor, int after, string expected)
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:Flavor", flavor)]);
        using var caller = new Caller(region.Url);
        await OrderAsync(caller, $$"""{"kind":"{{kind}}","in_stream":true,"after_events":{{after}}}""");

        var answer = await caller.ChatAsync(Streamed);

        Assert.Equal(200, answer.Status);
        var lines = answer.Text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(after + 1, lines.Length);
        Assert.Equal($"data: {expected}", lines[^1]);
    }

    [Theory]
    [InlineData(Streamed)]
    [InlineData(Whole)]
    public async Task Latency_lasts_at_least_as_long_as_it_says(string body)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        await OrderAsync(caller, """{"kind":"latency","first_token_ms":60,"tokens_per_second":50}""");

        var began = Stopwatch.GetTimestamp();
        var answer = await caller.ChatAsync(body);

        Assert.Equal(200, answer.Status);
        // 60 ms to the opening, then three tokens, 20 ms each; timers of the system may be early by a tick.
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.FromMilliseconds(100), TimeSpan.MaxValue);
    }

    [Fact]
    public async Task Events_wait_for_the_pace()
    {
        var pace = new HangUpWatch();
        await using var region = await Nodes.StartRegionAsync(services: services => services.AddSingleton<EventPace>(pace));
        using var caller = new Caller(region.Url);

        var answer = await caller.ChatAsync(Streamed);

        Assert.Equal(answer.Text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Length, pace.Sent);
    }

    private static async Task OrderAsync(Caller caller, string fault) => Assert.Equal(200, (await caller.SendAsync(HttpMethod.Post, "_emulator/faults", fault)).Status);

    /// <summary>Counts events and notices when the caller hangs up.</summary>
    private sealed class HangUpWatch : EventPace
    {
        private readonly TaskCompletionSource _hungUp = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Sent { get; private set; }

        public Task HungUp => _hungUp.Task;

        public override ValueTask WaitAsync(IStreamEvent? sent, CancellationToken cancellationToken)
        {
            Sent += sent is null ? 0 : 1;
            cancellationToken.Register(() => _hungUp.TrySetResult());
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>Makes an event only when the one before has been read: a connection that is cut takes with it what is still under way.</summary>
    private sealed class ReadersPace : EventPace
    {
        private readonly Channel<bool> _read = Channel.CreateUnbounded<bool>();

        public void HasRead() => _read.Writer.TryWrite(true);

        public override async ValueTask WaitAsync(IStreamEvent? sent, CancellationToken cancellationToken)
        {
            if (sent is not null)
                await _read.Reader.ReadAsync(cancellationToken);
        }
    }
}
