using Microsoft.Extensions.DependencyInjection;
using SessionAware.FakeResponsesBackend.Streaming;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.BackgroundRuns;

/// <summary>Responses that are made without their caller: polled, streamed, streamed again.</summary>
public sealed class Background_responses
{
    private const string Streamed = """{"model":"gpt-4o-mini","input":"Count to 3","background":true,"stream":true}""";

    [Fact]
    public async Task Response_goes_from_queued_through_in_progress_to_completed_while_it_is_polled()
    {
        var (region, pace) = await HeldAsync();
        await using var _ = region;
        using var caller = new Caller(region.Url);

        var created = await caller.BeginAsync("Say exactly: done");
        await pace.HoldAfterAsync(null);
        var queued = await caller.RetrieveAsync(created.Id);
        await pace.HoldAfterAsync("response.output_text.delta");
        var running = await caller.RetrieveAsync(created.Id);
        pace.LetGo();
        var ended = await caller.EndOfAsync(created.Id);

        Assert.Equal(created.Text, queued.Text);
        Golden.AssertSame(Unfinished("queued"), created.Text);
        Golden.AssertSame(Unfinished("in_progress"), running.Text);
        Assert.Equal("completed", Background.Status(ended));
        Assert.Equal("done", ended.OutputText);
        Assert.Equal("default", ended.Json["service_tier"]!.GetValue<string>());
        Assert.NotNull(ended.Json["usage"]);
    }

    [Theory]
    [InlineData(true, false, false, "completed", 200, "not created with background=true", 200)]
    [InlineData(true, false, true, "completed", 200, "not created with background=true", 200)]
    [InlineData(true, true, false, "queued", 200, "not created with stream=true", 200)]
    [InlineData(true, true, true, "completed", 200, null, 200)]
    [InlineData(false, false, false, "completed", 404, "not found", 400)]
    [InlineData(false, false, true, "completed", 404, "not found", 400)]
    public async Task Store_background_and_stream_decide_what_can_be_done_with_a_response(
        bool store, bool background, bool stream, string status, int retrieved, string? whyNotStreamed, int continued)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        var created = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Hi", store, background, stream });
        var response = stream ? Events.Parse(created.Text)[^1].Data["response"]! : created.Json;
        var id = response["id"]!.GetValue<string>();
        var ended = await caller.EndOfAsync(id);
        var streamed = await caller.StreamAgainAsync(id);

        Assert.Equal((200, status), (created.Status, response["status"]!.GetValue<string>()));
        Assert.Equal(background, response["background"]!.GetValue<bool>());
        Assert.Equal(retrieved, ended.Status);
        Assert.Equal(whyNotStreamed is null ? 200 : retrieved == 404 ? 404 : 400, streamed.Status);
        Assert.Contains(whyNotStreamed ?? "response.completed", streamed.Text, StringComparison.Ordinal);
        Assert.Equal(continued, (await caller.SayAsync("Hi again", id)).Status);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Background_without_store_is_refused(bool stream)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        var answer = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Hi", store = false, background = true, stream });

