using Microsoft.Extensions.DependencyInjection;
using SessionAware.FakeResponsesBackend.Streaming;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.BackgroundRuns;

/// <summary>What can be cancelled, and what is left of it.</summary>
public sealed class Cancelling
{
    private const string Streamed = """{"model":"gpt-4o-mini","input":"Count to 20","background":true,"stream":true}""";
    private const string Unknown = "resp_0123456789abcdef00690000000123456789abcdef01234567";

    [Theory]
    [InlineData(null)]
    [InlineData("response.queued")]
    [InlineData("response.in_progress")]
    [InlineData("response.output_text.delta")]
    [InlineData("response.output_item.done")]
    public async Task Response_that_has_not_ended_is_cancelled_and_keeps_no_output(string? heldAfter)
    {
        var (region, pace) = await HeldAsync();
        await using var _ = region;
        using var caller = new Caller(region.Url);
        var created = await caller.BeginAsync("Say exactly: done");
        await pace.HoldAfterAsync(heldAfter);

        var cancelled = await caller.CancelAsync(created.Id);

        await pace.Stopped;
        Assert.Equal(200, cancelled.Status);
        Assert.Equal(created.Text.Replace("\"queued\"", "\"cancelled\"", StringComparison.Ordinal), cancelled.Text);
        Golden.AssertSame(
            """
            {"id":"resp_ID","object":"response","created_at":0,"status":"cancelled","background":true,"completed_at":null,"error":null,"frequency_penalty":0,
            "incomplete_details":null,"instructions":null,"max_output_tokens":null,"max_tool_calls":null,"model":"gpt-4o-mini","output":[],
            "parallel_tool_calls":true,"presence_penalty":0,"previous_response_id":null,"prompt_cache_key":null,"prompt_cache_retention":"in_memory",
            "reasoning":{"context":null,"effort":null,"summary":null},"safety_identifier":null,"service_tier":"auto","store":true,"temperature":1,
            "text":{"format":{"type":"text"},"verbosity":"medium"},"tool_choice":"auto","tools":[],"top_logprobs":0,"top_p":1,"truncation":"disabled",
            "usage":null,"user":null,"metadata":{},"content_filters":null}
            """,
            cancelled.Text);
        Assert.Equal(cancelled.Text, (await caller.RetrieveAsync(created.Id)).Text);
        Assert.Equal(cancelled.Text, (await caller.CancelAsync(created.Id)).Text);
    }

    [Fact]
    public async Task Live_stream_of_a_cancelled_response_ends_with_response_failed()
    {
        var (region, pace) = await HeldAsync();
        await using var _ = region;
        using var caller = new Caller(region.Url);
        var creating = LiveEvents.CreateAsync(region, Streamed);
        await pace.HoldAfterAsync("response.output_text.delta");
        await using var live = await creating;

        var cancelled = await caller.CancelAsync(live.Id);

        var text = await live.ReadAllAsync();
        var events = Events.Parse(text);
        Assert.Equal(Enumerable.Range(0, events.Count), events.Select(item => item.Data["sequence_number"]!.GetValue<int>()));
        Assert.Equal(["response.output_text.delta", "response.failed"], events.TakeLast(2).Select(item => item.Type));
        Assert.Equal(cancelled.Json.ToJsonString(), events[^1].Data["response"]!.ToJsonString());
        Assert.Equal(text, (await caller.StreamAgainAsync(live.Id)).Text);
    }

