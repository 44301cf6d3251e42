using Microsoft.Extensions.DependencyInjection;
using SessionAware.FakeResponsesBackend.Streaming;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.WebSockets;

/// <summary>Turns over a WebSocket: what they say, what they continue, in which order they come.</summary>
public sealed class Web_sockets
{
    [Theory]
    [InlineData("Azure")]
    [InlineData("OpenAI")]
    public async Task Frames_are_the_data_of_the_events_that_a_stream_sends(string flavor)
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:Flavor", flavor)]);
        using var http = new Caller(region.Url);
        using var caller = await SocketCaller.ConnectAsync(region.Url);
        var streamed = Events.Parse((await http.CreateAsync(new { model = "gpt-4o-mini", input = "Count to 3", stream = true })).Text);

        // `stream` says nothing here; some clients send it all the same.
        var turn = await caller.CreateAsync(new { type = "response.create", model = "gpt-4o-mini", input = "Count to 3", stream = false });

        Assert.True(streamed.Count > 10);
        Assert.Equal(streamed.Count, turn.Frames.Count);
        foreach (var (expected, frame) in streamed.Zip(turn.Frames))
            Golden.AssertSame(expected.Data.ToJsonString(), frame);
        Assert.Contains(turn.Frames, frame => frame.Contains("\"obfuscation\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Padding_is_absent_where_it_is_declined()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = await SocketCaller.ConnectAsync(region.Url);

        var turn = await caller.CreateAsync(new { type = "response.create", model = "gpt-4o-mini", input = "Hi", stream_options = new { include_obfuscation = false } });

        Assert.Equal("response.completed", turn.Types.Last());
        Assert.DoesNotContain(turn.Frames, frame => frame.Contains("\"obfuscation\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Response_not_stored_is_continued_on_its_connection_and_found_nowhere_else()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var http = new Caller(region.Url);
        using var caller = await SocketCaller.ConnectAsync(region.Url);
        using var other = await SocketCaller.ConnectAsync(region.Url);

        var first = await caller.SayAsync("My name is Ada.", store: false);
        var second = await caller.SayAsync("My dog is called Rex.", first.Id, store: false);
        var third = await caller.SayAsync("Who am I?", second.Id, store: false);

        Assert.Contains("Ada", third.OutputText, StringComparison.Ordinal);
        Assert.Equal("previous_response_not_found", (await other.SayAsync("Who am I?", third.Id)).ErrorCode);
        Assert.Equal(404, (await http.GetAsync($"openai/v1/responses/{third.Id}")).Status);
        Assert.Equal(400, (await http.SayAsync("Who am I?", third.Id)).Status);
    }

    [Fact]
    public async Task Only_the_latest_response_that_is_not_stored_can_be_continued()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = await SocketCaller.ConnectAsync(region.Url);
        var first = await caller.SayAsync("My name is Ada.", store: false);
        var second = await caller.SayAsync("Hi", first.Id, store: false);

        var older = await caller.SayAsync("Who am I?", first.Id, store: false);

        Golden.AssertSame(
            """
            {"type":"error","status":400,"error":{"message":"Previous response with id 'resp_ID' not found.","type":"invalid_request_error",
            "param":"previous_response_id","code":"previous_response_not_found"}}
            """,
            Assert.Single(older.Frames));
        Assert.Contains("Ada", (await caller.SayAsync("Who am I?", second.Id)).OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failed_turn_makes_the_connection_forget_what_it_continued()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = await SocketCaller.ConnectAsync(region.Url);
        var first = await caller.SayAsync("My name is Ada.", store: false);

        var failed = await caller.CreateAsync(new
        {
            type = "response.create",
            model = "gpt-4o-mini",
            previous_response_id = first.Id,
            store = false,
            input = new[] { new { type = "function_call_output", call_id = "call_nobody_made", output = "42" } },
        });

        Golden.AssertSame(
            """
            {"type":"error","status":400,"error":{"message":"No tool call found for function call output with call_id call_nobody_made.",
            "type":"invalid_request_error","param":"input","code":null}}
            """,
            Assert.Single(failed.Frames));
        Assert.Equal("previous_response_not_found", (await caller.SayAsync("Who am I?", first.Id)).ErrorCode);
    }

    [Fact]
    public async Task Stored_response_outlives_its_connection_and_one_not_stored_does_not()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = await SocketCaller.ConnectAsync(region.Url);
        var stored = await caller.SayAsync("My name is Ada.");
        var unstored = await caller.SayAsync("Hi", stored.Id, store: false);
        await caller.CloseAsync();

        using var again = await SocketCaller.ConnectAsync(region.Url);

        Assert.Equal("previous_response_not_found", (await again.SayAsync("Who am I?", unstored.Id)).ErrorCode);
        Assert.Contains("Ada", (await again.SayAsync("Who am I?", stored.Id)).OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Response_deleted_over_HTTP_is_gone_on_the_connection_that_made_it()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var http = new Caller(region.Url);
        using var caller = await SocketCaller.ConnectAsync(region.Url);
        var first = await caller.SayAsync("My name is Ada.");
        Assert.Equal(200, (await http.SendAsync(HttpMethod.Delete, $"openai/v1/responses/{first.Id}")).Status);

        Assert.Equal("previous_response_not_found", (await caller.SayAsync("Who am I?", first.Id)).ErrorCode);
    }

    [Fact]
    public async Task Warm_up_answers_nothing_and_can_be_continued_without_input()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = await SocketCaller.ConnectAsync(region.Url);

        var warmUp = await caller.CreateAsync(new { type = "response.create", model = "gpt-4o-mini", input = "Count to 3", generate = false, store = false });
        var answer = await caller.CreateAsync(new { type = "response.create", model = "gpt-4o-mini", input = Array.Empty<object>(), previous_response_id = warmUp.Id });

        Assert.Equal(["response.created", "response.in_progress", "response.completed"], warmUp.Types);
        Assert.Empty(warmUp.Last["response"]!["output"]!.AsArray());
        Assert.Equal(0, warmUp.Last["response"]!["usage"]!["output_tokens"]!.GetValue<int>());
        Assert.True(warmUp.Last["response"]!["usage"]!["input_tokens"]!.GetValue<int>() > 0);
        Assert.Equal("1, 2, 3", answer.OutputText);
    }

    [Fact]
    public async Task Second_turn_waits_until_the_first_has_ended()
    {
        var gate = new EventGate();
        await using var region = await Nodes.StartRegionAsync(services: services => services.AddSingleton<EventPace>(gate));
        using var caller = await SocketCaller.ConnectAsync(region.Url);
        await caller.SendAsync(new { type = "response.create", model = "gpt-4o-mini", input = "Count to 3" });
        await caller.SendAsync(new { type = "response.create", model = "gpt-4o-mini", input = "Count to 4" });

        // More permits than the second needs for its first events: only its place in the lane holds it back.
        gate.Permit(2);
        Assert.Contains("response.created", await caller.ReadAsync(), StringComparison.Ordinal);
        Assert.Contains("response.in_progress", await caller.ReadAsync(), StringComparison.Ordinal);
        gate.Permit(1000);
        var (first, second) = (await caller.ReadTurnAsync(), await caller.ReadTurnAsync());

        Assert.Equal("1, 2, 3", first.OutputText);
        Assert.DoesNotContain("response.created", first.Types);
        Assert.Equal("1, 2, 3, 4", second.OutputText);
        Assert.Equal("response.created", second.Types.First());
    }
}
