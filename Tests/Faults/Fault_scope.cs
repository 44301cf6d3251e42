using System.Text.Json.Nodes;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Faults;

/// <summary>Whom a fault strikes: shares, counts, matches, the queue, and several faults at once.</summary>
public sealed class Fault_scope
{
    [Fact]
    public async Task Share_strikes_about_so_many_and_the_same_ones_for_the_same_seed()
    {
        var first = await StruckAsync(seed: 7, share: 0.25);
        var again = await StruckAsync(seed: 7, share: 0.25);
        var other = await StruckAsync(seed: 8, share: 0.25);

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        Assert.InRange(first.Count(isStruck => isStruck), 30, 70);
    }

    [Fact]
    public async Task Reset_and_lifting_begin_the_shares_anew()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        var first = await StruckAsync(caller, 0.5, requests: 40);
        await caller.SendAsync(HttpMethod.Post, "_emulator/reset");
        var second = await StruckAsync(caller, 0.5, requests: 40);
        await caller.LiftAsync();
        var third = await StruckAsync(caller, 0.5, requests: 40);

        Assert.Equal(first, second);
        Assert.Equal(first, third);
    }

    [Fact]
    public async Task Count_spends_the_fault_and_its_hits_are_told()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        await caller.OrderAsync(new { kind = "error", count = 2 });

        List<int> statuses = [];
        for (var request = 0; request < 3; request++)
            statuses.Add((await caller.SayAsync("Hi")).Status);

        Assert.Equal([500, 500, 200], statuses);
        var fault = (await caller.GetAsync("_emulator/faults")).Json["in_force"]![0]!;
        Assert.Equal((2, 2), (fault["count"]!.GetValue<int>(), fault["hits"]!.GetValue<int>()));
    }

    [Theory]
    [InlineData("""{"method":"post"}""", "chain continues other-model stream")]
    [InlineData("""{"method":"GET"}""", "models")]
    [InlineData("""{"path":"/responses"}""", "chain continues other-model stream")]
    [InlineData("""{"path":"/openai/v1/models"}""", "models")]
    [InlineData("""{"path":"/openai/v1/*"}""", "chain continues models other-model stream")]
    [InlineData("""{"model":"O4-mini"}""", "other-model")]
    [InlineData("""{"stream":true}""", "stream")]
    [InlineData("""{"stream":false}""", "chain continues models other-model")]
    [InlineData("""{"continues":true}""", "chain continues")]
    [InlineData("""{"continues":false,"method":"POST"}""", "other-model stream")]
    [InlineData("""{"contains":"Count to 2"}""", "stream")]
    [InlineData("""{"contains":"count to 2"}""", "")]
    [InlineData("""{"path":"/responses","model":"gpt-4o-mini","stream":false}""", "chain continues")]
    [InlineData("""{}""", "chain continues models other-model stream")]
    public async Task Match_picks_requests_by_everything_that_it_names(string match, string expected)
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:Deployments:0:Name", "gpt-4o-mini"), new("Region:Deployments:1:Name", "o4-mini")]);
        using var caller = new Caller(region.Url);
        var told = (await caller.SayAsync("Hi")).Id;
        var conversation = (await caller.SendAsync(HttpMethod.Post, "openai/v1/conversations", "{}")).Id;
        await caller.OrderAsync(new { kind = "error", match = JsonNode.Parse(match) });

        Dictionary<string, Answer> answers = new()
        {
            ["chain"] = await caller.SayAsync("Hi", told),
            ["continues"] = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Hi", conversation }),
            ["stream"] = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Count to 2", stream = true }),
            ["other-model"] = await caller.CreateAsync(new { model = "o4-mini", input = "Hi" }),
            ["models"] = await caller.GetAsync("openai/v1/models"),
        };

        Assert.Equal(expected, string.Join(' ', answers.Where(answer => answer.Value.Status == 500).Select(answer => answer.Key).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task Unreadable_body_matches_by_its_text_and_is_told_when_nothing_strikes()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        await caller.OrderAsync(new { kind = "error", match = new { contains = "{broken" } });
        await caller.OrderAsync(new { kind = "error", status = 502, match = new { model = "gpt-4o-mini" } });

        Assert.Equal(500, (await caller.CreateAsync("{broken")).Status);
        Assert.Equal(400, (await caller.CreateAsync("""{"model":"gpt-4o-mini",""")).Status);
    }

    [Fact]
    public async Task Queue_strikes_one_request_each_in_order_and_spares_whom_it_lets_pass()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        await caller.OrderAsync(new { kind = "error", status = 502 });
        await caller.QueueAsync(new { kind = "throttle" }, new { kind = "pass" }, new { kind = "outage" });

        List<int> statuses = [];
        for (var request = 0; request < 4; request++)
            statuses.Add((await caller.SayAsync("Hi")).Status);

        Assert.Equal([429, 200, 503, 502], statuses);
        Assert.Empty((await caller.GetAsync("_emulator/faults")).Json["queue"]!.AsArray());
    }

    [Fact]
    public async Task Queued_fault_waits_for_a_request_that_it_is_meant_for()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        await caller.QueueAsync(new { kind = "error", match = new { method = "GET" } }, new { kind = "throttle" });

        Assert.Equal(429, (await caller.SayAsync("Hi")).Status);
        Assert.Equal(200, (await caller.SayAsync("Hi")).Status);
        Assert.Equal(500, (await caller.GetAsync("openai/v1/models")).Status);
        Assert.Equal(200, (await caller.GetAsync("openai/v1/models")).Status);
    }

    [Fact]
    public async Task Several_faults_strike_together()
    {
        var time = new WatchedTime();
        await using var region = await time.StartRegionAsync();
        using var caller = new Caller(region.Url);
        await caller.OrderAsync(new { kind = "latency", first_token_ms = 250 });
        await caller.OrderAsync(new { kind = "visibility_lag", lag_ms = 1000 });
        await caller.OrderAsync(new { kind = "throttle", in_stream = true, after_events = 6 });

        var answering = caller.CreateAsync(new { model = "gpt-4o-mini", input = "Hi", stream = true });
        var waits = await time.PassUntilAsync(answering);

        Assert.Equal([250], waits);
        Assert.Equal("response.failed", Events.Parse((await answering).Text)[^1].Type);
        Assert.Equal(["fault_1", "fault_2", "fault_3"], (await caller.JournalAsync())[0]!["faults"]!.AsArray().Select(id => id!.GetValue<string>()));
    }

    [Fact]
    public async Task First_answer_wins_and_a_closed_connection_wins_over_any()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        await caller.OrderAsync(new { kind = "throttle" });
        await caller.OrderAsync(new { kind = "outage" });

        Assert.Equal(429, (await caller.SayAsync("Hi")).Status);
        await caller.OrderAsync(new { kind = "outage", close_connection = true });
        Assert.Equal(0, await Emulator.StatusOfAsync(caller.SayAsync("Hi")));
    }

    private static async Task<IReadOnlyList<bool>> StruckAsync(int seed, double share)
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:Seed", $"{seed}")]);
        using var caller = new Caller(region.Url);
        return await StruckAsync(caller, share, requests: 200);
    }

    private static async Task<IReadOnlyList<bool>> StruckAsync(Caller caller, double share, int requests)
    {
        await caller.OrderAsync(new { kind = "error", share });
        List<bool> struck = [];
        for (var request = 0; request < requests; request++)
            struck.Add((await caller.GetAsync("openai/v1/models")).Status == 500);
        return struck;
    }
}
