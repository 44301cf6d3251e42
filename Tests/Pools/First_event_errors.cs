using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Pools;

/// <summary>A 200 whose first event is an error counts as the status that the error stands for: nothing was generated, and nothing was released yet.</summary>
public sealed class First_event_errors
{
    private const string Retry = """{ "count": 1, "condition": { "statusCodeRanges": [ { "min": 429, "max": 429 }, { "min": 500, "max": 599 } ] } }""";
    private const string Created = "event: response.created\ndata: {\"type\":\"response.created\"}\n\n";

    public static TheoryData<string, string?> Errors => new()
    {
        { Nested("too_many_requests", "no_capacity"), "429" },
        { Nested("too_many_requests", "too_many_requests"), "429" },
        { Nested("server_error", "internal_error"), "500" },
        { Flat("rate_limit_exceeded"), "429" },
        { Flat("no_capacity"), "429" },
        { Flat("server_error"), "500" },
        { Nested("user_error", "content_filter"), null },
        { Nested("forbidden", "forbidden"), null },
        { Flat("invalid_prompt"), null },
        { Created, null },
        { "event: error\ndata: {\"error\":{\"code\":\"server_error\"}}\n\n", "500" },
        { "event: error\ndata: {\"code\":\"rate_limit_exceeded\"}\n\n", "429" },
        { "event: error\ndata: {\"type\":\"\\ud800\"}\n\n", null },
        { "data: [DONE]\n\n", null },
        { "data: {\"error\":1}\n\n", null },
        { "data: \n\n", null },
    };

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task Error_trips_as_its_status_would(string first, string? cause)
    {
        await using var world = await PoolWorld.OfTwoAsync();
        world["a"].Next(ScriptedBackend.Events(first));
        using var caller = world.Call();

        var answer = await caller.GetAsync("pool");

        // The caller gets what the region sent.
        Assert.Equal((200, first), (answer.Status, answer.Text));
        var breaker = (await world.StateOfAsync("a"))["circuit_breaker"]!;
        Assert.Equal(cause, breaker["cause"]?.GetValue<string>());
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task Error_is_retried_as_its_status_would_be(string first, string? cause)
    {
        await using var world = await PoolWorld.OfTwoAsync(breaker: null, retry: Retry);
        world["a"].Next(ScriptedBackend.Events(first));
        world["b"].Next(ScriptedBackend.Events(Created, "event: b\ndata: 2\n\n"));
        using var caller = world.Call();

        var answer = await caller.GetAsync("pool");

        Assert.Equal(cause is null ? first : Created + "event: b\ndata: 2\n\n", answer.Text);
    }

    [Theory]
    [InlineData(": comment\n\n")]
    [InlineData(": one\n: two\n\n\n\n")]
    [InlineData("\uFEFF")]
    public async Task Comments_before_the_error_do_not_hide_it(string before)
    {
        await using var world = await PoolWorld.OfTwoAsync(breaker: null, retry: Retry);
        world["a"].Next(ScriptedBackend.Events(before, Flat("server_error")));
        using var caller = world.Call();

        Assert.Equal("b", (await caller.GetAsync("pool")).Text);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    public async Task Error_in_pieces_is_seen(int size)
    {
        await using var world = await PoolWorld.OfTwoAsync(breaker: null, retry: Retry);
        world["a"].Next(ScriptedBackend.Events([.. Nested("server_error", "x").Replace("\n", "\r\n", StringComparison.Ordinal).Chunk(size).Select(piece => new string(piece))]));
        using var caller = world.Call();

        Assert.Equal("b", (await caller.GetAsync("pool")).Text);
    }

    [Fact]
    public async Task Error_after_the_first_event_is_the_callers()
    {
        await using var world = await PoolWorld.OfTwoAsync(retry: Retry);
        world["a"].Next(ScriptedBackend.Events(Created, Flat("server_error")));
        using var caller = world.Call();

        Assert.Equal(Created + Flat("server_error"), (await caller.GetAsync("pool")).Text);
        Assert.Equal("available", (await world.StateOfAsync("a"))["state"]!.GetValue<string>());
    }

    [Fact]
    public async Task Session_does_not_begin_by_an_answer_whose_first_event_is_an_error()
    {
        await using var world = await PoolWorld.OfTwoAsync(pool: """, "sessionAffinity": { "sessionId": { "source": "cookie" } }""");
        world["a"].Next(ScriptedBackend.Events(Flat("server_error")));
        using var caller = world.Call();

        var answer = await caller.GetAsync("pool");

        Assert.Equal((200, "none", null), (answer.Status, answer.Header("x-session-affinity"), answer.Header("Set-Cookie")));
    }

    [Fact]
    public async Task Emulated_region_that_throttles_in_its_stream_is_left_for_another()
    {
        await using var east = await Nodes.StartRegionAsync("eastus2");
        await using var west = await Nodes.StartRegionAsync("westus");
        await using var gateway = await Nodes.StartGatewayAsync(east.Url, west.Url, ("Gateway:PoolsFile", PoolsText.Write($$"""
            {
              "backends": [ {{PoolWorld.Backend("eastus2", PoolWorld.Breaker)}}, {{PoolWorld.Backend("westus", PoolWorld.Breaker)}} ],
              "pools": [ { "name": "p", "properties": { "pool": { "services": [ { "id": "/backends/eastus2" }, { "id": "/backends/westus" } ] } } } ],
              "apis": [ { "name": "p", "properties": { "path": "p" }, "sessionAware": { "pool": "p", "retry": { "count": 1 } } } ]
            }
            """)));
        using var control = new Caller(east.Url);
        await control.OrderAsync(new { kind = "throttle", in_stream = true, count = 1 });
        using var caller = new Caller(gateway.Url);

        var answer = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Hi", stream = true }, "p/openai/v1");

        Assert.Equal((200, "westus"), (answer.Status, answer.Header("x-backend-id")));
        Assert.Contains("response.completed", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("error\ndata", answer.Text, StringComparison.Ordinal);
    }

    private static string Nested(string type, string code) =>
        "event: error\ndata: " + $$$"""{"type":"error","error":{"type":"{{{type}}}","code":"{{{code}}}","message":"No.","param":null}}""" + "\n\n";

    private static string Flat(string code) =>
        "event: error\ndata: " + $$$"""{"type":"error","code":"{{{code}}}","message":"No.","param":null,"sequence_number":0}""" + "\n\n";
}