    [Fact]
    public async Task Cancelling_many_times_at_once_ends_the_response_once()
    {
        var (region, pace) = await HeldAsync();
        await using var _ = region;
        using var caller = new Caller(region.Url);
        var creating = LiveEvents.CreateAsync(region, Streamed);
        await pace.HoldAfterAsync("response.in_progress");
        await using var live = await creating;

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => caller.CancelAsync(live.Id)));

        Assert.All(answers, answer => Assert.Equal((200, answers[0].Text), (answer.Status, answer.Text)));
        var events = Events.Parse(await live.ReadAllAsync());
        Assert.Equal(["response.created", "response.queued", "response.in_progress", "response.failed"], events.Select(item => item.Type));
        Assert.Equal(4, Events.Parse((await caller.StreamAgainAsync(live.Id)).Text).Count);
    }

    [Fact]
    public async Task Response_that_is_being_made_without_a_pause_is_cancelled_too()
    {
        var pace = new DeafPace();
        await using var region = await Nodes.StartRegionAsync(services: services => services.AddSingleton<EventPace>(pace));
        using var caller = new Caller(region.Url);

        var cancelled = await caller.CancelAsync((await caller.BeginAsync("Count to 1000")).Id);

        Assert.Equal("cancelled", Background.Status(cancelled));
    }

    [Theory]
    [InlineData("completed", """{"error":{"message":"Cannot cancel a completed response.","type":"invalid_request_error","param":null,"code":null}}""")]
    [InlineData("failed", """{"error":{"message":"Cannot cancel a failed response.","type":"invalid_request_error","param":null,"code":null}}""")]
    [InlineData("incomplete", """{"error":{"message":"Cannot cancel an incomplete response.","type":"invalid_request_error","param":null,"code":null}}""")]
    public async Task Response_that_has_ended_cannot_be_cancelled_and_stays_as_it_is(string status, string expected)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        if (status == "failed")
            await caller.QueueAsync(new { kind = "error", in_stream = true, after_events = 4 });
        var whole = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Count to 100", max_output_tokens = status == "incomplete" ? 20 : 1000, background = true, stream = true });
        var id = Events.Parse(whole.Text)[0].Data["response"]!["id"]!.GetValue<string>();
        var before = await caller.EndOfAsync(id);
        Assert.Equal(status, Background.Status(before));

        var answer = await caller.CancelAsync(id);

        Assert.Equal(400, answer.Status);
        Golden.AssertSame(expected, answer.Text);
        Assert.Equal(before.Text, (await caller.RetrieveAsync(id)).Text);
        Assert.Equal(whole.Text, (await caller.StreamAgainAsync(id)).Text);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(1000)]
    public async Task Foreground_response_cannot_be_cancelled_however_it_ended(int limit)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var id = (await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Count to 100", max_output_tokens = limit })).Id;

        var answer = await caller.CancelAsync(id);

        Assert.Equal(400, answer.Status);
        Golden.AssertSame("""{"error":{"message":"Cannot cancel a synchronous response.","type":"invalid_request_error","param":null,"code":null}}""", answer.Text);
    }

    [Theory]
    [InlineData("unknown")]
    [InlineData("deleted")]
    [InlineData("not stored")]
    public async Task Response_that_is_not_there_cannot_be_cancelled(string why)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var id = why == "unknown" ? Unknown : (await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Hi", store = why != "not stored", background = why == "deleted" })).Id;
        if (why == "deleted")
            Assert.Equal(200, (await caller.DeleteAsync($"responses/{id}")).Status);

        var answer = await caller.CancelAsync(id);

        Assert.Equal(404, answer.Status);
        Golden.AssertSame("""{"error":{"message":"Response with id 'resp_ID' not found.","type":"invalid_request_error","param":null,"code":null}}""", answer.Text);
    }

    [Fact]
    public async Task Response_deleted_while_it_is_made_stops_and_is_gone()
    {
        var (region, pace) = await HeldAsync();
        await using var _ = region;
        using var caller = new Caller(region.Url);
        var creating = LiveEvents.CreateAsync(region, Streamed);
        await pace.HoldAfterAsync("response.in_progress");
        await using var live = await creating;

        var deleted = await caller.DeleteAsync($"responses/{live.Id}");

        await pace.Stopped;
        Assert.Equal(200, deleted.Status);
        Assert.Equal("response.failed", Events.Parse(await live.ReadAllAsync())[^1].Type);
        Assert.Equal(404, (await caller.RetrieveAsync(live.Id)).Status);
        Assert.Equal((0, 0), await caller.HeldAsync());
    }

    [Fact]
    public async Task Cancelling_that_races_the_end_never_tears_a_response()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        for (var round = 0; round < 100; round++)
        {
            await using var live = await LiveEvents.CreateAsync(region, $$"""{"model":"gpt-4o-mini","input":"Count to {{1 + (round * 7)}}","background":true,"stream":true}""");
            var cancelling = caller.CancelAsync(live.Id);

            var events = Events.Parse(await live.ReadAllAsync());
            var answer = await cancelling;
            var end = await caller.RetrieveAsync(live.Id);

            var (status, last) = answer.Status == 200 ? ("cancelled", "response.failed") : ("completed", "response.completed");
            Assert.Equal((status, last), (Background.Status(end), events[^1].Type));
            Assert.Equal(status == "cancelled" ? 0 : 1, end.Json["output"]!.AsArray().Count);
            Assert.Single(events, item => item.Type is "response.failed" or "response.completed");
            Assert.Equal(Enumerable.Range(0, events.Count), events.Select(item => item.Data["sequence_number"]!.GetValue<int>()));
            Assert.Equal(events.Count, Events.Parse((await caller.StreamAgainAsync(live.Id)).Text).Count);
        }
    }

    private static async Task<(WebNode Region, HeldPace Pace)> HeldAsync()
    {
        var pace = new HeldPace();
        pace.Hold();
        return (await Nodes.StartRegionAsync(services: services => services.AddSingleton<EventPace>(pace)), pace);
    }

    /// <summary>Waits once until somebody cancels, and then goes on as if nobody had.</summary>
    private sealed class DeafPace : EventPace
    {
        public override async ValueTask WaitAsync(IStreamEvent? sent, CancellationToken cancellationToken)
        {
            if (sent is not { EventName: "response.in_progress" })
                return;
            var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = cancellationToken.Register(cancelled.SetResult);
            await cancelled.Task;
        }
    }
}
