using System.ClientModel;
using OpenAI.Responses;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Faults;

/// <summary>Connections that break, and answers that never come.</summary>
public sealed class Fault_cut_and_hang
{
    // "Count to 3" makes 15 events, so 14 is all but the last.
    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(14)]
    public async Task Stream_is_cut_after_exactly_so_many_events_and_nothing_is_stored(int events)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        await caller.OrderAsync(new { kind = "cut", after_events = events });

        var (types, endedProperly) = await Emulator.StreamAsync(region, "Count to 3");

        Assert.Equal(events, types.Count);
        Assert.False(endedProperly);
        Assert.Equal(0, await caller.StoredAsync());
        Assert.Equal(200, Assert.Single(await caller.JournalAsync())!["status"]!.GetValue<int>());
    }

    [Fact]
    public async Task Cut_after_the_last_event_leaves_a_stored_response_and_a_broken_stream()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        await caller.OrderAsync(new { kind = "cut", after_events = 15 });

        var (types, endedProperly) = await Emulator.StreamAsync(region, "Count to 3");

        Assert.Equal("response.completed", types[^1]);
        Assert.False(endedProperly);
        Assert.Equal(1, await caller.StoredAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(14)]
    public async Task Request_without_a_stream_gets_no_answer_at_all_and_nothing_is_stored(int events)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        await caller.OrderAsync(new { kind = "cut", after_events = events });

        Assert.Equal(0, await Emulator.StatusOfAsync(caller.SayAsync("Count to 3")));

        Assert.Equal(0, await caller.StoredAsync());
        Assert.Null(Assert.Single(await caller.JournalAsync())!["status"]);
    }

    [Fact]
    public async Task Stream_cut_before_its_head_has_no_answer()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        await caller.OrderAsync(new { kind = "cut" });

        using var raw = await RawHttp.PostAsync($"{region.Url}/openai/v1/responses", """{"model":"gpt-4o-mini","input":"Hi","stream":true}""");

        Assert.Equal("", await raw.ReadHeadAsync());
    }

    [Fact]
    public async Task Conversation_is_free_and_unchanged_after_a_cut()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var conversation = (await caller.SendAsync(HttpMethod.Post, "openai/v1/conversations", "{}")).Id;
        await caller.QueueAsync(new { kind = "cut", after_events = 14 });

        Assert.Equal(0, await Emulator.StatusOfAsync(caller.CreateAsync(new { model = "gpt-4o-mini", input = "Count to 3", conversation })));

        Assert.Empty((await caller.GetAsync($"openai/v1/conversations/{conversation}/items")).Json["data"]!.AsArray());
        Assert.Equal(200, (await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Hi", conversation })).Status);
    }

    [Fact]
    public async Task Official_client_sees_the_events_and_then_the_break()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var client = new ResponsesClient(new ApiKeyCredential(Nodes.ApiKey), new ResponsesClientOptions { Endpoint = new Uri($"{region.Url}/openai/v1/") });
        await caller.OrderAsync(new { kind = "cut", after_events = 6 });
        List<StreamingResponseUpdate> updates = [];

        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            await using var stream = await client.CreateResponseStreamingAsync("gpt-4o-mini", "Count to 3", cancellationToken: TestContext.Current.CancellationToken);
            await foreach (var update in stream.WithCancellation(TestContext.Current.CancellationToken))
                updates.Add(update);
        });

        Assert.Equal(6, updates.Count);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 0)]
    [InlineData(false, 5)]
    public async Task Caller_of_a_hanging_request_gives_up_and_nothing_is_stored(bool stream, int events)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        await caller.OrderAsync(new { kind = "hang", after_events = events });

        using (await RawHttp.PostAsync($"{region.Url}/openai/v1/responses", $$"""{"model":"gpt-4o-mini","input":"Hi","stream":{{(stream ? "true" : "false")}}}"""))
            await caller.JournalAsync(journal => journal is [{ } entry] && entry["faults"]!.AsArray().Count == 1);

        var left = Assert.Single(await caller.JournalAsync(journal => journal[0]!["duration_ms"] is not null));
        Assert.Null(left!["status"]);
        Assert.Equal(0, await caller.StoredAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(14)]
    public async Task Stream_hangs_after_its_events_until_the_caller_gives_up(int events)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        await caller.OrderAsync(new { kind = "hang", after_events = events });

        using (var raw = await RawHttp.PostAsync($"{region.Url}/openai/v1/responses", """{"model":"gpt-4o-mini","input":"Count to 3","stream":true}"""))
        {
            await raw.ReadHeadAsync();
            Assert.Equal(events, await raw.ReadChunksAsync().Take(events).CountAsync(TestContext.Current.CancellationToken));
            Assert.Null(Assert.Single(await caller.JournalAsync())!["duration_ms"]);
        }

        Assert.Equal(200, Assert.Single(await caller.JournalAsync(journal => journal[0]!["duration_ms"] is not null))!["status"]!.GetValue<int>());
        Assert.Equal(0, await caller.StoredAsync());
    }
}
