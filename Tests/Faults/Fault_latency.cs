using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Faults;

/// <summary>How fast a region answers, in a time that the test moves.</summary>
public sealed class Fault_latency
{
    private static readonly object s_count = new { model = "gpt-4o-mini", input = "Count to 3", stream = true };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task First_token_comes_after_its_time_and_the_others_at_their_speed(bool stream)
    {
        var time = new WatchedTime();
        await using var region = await time.StartRegionAsync();
        using var caller = new Caller(region.Url);
        await caller.OrderAsync(new { kind = "latency", first_token_ms = 400, tokens_per_second = 20 });

        var answering = caller.CreateAsync(new { model = "gpt-4o-mini", input = "Count to 3", stream });
        var waits = await time.PassUntilAsync(answering);

        // "1", ",", " ", "2", ",", " ", "3": seven tokens.
        Assert.Equal([400, 50, 50, 50, 50, 50, 50], waits);
        Assert.Equal(200, (await answering).Status);
    }

    [Fact]
    public async Task Events_before_the_first_token_come_at_once()
    {
        var time = new WatchedTime();
        await using var region = await time.StartRegionAsync();
        using var caller = new Caller(region.Url);
        await caller.OrderAsync(new { kind = "latency", first_token_ms = 400 });
        using var raw = await RawHttp.PostAsync($"{region.Url}/openai/v1/responses", """{"model":"gpt-4o-mini","input":"Hi","stream":true}""");
        await raw.ReadHeadAsync();
        await using var chunks = raw.ReadChunksAsync().GetAsyncEnumerator(TestContext.Current.CancellationToken);

        foreach (var expected in new[] { "response.created", "response.in_progress" })
        {
            Assert.True(await chunks.MoveNextAsync());
            Assert.Equal(expected, Events.Parse(chunks.Current)[0].Type);
        }

        Assert.Equal(TimeSpan.FromMilliseconds(400), await time.PassAsync());
        Assert.True(await chunks.MoveNextAsync());
        Assert.Equal("response.output_item.added", Events.Parse(chunks.Current)[0].Type);
    }

    [Fact]
    public async Task Settings_make_the_regions_usual_latency_and_a_fault_replaces_it()
    {
        var time = new WatchedTime();
        await using var region = await time.StartRegionAsync(("Region:FirstToken", "00:00:00.300"), ("Region:TokensPerSecond", "100"));
        using var caller = new Caller(region.Url);

        var usual = await time.PassUntilAsync(caller.CreateAsync(s_count));
        await caller.OrderAsync(new { kind = "latency", first_token_ms = 5 });
        var replaced = await time.PassUntilAsync(caller.CreateAsync(s_count));

        Assert.Equal([300, 10, 10, 10, 10, 10, 10], usual);
        Assert.Equal([5], replaced);
    }

    [Fact]
    public async Task Jitter_strays_within_its_share_and_is_the_same_for_the_same_seed()
    {
        var first = await JitteredAsync(seed: 7);
        var again = await JitteredAsync(seed: 7);
        var other = await JitteredAsync(seed: 8);

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        Assert.All(first, wait => Assert.InRange(wait, 499, 1501));
        Assert.True(first.Distinct().Count() > 1);
    }

    [Fact]
    public async Task Reset_begins_the_jitter_anew()
    {
        var time = new WatchedTime();
        await using var region = await time.StartRegionAsync(("Region:FirstToken", "00:00:01"), ("Region:Jitter", "0.5"));
        using var caller = new Caller(region.Url);

        var first = await time.PassUntilAsync(caller.CreateAsync(s_count));
        var second = await time.PassUntilAsync(caller.CreateAsync(s_count));
        await caller.SendAsync(HttpMethod.Post, "_emulator/reset");
        var third = await time.PassUntilAsync(caller.CreateAsync(s_count));

        Assert.NotEqual(first, second);
        Assert.Equal(first, third);
    }

    [Fact]
    public async Task Slowest_speed_is_a_token_an_hour()
    {
        var time = new WatchedTime();
        await using var region = await time.StartRegionAsync();
        using var caller = new Caller(region.Url);
        await caller.OrderAsync(new { kind = "latency", tokens_per_second = 1e-300 });

        Assert.Equal(3_600_000, (await time.PassUntilAsync(caller.CreateAsync(s_count)))[0]);
    }

    private static async Task<IReadOnlyList<int>> JitteredAsync(int seed)
    {
        var time = new WatchedTime();
        await using var region = await time.StartRegionAsync(("Region:Seed", $"{seed}"));
        using var caller = new Caller(region.Url);
        await caller.OrderAsync(new { kind = "latency", first_token_ms = 1000, tokens_per_second = 1, jitter = 0.5 });
        return [.. await time.PassUntilAsync(caller.CreateAsync(s_count)), .. await time.PassUntilAsync(caller.CreateAsync(s_count))];
    }
}
