using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using SessionAware.FakeResponsesBackend.Streaming;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.WebSockets;

/// <summary>Lanes of a WebSocket, named by <c>stream_id</c>; and frames that are refused.</summary>
public sealed class Web_socket_lanes
{
    [Fact]
    public async Task Lanes_run_side_by_side_and_every_event_names_its_own()
    {
        var gate = new EventGate(after: "response.created");
        await using var region = await Nodes.StartRegionAsync(services: services => services.AddSingleton<EventPace>(gate));
        using var caller = await SocketCaller.ConnectAsync(region.Url);
        foreach (var lane in new[] { "a", "b" })
            await caller.SendAsync(Frame("Hi", lane));

        // The second lane begins although the first one's turn runs.
        var begun = new[] { (await caller.ReadAsync())!, (await caller.ReadAsync())! };
        gate.Permit(2);
        var turns = new[] { await caller.ReadTurnAsync(), await caller.ReadTurnAsync() };

        Assert.All(begun, frame => Assert.Contains("response.created", frame, StringComparison.Ordinal));
        Assert.Equal(["a", "b"], begun.Select(LaneOf).Order());
        Assert.All(turns.SelectMany(turn => turn.Frames), frame => Assert.Contains(LaneOf(frame), new[] { "a", "b" }));
        Assert.Equal(["a", "b"], turns.Select(turn => LaneOf(turn.Frames[^1])).Order());
    }

    [Fact]
    public async Task Turn_beyond_16_waits_until_another_has_ended()
    {
        var gate = new EventGate(after: "response.created");
        await using var region = await Nodes.StartRegionAsync(services: services => services.AddSingleton<EventPace>(gate));
        using var caller = await SocketCaller.ConnectAsync(region.Url);
        for (var number = 1; number <= 17; number++)
            await caller.SendAsync(Frame("Hi", $"agent_{number}"));
        var begun = new List<string>();
        for (var number = 1; number <= 16; number++)
            begun.Add((await caller.ReadAsync())!);

        gate.Permit(1);
        var ended = await caller.ReadTurnAsync();

        Assert.All(begun, frame => Assert.Contains("response.created", frame, StringComparison.Ordinal));
        Assert.DoesNotContain("response.created", ended.Types);
        Assert.Contains("response.created", await caller.ReadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fork_that_fails_leaves_its_parent_to_the_lane_that_made_it()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = await SocketCaller.ConnectAsync(region.Url);
        var parent = await caller.CreateAsync(Frame("My name is Ada.", "a", store: false));

        var failed = await caller.CreateAsync(Frame("Hi", "b", parent.Id, store: false, model: "none"));
        var forked = await caller.CreateAsync(Frame("Who am I?", "b", parent.Id, store: false));
        var continued = await caller.CreateAsync(Frame("Who am I?", "a", parent.Id, store: false));

        Golden.AssertSame(
            """
            {"type":"error","status":404,"stream_id":"b","error":{"code":"DeploymentNotFound","message":"The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again."}}
            """,
            Assert.Single(failed.Frames));
        Assert.Contains("Ada", forked.OutputText, StringComparison.Ordinal);
        Assert.Contains("Ada", continued.OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lane_too_many_is_refused_and_the_others_go_on()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = await SocketCaller.ConnectAsync(region.Url);
        await caller.SayAsync("The default lane does not count.");
        for (var number = 1; number <= 32; number++)
            Assert.Equal("response.completed", (await caller.CreateAsync(Frame("Hi", $"agent_{number}"))).Types.Last());

        var refused = await caller.CreateAsync(Frame("Hi", "agent_33"));

        Golden.AssertSame(
            """
            {"type":"error","status":400,"stream_id":"agent_33","error":{"message":"This WebSocket connection has reached its maximum number of distinct stream IDs (32). Reuse an existing stream_id or open a new WebSocket connection.",
            "type":"invalid_request_error","param":"stream_id","code":"websocket_stream_limit_reached"}}
            """,
            Assert.Single(refused.Frames));
        Assert.Equal("response.completed", (await caller.CreateAsync(Frame("Hi", "agent_32"))).Types.Last());
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"a b\"")]
    [InlineData("7")]
    public async Task Lane_of_no_valid_name_is_refused(string name)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = await SocketCaller.ConnectAsync(region.Url);

        var refused = await caller.CreateAsync($$"""{"type":"response.create","model":"gpt-4o-mini","input":"Hi","stream_id":{{name}}}""");

        Golden.AssertSame(
            """
            {"type":"error","status":400,"error":{"message":"The 'stream_id' field must be a non-empty string with at most 256 characters and may only contain letters, numbers, underscores, hyphens, and periods.",
            "type":"invalid_request_error","param":"stream_id","code":"invalid_stream_id"}}
            """,
            Assert.Single(refused.Frames));
    }

    [Theory]
    [InlineData("""{"model":"gpt-4o-mini","input":"Hi"}""", "type", "missing_required_parameter")]
    [InlineData("""{"type":"response.cancel"}""", "type", "invalid_value")]
    [InlineData("""{"type":"response.create","input":"Hi"}""", "model", "missing_required_parameter")]
    [InlineData("""{"type":"response.create","model":"gpt-4o-mini","input":"Hi","unknown":1}""", "unknown", "unknown_parameter")]
    [InlineData("""{"type":"response.create","model":"gpt-4o-mini","input":"Hi","background":true}""", "background", "unsupported_parameter")]
    [InlineData("""{"type":"response.create","model":"gpt-4o-mini","input":"Hi","generate":"no"}""", "generate", "invalid_type")]
    public async Task Frame_that_asks_for_what_is_not_there_is_refused_and_the_connection_stays(string frame, string param, string code)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = await SocketCaller.ConnectAsync(region.Url);

        var refused = await caller.CreateAsync(frame);

        Assert.Single(refused.Frames);
        Assert.Equal(400, refused.Last["status"]!.GetValue<int>());
        Assert.Equal(param, refused.Last["error"]!["param"]!.GetValue<string>());
        Assert.Equal(code, refused.ErrorCode);
        Assert.Equal("response.completed", (await caller.SayAsync("Hi")).Types.Last());
    }

    private static object Frame(string input, string lane, string? previous = null, bool store = true, string model = "gpt-4o-mini") =>
        new { type = "response.create", model, input, stream_id = lane, previous_response_id = previous, store };

    private static string LaneOf(string frame) => JsonNode.Parse(frame)!["stream_id"]!.GetValue<string>();
}
