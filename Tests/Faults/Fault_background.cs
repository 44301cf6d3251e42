using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Faults;

/// <summary>Faults of the connection leave a response in the background alone; faults of the model do not.</summary>
public sealed class Fault_background
{
    private static readonly object s_streamed = new { model = "gpt-4o-mini", input = "Count to 3", background = true, stream = true };

    [Fact]
    public async Task Cut_stream_of_a_background_response_can_be_taken_up_again()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        await caller.QueueAsync(new { kind = "cut", after_events = 3 });

        var (id, seen) = await CutAsync(region);
        var rest = Events.Parse((await caller.GetAsync($"openai/v1/responses/{id}?stream=true&starting_after=2")).Text);

        Assert.Equal(3, seen);
        Assert.Equal("response.completed", rest[^1].Type);
        Assert.Equal(Enumerable.Range(3, rest.Count), rest.Select(item => item.Data["sequence_number"]!.GetValue<int>()));
        Assert.Equal("completed", (await caller.GetAsync($"openai/v1/responses/{id}")).Json["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task Resumed_stream_is_cut_too_where_that_is_ordered()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var id = Events.Parse((await caller.CreateAsync(s_streamed)).Text)[0].Data["response"]!["id"]!.GetValue<string>();
        await caller.OrderAsync(new { kind = "cut", after_events = 2, match = new { method = "GET" } });

        using var raw = await RawHttp.SendAsync(region.Url, $"GET /openai/v1/responses/{id}?stream=true HTTP/1.1\r\nHost: x\r\napi-key: {Nodes.ApiKey}\r\n\r\n");
        await raw.ReadHeadAsync();

        Assert.Equal(2, await raw.ReadChunksAsync().CountAsync(TestContext.Current.CancellationToken));
        Assert.False(raw.EndedProperly);
    }

    [Fact]
    public async Task Error_in_the_stream_fails_the_response_whose_id_is_known()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        await caller.OrderAsync(new { kind = "error", in_stream = true, after_events = 4, code = "model_error" });

        var answer = Events.Parse((await caller.CreateAsync(s_streamed)).Text);
        await caller.LiftAsync();

        Assert.Equal(["error", "response.failed"], answer.TakeLast(2).Select(item => item.Type));
        Assert.Equal(4 + 2, answer.Count);
        var stored = (await caller.GetAsync($"openai/v1/responses/{answer[^1].Data["response"]!["id"]}")).Json;
        Assert.Equal("failed", stored["status"]!.GetValue<string>());
        Assert.Equal("model_error", stored["error"]!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task Latency_of_a_background_response_passes_without_a_caller()
    {
        var time = new WatchedTime();
        await using var region = await time.StartRegionAsync();
        using var caller = new Caller(region.Url);
        await caller.QueueAsync(new { kind = "latency", first_token_ms = 5000 });

        var queued = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Count to 3", background = true });
        var path = $"openai/v1/responses/{queued.Id}";

        Assert.Equal("queued", queued.Json["status"]!.GetValue<string>());
        Assert.Contains((await caller.GetAsync(path)).Json["status"]!.GetValue<string>(), new[] { "queued", "in_progress" });
        Assert.Equal(TimeSpan.FromSeconds(5), await time.PassAsync());
        while ((await caller.GetAsync(path)).Json["status"]!.GetValue<string>() != "completed")
        {
            // It has all it waited for; what is left is work.
        }
    }

    [Fact]
    public async Task Outage_that_loses_state_loses_what_runs_in_the_background()
    {
        var time = new WatchedTime();
        await using var region = await time.StartRegionAsync();
        using var caller = new Caller(region.Url);
        await caller.QueueAsync(new { kind = "latency", first_token_ms = 5000 });
        var queued = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Count to 3", background = true });

        await caller.OrderAsync(new { kind = "outage", lose_state = true });
        Assert.Equal(503, (await caller.GetAsync($"openai/v1/responses/{queued.Id}")).Status);
        await caller.LiftAsync();
        await time.PassAsync();

        Assert.Equal(404, (await caller.GetAsync($"openai/v1/responses/{queued.Id}")).Status);
        Assert.Equal(0, await caller.StoredAsync());
    }

    private static async Task<(string Id, int Seen)> CutAsync(WebNode region)
    {
        using var raw = await RawHttp.PostAsync($"{region.Url}/openai/v1/responses", """{"model":"gpt-4o-mini","input":"Count to 3","background":true,"stream":true}""");
        await raw.ReadHeadAsync();
        var chunks = await raw.ReadChunksAsync().ToListAsync(TestContext.Current.CancellationToken);
        return (Events.Parse(chunks[0])[0].Data["response"]!["id"]!.GetValue<string>(), chunks.Count);
    }
}