        Assert.Equal(400, answer.Status);
        Golden.AssertSame(
            """{"error":{"message":"Background mode requires 'store' to be true.","type":"invalid_request_error","param":"background","code":"unsupported_parameter"}}""",
            answer.Text);
    }

    [Fact]
    public async Task Events_follow_the_recorded_order_without_gaps_and_without_padding()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        var answer = await caller.CreateAsync(
            new { model = "gpt-4o-mini", input = "Say exactly: done", background = true, stream = true, stream_options = new { include_obfuscation = true } });

        var events = Events.Parse(answer.Text);
        Assert.Equal(
            [
                "response.created", "response.queued", "response.in_progress", "response.output_item.added", "response.content_part.added", "response.output_text.delta",
                "response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed",
            ],
            events.Select(item => item.Type));
        Assert.Equal(Enumerable.Range(0, events.Count), events.Select(item => item.Data["sequence_number"]!.GetValue<int>()));
        Assert.Equal(["queued", "queued", "in_progress"], events.Take(3).Select(item => item.Data["response"]!["status"]!.GetValue<string>()));
        Assert.DoesNotContain("obfuscation", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_resumed_after_any_event_is_the_rest_byte_for_byte()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var whole = (await caller.CreateAsync(Streamed)).Text;
        var id = Events.Parse(whole)[0].Data["response"]!["id"]!.GetValue<string>();
        var frames = Frames(whole);

        Assert.Equal(whole, (await caller.StreamAgainAsync(id)).Text);
        for (var after = 0; after < frames.Count; after++)
            Assert.Equal(string.Concat(frames.Skip(after + 1)), (await caller.StreamAgainAsync(id, $"&starting_after={after}")).Text);
        foreach (var beyond in new[] { frames.Count, 1_000_000, int.MaxValue })
        {
            var empty = await caller.StreamAgainAsync(id, $"&starting_after={beyond}");
            Assert.Equal((200, ""), (empty.Status, empty.Text));
        }
    }

    [Fact]
    public async Task Stream_resumed_while_the_response_is_made_brings_what_is_there_and_what_comes()
    {
        var (region, pace) = await HeldAsync();
        await using var _ = region;
        using var caller = new Caller(region.Url);
        var creating = LiveEvents.CreateAsync(region, Streamed);
        await pace.HoldAfterAsync("response.output_text.delta");
        await using var live = await creating;

        var resumed = caller.StreamAgainAsync(live.Id, "&starting_after=1");
        var fromWhatIsYetToCome = caller.StreamAgainAsync(live.Id, "&starting_after=7");
        await pace.HoldAfterAsync("response.output_text.delta");
        Assert.False(resumed.IsCompleted);
        pace.LetGo();

        var frames = Frames(await live.ReadAllAsync());
        Assert.Equal(string.Concat(frames.Skip(2)), (await resumed).Text);
        Assert.Equal(string.Concat(frames.Skip(8)), (await fromWhatIsYetToCome).Text);
    }

    [Theory]
    [InlineData("&starting_after=abc", """{"error":{"message":"Invalid type for 'starting_after': expected an integer, but got a string instead.","type":"invalid_request_error","param":"starting_after","code":"invalid_type"}}""")]
    [InlineData("&starting_after=1.5", """{"error":{"message":"Invalid type for 'starting_after': expected an integer, but got a string instead.","type":"invalid_request_error","param":"starting_after","code":"invalid_type"}}""")]
    [InlineData("&starting_after=99999999999", """{"error":{"message":"Invalid type for 'starting_after': expected an integer, but got a string instead.","type":"invalid_request_error","param":"starting_after","code":"invalid_type"}}""")]
    [InlineData("&starting_after=-1", """{"error":{"message":"Invalid 'starting_after': integer below minimum value. Expected a value >= 0, but got -1 instead.","type":"invalid_request_error","param":"starting_after","code":"integer_below_min_value"}}""")]
    [InlineData("ly", """{"error":{"message":"Invalid type for 'stream': expected a boolean, but got a string instead.","type":"invalid_request_error","param":"stream","code":"invalid_type"}}""")]
    public async Task Query_that_makes_no_sense_is_refused(string query, string expected)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var id = Events.Parse((await caller.CreateAsync(Streamed)).Text)[0].Data["response"]!["id"]!.GetValue<string>();

        var answer = await caller.StreamAgainAsync(id, query);

        Assert.Equal(400, answer.Status);
        Golden.AssertSame(expected, answer.Text);
    }

    [Fact]
    public async Task Response_is_made_to_its_end_when_the_caller_of_its_stream_has_hung_up()
    {
        var (region, pace) = await HeldAsync();
        await using var _ = region;
        using var caller = new Caller(region.Url);
        var creating = LiveEvents.CreateAsync(region, Streamed);
        await pace.HoldAfterAsync("response.in_progress");
        var live = await creating;

        await live.DisposeAsync();
        using var tooLong = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await caller.GetAsync("_emulator/journal")).Json[0]!["duration_ms"] is null)
            tooLong.Token.ThrowIfCancellationRequested();
        pace.LetGo();

        Assert.Equal("1, 2, 3", (await caller.EndOfAsync(live.Id)).OutputText);
        Assert.Equal("response.completed", Events.Parse((await caller.StreamAgainAsync(live.Id)).Text)[^1].Type);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Foreground_response_is_unknown_while_it_is_made_and_leaves_nothing_when_its_caller_hangs_up(bool stream)
    {
        var (region, pace) = await HeldAsync();
        await using var _ = region;
        using var caller = new Caller(region.Url);
        using (await RawHttp.PostAsync($"{region.Url}/openai/v1/responses", $$"""{"model":"gpt-4o-mini","input":"Hi","stream":{{(stream ? "true" : "false")}}}"""))
        {
            await pace.HoldAfterAsync("response.output_item.done");
            var made = (await caller.GetAsync("_emulator/journal")).Json[0]!["made"]!.GetValue<string>();
            Assert.Equal(404, (await caller.RetrieveAsync(made)).Status);
        }

        await pace.Stopped;
        Assert.Equal((0, 0), await caller.HeldAsync());
    }

    private static async Task<(WebNode Region, HeldPace Pace)> HeldAsync()
    {
        var pace = new HeldPace();
        pace.Hold();
        return (await Nodes.StartRegionAsync(services: services => services.AddSingleton<EventPace>(pace)), pace);
    }

    private static List<string> Frames(string stream) => [.. stream.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(frame => frame + "\n\n")];

    private static string Unfinished(string status) =>
        $$$"""
        {"id":"resp_ID","object":"response","created_at":0,"status":"{{{status}}}","background":true,"completed_at":null,"error":null,"frequency_penalty":0,
        "incomplete_details":null,"instructions":null,"max_output_tokens":null,"max_tool_calls":null,"model":"gpt-4o-mini","output":[],
        "parallel_tool_calls":true,"presence_penalty":0,"previous_response_id":null,"prompt_cache_key":null,"prompt_cache_retention":"in_memory",
        "reasoning":{"context":null,"effort":null,"summary":null},"safety_identifier":null,"service_tier":"auto","store":true,"temperature":1,
        "text":{"format":{"type":"text"},"verbosity":"medium"},"tool_choice":"auto","tools":[],"top_logprobs":0,"top_p":1,"truncation":"disabled",
        "usage":null,"user":null,"metadata":{},"content_filters":null}
        """;
}
