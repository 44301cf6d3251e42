using System.Net.WebSockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SessionAware.FakeResponsesBackend.Streaming;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.WebSockets;

/// <summary>How a WebSocket begins and how it ends.</summary>
public sealed class Web_socket_connections
{
    private static readonly (string Name, string Value)[] s_upgrade =
        [("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")];

    [Theory]
    [InlineData("v1/responses")]
    [InlineData("openai/v1/responses")]
    [InlineData("openai/responses?api-version=2025-04-01-preview")]
    [InlineData("api/projects/lab/openai/v1/responses?api-version=preview")]
    public async Task Every_path_family_upgrades(string path)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = await SocketCaller.ConnectAsync(region.Url, path);

        Assert.Equal("response.completed", (await caller.SayAsync("Hi")).Types.Last());
    }

    [Theory]
    [InlineData("Azure", "openai/v1/responses", """{"error":{"code":"404","message":"Resource not found"}}""")]
    [InlineData("OpenAI", "v1/responses", """{"error":{"message":"Invalid URL (GET /v1/responses)","type":"invalid_request_error","param":null,"code":null}}""")]
    public async Task Path_is_unknown_to_a_request_without_upgrade(string flavor, string path, string expected)
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:Flavor", flavor)]);
        using var caller = new Caller(region.Url);

        var answer = await caller.GetAsync(path);

        Assert.Equal(404, answer.Status);
        Golden.AssertSame(expected, answer.Text);
    }

    [Theory]
    [InlineData("Azure", "Access denied due to invalid subscription key")]
    [InlineData("OpenAI", "Incorrect API key provided")]
    public async Task Wrong_key_is_refused_before_the_upgrade(string flavor, string message)
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:Flavor", flavor)]);
        using var caller = new Caller(region.Url, apiKey: "wrong-key-of-somebody");

        var answer = await caller.SendAsync(HttpMethod.Get, "openai/v1/responses", body: null, s_upgrade);

        Assert.Equal(401, answer.Status);
        Assert.StartsWith(message, answer.Json["error"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Older_path_family_without_api_version_does_not_upgrade()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        Assert.Equal(404, (await caller.SendAsync(HttpMethod.Get, "openai/responses", body: null, s_upgrade)).Status);
    }

    [Fact]
    public async Task Frame_in_fragments_is_put_together()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = await SocketCaller.ConnectAsync(region.Url);
        var frame = Encoding.UTF8.GetBytes("""{"type":"response.create","model":"gpt-4o-mini","input":"Say exactly: ünïcode"}""");

        foreach (var piece in frame.Chunk(7))
            await caller.SendAsync(piece, isEnd: false);
        await caller.SendAsync([], isEnd: true);

        Assert.Contains("ünïcode", (await caller.ReadTurnAsync()).OutputText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("binary", 1003, """{"type":"error","status":400,"error":{"message":"A frame must be text: one JSON object each.","type":"invalid_request_error","param":null,"code":"invalid_frame"}}""")]
    [InlineData("not JSON", 1007, """{"type":"error","status":400,"error":{"message":"Invalid body: failed to parse JSON value. Please check the value to ensure it is valid JSON. (Common errors include trailing commas, missing closing brackets, missing quotation marks, etc.)","type":"invalid_request_error","param":null,"code":"invalid_json"}}""")]
    [InlineData("too large", 1009, """{"type":"error","status":413,"error":{"message":"The request body is larger than the 1024 bytes that are accepted.","type":"invalid_request_error","param":null,"code":"request_too_large"}}""")]
    public async Task Frame_that_cannot_be_read_ends_the_connection_and_says_why(string kind, int code, string expected)
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:MaxRequestBodyBytes", "1024")]);
        using var caller = await SocketCaller.ConnectAsync(region.Url);

        await caller.SendAsync(
            Encoding.UTF8.GetBytes(kind == "too large" ? new string(' ', 100_000) : kind),
            kind == "binary" ? WebSocketMessageType.Binary : WebSocketMessageType.Text);

        Golden.AssertSame(expected, (await caller.ReadAsync())!);
        Assert.Null(await caller.ReadAsync());
        Assert.Equal(code, caller.CloseCode);
    }

    [Fact]
    public async Task Connection_ends_after_60_minutes_with_the_turn_that_runs()
    {
        var (time, gate) = (new FakeTimeProvider(), new EventGate());
        await using var region = await Nodes.StartRegionAsync(services: services => services.AddSingleton<TimeProvider>(time).AddSingleton<EventPace>(gate));
        using var caller = await SocketCaller.ConnectAsync(region.Url);
        await caller.SendAsync(new { type = "response.create", model = "gpt-4o-mini", input = "Hi" });
        gate.Permit(1);
        Assert.Contains("response.created", await caller.ReadAsync(), StringComparison.Ordinal);
        time.Advance(TimeSpan.FromMinutes(60) - TimeSpan.FromTicks(1));
        gate.Permit(1);
        Assert.Contains("response.in_progress", await caller.ReadAsync(), StringComparison.Ordinal);

        time.Advance(TimeSpan.FromTicks(1));

        Golden.AssertSame(
            """
            {"type":"error","status":400,"error":{"message":"Responses websocket connection limit reached (60 minutes). Create a new websocket connection to continue.",
            "type":"invalid_request_error","param":null,"code":"websocket_connection_limit_reached"}}
            """,
            (await caller.ReadAsync())!);
        Assert.Null(await caller.ReadAsync());
        Assert.Equal(1001, caller.CloseCode);
        await gate.HungUp;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Response_whose_caller_hung_up_is_not_stored(bool properly)
    {
        var gate = new EventGate();
        await using var region = await Nodes.StartRegionAsync(services: services => services.AddSingleton<EventPace>(gate));
        using var http = new Caller(region.Url);
        using var caller = await SocketCaller.ConnectAsync(region.Url);
        await caller.SendAsync(new { type = "response.create", model = "gpt-4o-mini", input = "Hi" });
        gate.Permit(1);
        var id = new Turn([(await caller.ReadAsync())!]).Id;

        if (properly)
            await caller.CloseAsync();
        caller.Dispose();

        await gate.HungUp;
        gate.Permit(1000);
        Assert.Equal(404, (await http.GetAsync($"openai/v1/responses/{id}")).Status);
        Assert.Equal(0, (await http.GetAsync("_emulator")).Json["responses"]!["count"]!.GetValue<int>());
    }

    [Fact]
    public async Task Close_code_of_the_client_is_sent_back()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = await SocketCaller.ConnectAsync(region.Url);

        await caller.CloseAsync((WebSocketCloseStatus)4321);

        Assert.Equal(4321, caller.CloseCode);
    }

    [Fact]
    public async Task Host_that_stops_closes_its_connections_and_does_not_wait_for_turns()
    {
        var gate = new EventGate();
        await using var region = await Nodes.StartRegionAsync(services: services => services.AddSingleton<EventPace>(gate));
        using var caller = await SocketCaller.ConnectAsync(region.Url);
        await caller.SendAsync(new { type = "response.create", model = "gpt-4o-mini", input = "Hi" });
        gate.Permit(1);
        Assert.Contains("response.created", await caller.ReadAsync(), StringComparison.Ordinal);

        var stopped = region.App.StopAsync(TestContext.Current.CancellationToken);

        Assert.Null(await caller.ReadAsync());
        Assert.Equal(1001, caller.CloseCode);
        await caller.CloseAsync();
        await stopped.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        await gate.HungUp;
    }
}
