using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using SessionAware.FakeResponsesBackend.Streaming;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.WebSockets;

/// <summary>Faults on demand over a WebSocket, where each frame is a request of its own; journal and ledger.</summary>
public sealed class Web_socket_faults
{
    [Theory]
    [InlineData("Azure", """{"code":"RateLimitReached","message":"busy","headers":{"Retry-After":"2","retry-after-ms":"1500"}}""")]
    [InlineData("OpenAI", """{"message":"busy","type":"tokens","param":null,"code":"rate_limit_exceeded","headers":{"Retry-After":"2","retry-after-ms":"1500"}}""")]
    public async Task Throttled_frame_is_answered_by_an_error_and_the_connection_stays(string flavor, string error)
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:Flavor", flavor)]);
        using var http = new Caller(region.Url);
        // Ordered before the connection is there: the handshake leaves it to the first frame.
        await OrderAsync(http, "queue", new { faults = new[] { new { kind = "throttle", retry_after_ms = 1500, message = "busy" } } });
        using var caller = await SocketCaller.ConnectAsync(region.Url);

        var throttled = await caller.SayAsync("Hi");

        Golden.AssertSame($$"""{"type":"error","status":429,"error":{{error}}}""", Assert.Single(throttled.Frames));
        Assert.Equal("response.completed", (await caller.SayAsync("Hi")).Types.Last());
    }

    [Fact]
    public async Task Outage_refuses_handshakes_and_frames()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var http = new Caller(region.Url);
        using var caller = await SocketCaller.ConnectAsync(region.Url);
        var first = await caller.SayAsync("My name is Ada.", store: false);
        var fault = await OrderAsync(http, "faults", new { kind = "outage" });

        var refused = await caller.SayAsync("Who am I?", first.Id, store: false);

        Assert.Equal(503, refused.Last["status"]!.GetValue<int>());
        await Assert.ThrowsAsync<WebSocketException>(() => SocketCaller.ConnectAsync(region.Url));
        Assert.Equal(204, (await http.SendAsync(HttpMethod.Delete, $"_emulator/faults/{fault.Id}")).Status);
        Assert.Equal("previous_response_not_found", (await caller.SayAsync("Who am I?", first.Id)).ErrorCode);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Connection_is_cut_after_so_many_events(int events)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var http = new Caller(region.Url);
        using var caller = await SocketCaller.ConnectAsync(region.Url);
        await OrderAsync(http, "faults", new { kind = "cut", after_events = events, match = new { method = "WS" } });

        var turn = await caller.SayAsync("Hi");

        Assert.Equal(events, turn.Frames.Count);
        Assert.Null(caller.CloseCode);
    }

    [Fact]
    public async Task Turn_that_hangs_holds_up_its_lane_alone()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var http = new Caller(region.Url);
        using var caller = await SocketCaller.ConnectAsync(region.Url);
        await OrderAsync(http, "faults", new { kind = "hang", after_events = 2, match = new { contains = "Wait" } });
        await caller.SendAsync(new { type = "response.create", model = "gpt-4o-mini", input = "Wait" });
        Assert.Contains("response.created", await caller.ReadAsync(), StringComparison.Ordinal);
        Assert.Contains("response.in_progress", await caller.ReadAsync(), StringComparison.Ordinal);

        await caller.SendAsync(new { type = "response.create", model = "gpt-4o-mini", input = "Hi" });
        var other = await caller.CreateAsync(new { type = "response.create", model = "gpt-4o-mini", input = "Hi", stream_id = "other" });

        Assert.All(other.Frames, frame => Assert.Contains("\"stream_id\":\"other\"", frame, StringComparison.Ordinal));
        Assert.Equal("response.completed", other.Types.Last());
    }

    [Theory]
    [InlineData("Azure", """{"type":"too_many_requests","code":"no_capacity"}""")]
    [InlineData("OpenAI", """{"type":"tokens","code":"rate_limit_exceeded"}""")]
    public async Task Error_within_a_turn_is_its_last_event_and_the_region_forgets_what_it_continued(string flavor, string expected)
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:Flavor", flavor)]);
        using var http = new Caller(region.Url);
        using var caller = await SocketCaller.ConnectAsync(region.Url);
        var first = await caller.SayAsync("My name is Ada.", store: false);
        await OrderAsync(http, "queue", new { faults = new[] { new { kind = "throttle", in_stream = true, after_events = 2 } } });

        var failed = await caller.SayAsync("Who am I?", first.Id);

        Assert.Equal(["response.created", "response.in_progress", "error"], failed.Types);
        Assert.Equal(429, failed.Last["status"]!.GetValue<int>());
        Assert.Equal(2, failed.Last["sequence_number"]!.GetValue<int>());
        foreach (var (name, value) in JsonNode.Parse(expected)!.AsObject())
            Assert.Equal(value!.GetValue<string>(), failed.Last["error"]![name]!.GetValue<string>());
        // As over HTTP, the region has kept the failed response.
        var id = new Turn([failed.Frames[0]]).Id;
        Assert.Equal("failed", (await http.GetAsync($"openai/v1/responses/{id}")).Json["status"]!.GetValue<string>());
        Assert.Equal("previous_response_not_found", (await caller.SayAsync("Who am I?", first.Id)).ErrorCode);
    }

    [Fact]
    public async Task Response_that_lags_is_hidden_from_others_and_continued_on_its_connection()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var http = new Caller(region.Url);
        using var caller = await SocketCaller.ConnectAsync(region.Url);
        await OrderAsync(http, "faults", new { kind = "visibility_lag", lag_ms = 3_600_000 });

        var first = await caller.SayAsync("My name is Ada.");

        Assert.Equal(404, (await http.GetAsync($"openai/v1/responses/{first.Id}")).Status);
        Assert.Equal(400, (await http.SayAsync("Who am I?", first.Id)).Status);
        Assert.Contains("Ada", (await caller.SayAsync("Who am I?", first.Id)).OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Region_that_loses_its_state_loses_its_connections()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var http = new Caller(region.Url);
        using var caller = await SocketCaller.ConnectAsync(region.Url);
        await caller.SayAsync("My name is Ada.", store: false);

        Assert.Equal(204, (await http.SendAsync(HttpMethod.Post, "_emulator/reset")).Status);

        Assert.Null(await caller.ReadAsync());
        Assert.Null(caller.CloseCode);
    }

    [Fact]
    public async Task Journal_and_ledger_have_an_entry_for_each_frame()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var http = new Caller(region.Url);
        using var caller = await SocketCaller.ConnectAsync(region.Url, "openai/v1/responses?api-version=preview");
        var first = await caller.SayAsync("My name is Ada.", store: false);
        var fault = await OrderAsync(http, "queue", new { faults = new[] { new { kind = "error", status = 502 } } });
        await caller.SayAsync("Hi");
        await caller.SayAsync("Hi", "resp_of_another_region");
        var second = await caller.SayAsync("Who am I?", first.Id);
        await caller.CreateAsync("""{"type":"response.cancel"}""");
        await caller.CloseAsync();

        var journal = (await http.GetAsync("_emulator/journal")).Json.AsArray();
        var ids = (await http.GetAsync("_emulator/ids")).Json["totals"]!;

        Assert.Equal(
            ["GET", $"WS 200 {first.Id}", "WS 502 fault_1", "WS 400", $"WS 200 {second.Id}", "WS 400"],
            journal.Select(entry => string.Join(' ', Told(entry!).OfType<string>())));
        Assert.All(journal, entry => Assert.Equal("/openai/v1/responses?api-version=preview", entry!["path"]!.GetValue<string>()));
        Assert.Contains("My name is Ada.", journal[1]!["body"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("""{"minted":2,"hits":1,"misses":0,"foreign":1}""", ids.ToJsonString());
    }

    /// <summary>Method, status, fault and what was made; of the handshake the method alone: its entry is completed when the connection is gone.</summary>
    private static IEnumerable<string?> Told(JsonNode entry)
    {
        yield return entry["method"]!.GetValue<string>();
        if (entry["method"]!.GetValue<string>() == "GET")
            yield break;
        yield return entry["status"]?.ToString();
        yield return entry["faults"]!.AsArray().FirstOrDefault()?.GetValue<string>();
        yield return entry["made"]?.GetValue<string>();
    }

    private static async Task<Answer> OrderAsync(Caller http, string what, object order)
    {
        var answer = await http.SendAsync(HttpMethod.Post, $"_emulator/{what}", order);
        Assert.Equal(200, answer.Status);
        return answer;
    }
}
