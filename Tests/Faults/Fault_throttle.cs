using System.ClientModel;
using System.ClientModel.Primitives;
using OpenAI.Responses;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Faults;

/// <summary>429 and other errors on demand: as a status, and inside of a stream that began with 200.</summary>
public sealed class Fault_throttle
{
    [Theory]
    [InlineData("Azure", """{"error":{"code":"RateLimitReached","message":"Your requests to gpt-4o-mini for gpt-4o-mini in East US 2 have exceeded the token rate limit for your current AIServices S0 pricing tier. Please retry after 3 seconds. To increase your default rate limit, visit: https://aka.ms/oai/quotaincrease."}}""")]
    [InlineData("OpenAI", """{"error":{"message":"Rate limit reached for gpt-4o-mini in organization org-emulated on tokens per min (TPM): Limit 30000, Used 30000, Requested 1000. Please try again in 2.5s. Visit https://platform.openai.com/account/rate-limits to learn more.","type":"tokens","param":null,"code":"rate_limit_exceeded"}}""")]
    public async Task Throttled_request_is_429_with_both_headers_and_the_flavors_words(string flavor, string expected)
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:Flavor", flavor)]);
        using var caller = new Caller(region.Url);
        await caller.OrderAsync(new { kind = "throttle", retry_after_ms = 2500 });

        var refused = await caller.SayAsync("Hi");

        Assert.Equal(429, refused.Status);
        Assert.Equal("3", refused.Header("Retry-After"));
        Assert.Equal("2500", refused.Header("retry-after-ms"));
        Golden.AssertSame(expected, refused.Text);
        Assert.Equal(0, await caller.StoredAsync());
    }

    [Fact]
    public async Task Official_client_comes_back_after_the_time_that_the_region_named()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var patience = new NotedPatience();
        var client = new ResponsesClient(
            new ApiKeyCredential(Nodes.ApiKey), new ResponsesClientOptions { Endpoint = new Uri($"{region.Url}/openai/v1/"), RetryPolicy = patience });
        await caller.QueueAsync(new { kind = "throttle", retry_after_ms = 17_000 });

        ResponseResult response = await client.CreateResponseAsync("gpt-4o-mini", "My name is Ada.", cancellationToken: cancel);

        Assert.Contains("Ada", response.GetOutputText(), StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(17), Assert.Single(patience.Waits));
        Assert.Equal([429, 200], (await caller.JournalAsync()).Select(entry => entry!["status"]!.GetValue<int>()));
    }

    [Theory]
    [InlineData("Azure", """{"type":"error","sequence_number":0,"error":{"type":"too_many_requests","code":"no_capacity","message":"The system is currently experiencing high demand and cannot process your request. Please try again later.","param":null,"headers":{"skip-error-remapping":"true"}}}""")]
    [InlineData("OpenAI", """{"type":"error","sequence_number":0,"error":{"type":"tokens","code":"rate_limit_exceeded","message":"Rate limit reached. Please try again later.","param":null}}""")]
    public async Task Throttle_as_first_event_of_a_200_stream_stands_alone_and_stores_nothing(string flavor, string expected)
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:Flavor", flavor)]);
        using var caller = new Caller(region.Url);
        await caller.OrderAsync(new { kind = "throttle", in_stream = true });

        var answer = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Hi", stream = true });

        Assert.Equal(200, answer.Status);
        var (type, data) = Assert.Single(Events.Parse(answer.Text));
        Assert.Equal("error", type);
        Golden.AssertSame(expected, data.ToJsonString());
        Assert.Equal(0, await caller.StoredAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(14)] // All but the last of the answer's events.
    public async Task Throttle_after_events_ends_the_response_as_failed(int events)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var conversation = (await caller.SendAsync(HttpMethod.Post, "openai/v1/conversations", "{}")).Id;
        var whole = Events.Parse((await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Count to 3", stream = true })).Text);
        await caller.OrderAsync(new { kind = "throttle", in_stream = true, after_events = events });

        var answer = Events.Parse((await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Count to 3", stream = true, conversation })).Text);

        Assert.Equal([.. whole.Take(events).Select(item => item.Type), "error", "response.failed"], answer.Select(item => item.Type));
        Assert.Equal(Enumerable.Range(0, events + 2), answer.Select(item => item.Data["sequence_number"]!.GetValue<int>()));
        var failed = answer[^1].Data["response"]!;
        Assert.Equal("no_capacity", failed["error"]!["code"]!.GetValue<string>());
        Assert.Empty(failed["output"]!.AsArray());
        await caller.LiftAsync();
        Assert.Equal("failed", (await caller.GetAsync($"openai/v1/responses/{failed["id"]}")).Json["status"]!.GetValue<string>());
        Assert.Equal("previous_response_not_found", (await caller.SayAsync("Hi", failed["id"]!.GetValue<string>())).Json["error"]!["code"]!.GetValue<string>());
        Assert.Empty((await caller.GetAsync($"openai/v1/conversations/{conversation}/items")).Json["data"]!.AsArray());
    }

    [Fact]
    public async Task Stream_that_ends_before_the_fault_is_due_ends_well()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        await caller.OrderAsync(new { kind = "error", in_stream = true, after_events = 15 });

        var answer = Events.Parse((await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Count to 3", stream = true })).Text);

        Assert.Equal(15, answer.Count);
        Assert.Equal("response.completed", answer[^1].Type);
    }

    [Fact]
    public async Task Request_that_does_not_stream_gets_the_fault_as_a_status()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        await caller.OrderAsync(new { kind = "throttle", in_stream = true });

        Assert.Equal(429, (await caller.SayAsync("Hi")).Status);
        Assert.Equal(429, (await caller.GetAsync("openai/v1/models")).Status);
    }

    [Theory]
    [InlineData(null, 500, "server_error")]
    [InlineData(500, 500, "server_error")]
    [InlineData(502, 502, "bad_gateway")]
    [InlineData(504, 504, "timeout")]
    [InlineData(403, 403, "forbidden")]
    public async Task Any_other_error_is_answered_in_the_APIs_shape(int? status, int expected, string code)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        await caller.OrderAsync(new { kind = "error", status, code, message = "It broke." });

        var refused = await caller.SayAsync("Hi");

        Assert.Equal(expected, refused.Status);
        Golden.AssertSame($$$"""{"error":{"message":"It broke.","type":"server_error","param":null,"code":"{{{code}}}"}}""", refused.Text);
    }

    [Fact]
    public async Task Error_without_words_has_those_of_the_service()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        await caller.OrderAsync(new { kind = "error", status = 504 });

        Golden.AssertSame(
            """{"error":{"message":"The server had an error while processing your request. Sorry about that!","type":"server_error","param":null,"code":null}}""",
            (await caller.SayAsync("Hi")).Text);
    }

    /// <summary>Waits no time, and notes how long it would have.</summary>
    private sealed class NotedPatience : ClientRetryPolicy
    {
        public List<TimeSpan> Waits { get; } = [];

        protected override Task WaitAsync(TimeSpan time, CancellationToken cancellationToken)
        {
            Waits.Add(time);
            return Task.CompletedTask;
        }
    }
}
