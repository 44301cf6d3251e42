using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SessionAware.FakeResponsesBackend.Streaming;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.BackgroundRuns;

/// <summary>How responses in the background end, and what is left of them.</summary>
public sealed class Background_ends
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Response_can_be_streamed_again_for_five_minutes()
    {
        var time = new FakeTimeProvider(s_start);
        await using var region = await Nodes.StartRegionAsync(services: services => services.AddSingleton<TimeProvider>(time));
        using var caller = new Caller(region.Url);
        var whole = await caller.BeginAsync("Hi", stream: true);
        var id = IdOf(whole);

        time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(whole.Text, (await caller.StreamAgainAsync(id)).Text);
        time.Advance(TimeSpan.FromSeconds(1));
        var late = await caller.StreamAgainAsync(id);

        Assert.Equal(400, late.Status);
        Golden.AssertSame("""{"error":{"message":"Response can no longer be streamed, it is more than 5 minutes old.","type":"invalid_request_error","param":"stream","code":null}}""", late.Text);
        Assert.Equal("completed", Background.Status(await caller.RetrieveAsync(id)));
    }

    [Fact]
    public async Task Response_that_takes_longer_than_five_minutes_can_be_streamed_until_it_ends()
    {
        var (time, pace) = (new FakeTimeProvider(s_start), new HeldPace());
        pace.Hold();
        await using var region = await Nodes.StartRegionAsync(services: services => services.AddSingleton<TimeProvider>(time).AddSingleton<EventPace>(pace));
        using var caller = new Caller(region.Url);
        var creating = caller.BeginAsync("Count to 5", stream: true);
        await pace.HoldAfterAsync("response.output_text.delta");
        var id = (await caller.GetAsync("_emulator/journal")).Json[0]!["made"]!.GetValue<string>();
        time.Advance(TimeSpan.FromMinutes(10));

        await using var resumed = await LiveEvents.ResumeAsync(region, id);
        pace.LetGo();

        Assert.Equal((await creating).Text, await resumed.ReadAllAsync());
        Assert.Equal("completed", Background.Status(await caller.EndOfAsync(id)));
        Assert.Equal(400, (await caller.StreamAgainAsync(id)).Status);
    }

    [Fact]
    public async Task Events_are_let_go_when_nobody_can_ask_for_them_any_more()
    {
        var (time, pace) = (new FakeTimeProvider(s_start), new RememberingPace());
        await using var region = await Nodes.StartRegionAsync(services: services => services.AddSingleton<TimeProvider>(time).AddSingleton<EventPace>(pace));
        using var caller = new Caller(region.Url);
        await caller.BeginAsync("Count to 50", stream: true);
        await caller.EndOfAsync((await caller.BeginAsync("Count to 50")).Id);
        var (_, withEvents) = await caller.HeldAsync();
        Assert.True(pace.Alive() > 100);

        time.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1));

        var (count, withoutEvents) = await caller.HeldAsync();
        Assert.Equal(2, count);
        Assert.True(withoutEvents < withEvents, $"{withoutEvents} bytes, {withEvents} with events.");
        // What the last one answered may still stand in a frame of the thread that made it.
        Assert.InRange(pace.Alive(), 0, 5);
    }

    [Fact]
    public async Task Response_that_fails_says_why_and_stays_failed()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        await caller.QueueAsync(new { kind = "error", in_stream = true, after_events = 4, code = "server_error", message = "Broken." });

        var answer = await caller.BeginAsync("Hi", stream: true);

        var events = Events.Parse(answer.Text);
        Assert.Equal(["error", "response.failed"], events.Skip(4).Select(item => item.Type));
        Assert.Equal(Enumerable.Range(0, 6), events.Select(item => item.Data["sequence_number"]!.GetValue<int>()));
        var retrieved = await caller.EndOfAsync(IdOf(answer));
        Assert.Equal("failed", Background.Status(retrieved));
        Assert.Equal("""{"code":"server_error","message":"Broken."}""", retrieved.Json["error"]!.ToJsonString());
        Assert.Empty(retrieved.Json["output"]!.AsArray());
        Assert.Equal(answer.Text, (await caller.StreamAgainAsync(IdOf(answer))).Text);
    }

    [Fact]
    public async Task Response_that_fails_before_its_first_event_was_never_made()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        await caller.QueueAsync(new { kind = "throttle", in_stream = true });

        var answer = await caller.BeginAsync("Hi", stream: true);

        Assert.Equal(["error"], Events.Parse(answer.Text).Select(item => item.Type));
        Assert.Equal((0, 0), await caller.HeldAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Response_that_fails_at_its_last_event_has_not_completed_before(bool background)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var conversation = (await caller.SendAsync(HttpMethod.Post, "openai/v1/conversations")).Id;
        var last = background ? 9 : 8;
        await caller.QueueAsync(new { kind = "error", in_stream = true, after_events = last, code = "server_error", message = "Broken." });

        var answer = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Say exactly: done", stream = true, background, conversation });

        Assert.Equal(["response.output_item.done", "error", "response.failed"], Events.Parse(answer.Text).Skip(last - 1).Select(item => item.Type));
        Assert.Equal("failed", Background.Status(await caller.RetrieveAsync(IdOf(answer))));
        Assert.Empty((await caller.GetAsync($"openai/v1/conversations/{conversation}/items")).Json["data"]!.AsArray());
    }

    [Theory]
    [InlineData("queued")]
    [InlineData("in_progress")]
    [InlineData("cancelled")]
    [InlineData("failed")]
    [InlineData("incomplete")]
    public async Task Response_without_an_answer_cannot_be_continued(string status)
    {
        var pace = new HeldPace();
        await using var region = await Nodes.StartRegionAsync(services: services => services.AddSingleton<EventPace>(pace));
        using var caller = new Caller(region.Url);
        if (status == "failed")
            await caller.QueueAsync(new { kind = "error", in_stream = true, after_events = 4 });
        else if (status != "incomplete")
            pace.Hold();
        var created = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Count to 100", max_output_tokens = 20, background = true, stream = status == "failed" });
        var id = status == "failed" ? IdOf(created) : created.Id;
        if (status is "in_progress" or "cancelled")
            await pace.HoldAfterAsync("response.in_progress");
        else if (status != "queued")
            await caller.EndOfAsync(id);
        if (status == "cancelled")
            await caller.CancelAsync(id);
        Assert.Equal(status, Background.Status(await caller.RetrieveAsync(id)));

        var continued = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Hi", previous_response_id = id, background = true });

        Assert.Equal(status == "incomplete" ? 200 : 400, continued.Status);
        if (status != "incomplete")
            Assert.Equal("previous_response_not_found", continued.Json["error"]!["code"]!.GetValue<string>());
    }

    private static string IdOf(Answer streamed) => Events.Parse(streamed.Text)[0].Data["response"]!["id"]!.GetValue<string>();

    /// <summary>Remembers each event without keeping it.</summary>
    private sealed class RememberingPace : EventPace
    {
        private readonly ConcurrentBag<WeakReference> _events = [];

        [MethodImpl(MethodImplOptions.NoInlining)]
        public int Alive()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            return _events.Count(known => known.IsAlive);
        }

        public override ValueTask WaitAsync(IStreamEvent? sent, CancellationToken cancellationToken)
        {
            if (sent is not null)
                _events.Add(new(sent));
            return ValueTask.CompletedTask;
        }
    }
}
