using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Faults;

/// <summary>A region that is out, and one that comes back.</summary>
public sealed class Fault_outage
{
    [Fact]
    public async Task Region_out_answers_503_to_everything_and_is_itself_again_when_lifted()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var told = await caller.SayAsync("My name is Ada.");
        var fault = await caller.OrderAsync(new { kind = "outage" });

        var refused = await caller.SayAsync("Who am I?", told.Id);

        Assert.Equal(503, refused.Status);
        Golden.AssertSame(
            """{"error":{"message":"The service is temporarily unable to process your request. Please try again later.","type":"server_error","param":null,"code":"service_unavailable"}}""",
            refused.Text);
        Assert.Null(refused.Header("Retry-After"));
        foreach (var path in new[] { "openai/v1/models", $"v1/responses/{told.Id}", "api/projects/lab/openai/v1/models", "openai/nothing" })
            Assert.Equal(503, (await caller.GetAsync(path)).Status);
        Assert.Equal(200, (await caller.GetAsync("health")).Status);

        Assert.Equal(204, (await caller.SendAsync(HttpMethod.Delete, $"_emulator/faults/{fault}")).Status);
        Assert.Contains("Ada", (await caller.SayAsync("Who am I?", told.Id)).OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_words_and_retry_after_are_as_ordered()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        await caller.OrderAsync(new { kind = "outage", status = 502, code = "bad_gateway", message = "Nobody home.", retry_after_ms = 1500 });

        var refused = await caller.SayAsync("Hi");

        Assert.Equal(502, refused.Status);
        Golden.AssertSame("""{"error":{"message":"Nobody home.","type":"server_error","param":null,"code":"bad_gateway"}}""", refused.Text);
        Assert.Equal("2", refused.Header("Retry-After"));
        Assert.Equal("1500", refused.Header("retry-after-ms"));
    }

    [Fact]
    public async Task Connections_are_closed_without_an_answer_where_that_is_ordered()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        await caller.OrderAsync(new { kind = "outage", close_connection = true });

        Assert.Equal(0, await Emulator.StatusOfAsync(caller.SayAsync("Hi")));
        Assert.Equal(0, await Emulator.StatusOfAsync(caller.GetAsync("openai/v1/models")));

        await caller.LiftAsync();
        Assert.Equal(200, (await caller.SayAsync("Hi")).Status);
        Assert.Null((await caller.JournalAsync())[0]!["status"]);
    }

    [Fact]
    public async Task State_is_lost_with_the_order_and_stays_lost()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var told = await caller.SayAsync("My name is Ada.");
        var conversation = (await caller.SendAsync(HttpMethod.Post, "openai/v1/conversations", "{}")).Id;

        await caller.OrderAsync(new { kind = "outage", lose_state = true });
        await caller.LiftAsync();

        Assert.Equal("previous_response_not_found", (await caller.SayAsync("Who am I?", told.Id)).Json["error"]!["code"]!.GetValue<string>());
        Assert.Equal(404, (await caller.GetAsync($"openai/v1/responses/{told.Id}")).Status);
        Assert.Equal(404, (await caller.GetAsync($"openai/v1/conversations/{conversation}")).Status);
    }

    [Fact]
    public async Task Queued_outage_loses_state_when_it_strikes()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var told = await caller.SayAsync("My name is Ada.");
        await caller.QueueAsync(new { kind = "pass" }, new { kind = "outage", lose_state = true });

        Assert.Equal(200, (await caller.GetAsync($"openai/v1/responses/{told.Id}")).Status);
        Assert.Equal(503, (await caller.GetAsync($"openai/v1/responses/{told.Id}")).Status);
        Assert.Equal(404, (await caller.GetAsync($"openai/v1/responses/{told.Id}")).Status);
    }

    [Fact]
    public async Task Upgrade_to_a_web_socket_meets_the_outage_too()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var request = $"GET /openai/v1/responses HTTP/1.1\r\nHost: x\r\napi-key: {Nodes.ApiKey}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
        await caller.OrderAsync(new { kind = "outage" });

        using var raw = await RawHttp.SendAsync(region.Url, request);

        Assert.StartsWith("HTTP/1.1 503", await raw.ReadHeadAsync(), StringComparison.Ordinal);
        Assert.Equal("/openai/v1/responses", Assert.Single(await caller.JournalAsync())!["path"]!.GetValue<string>());
    }
}
