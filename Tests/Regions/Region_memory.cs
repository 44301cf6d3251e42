using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SessionAware.FakeResponsesBackend.Streaming;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Regions;

/// <summary>How much a region remembers: caps in number and bytes, and what counts towards them.</summary>
public sealed class Region_memory
{
    private const string Path = "openai/v1/conversations";
    private static readonly KeyValuePair<string, string?> s_oneMebibyte = new("Region:MaxStoredBytes", $"{1024 * 1024}");

    // As the region counts: two bytes a character.
    private static readonly string s_300KiB = new('x', 150 * 1024);

    [Theory]
    [InlineData("input")]
    [InlineData("instructions")]
    [InlineData("tool")]
    [InlineData("schema")]
    public async Task Oldest_responses_are_forgotten_when_they_take_too_much_memory_whatever_takes_it(string what)
    {
        await using var region = await Nodes.StartRegionAsync(settings: [s_oneMebibyte]);
        using var caller = new Caller(region.Url);
        object Body() => what switch
        {
            "instructions" => new { model = "gpt-4o-mini", input = "Say exactly: done", instructions = s_300KiB },
            "tool" => new { model = "gpt-4o-mini", input = "Say exactly: done", tools = new[] { new { type = "function", name = "f", description = s_300KiB, strict = false, parameters = new { type = "object", properties = new { } } } } },
            "schema" => new
            {
                model = "gpt-4o-mini",
                input = "Say exactly: done",
                text = new { format = new { type = "json_schema", name = "s", strict = false, schema = new { type = "object", description = s_300KiB, properties = new { } } } },
            },
            _ => new { model = "gpt-4o-mini", input = $"{s_300KiB}. Say exactly: done" },
        };

        List<string> ids = [];
        for (var number = 0; number < 4; number++)
            ids.Add((await caller.CreateAsync(Body())).Id);

        var (count, bytes) = await caller.HeldAsync();
        Assert.Equal(3, count);
        Assert.InRange(bytes, 3 * 300 * 1024, 1024 * 1024);
        Assert.Equal(404, (await caller.RetrieveAsync(ids[0])).Status);
        Assert.Equal(200, (await caller.RetrieveAsync(ids[1])).Status);
    }

    [Fact]
    public async Task Ancestors_count_until_nobody_needs_them()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var first = await caller.SayAsync($"{s_300KiB}. Say exactly: done");
        var (_, alone) = await caller.HeldAsync();
        var left = await caller.SayAsync("Say exactly: left", first.Id);
        var right = await caller.SayAsync("Say exactly: right", first.Id);
        var (_, three) = await caller.HeldAsync();
        Assert.InRange(three - alone, 1, 20 * 1024);

        await caller.DeleteAsync($"responses/{first.Id}");
        Assert.InRange(await caller.HeldAsync(), (2, 300 * 1024L), (2, three - 1));
        await caller.DeleteAsync($"responses/{left.Id}");
        Assert.InRange(await caller.HeldAsync(), (1, 300 * 1024L), (1, three - 1));
        Assert.Equal(3, (await caller.GetAsync($"openai/v1/responses/{right.Id}/input_items")).Json["data"]!.AsArray().Count);
        await caller.DeleteAsync($"responses/{right.Id}");
        Assert.Equal((0, 0), await caller.HeldAsync());
    }

    [Fact]
    public async Task Ancestors_of_a_response_outlive_their_own_eviction()
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:MaxStoredResponses", "1")]);
        using var caller = new Caller(region.Url);
        string? previous = null;
        for (var turn = 0; turn < 5; turn++)
            previous = (await caller.SayAsync(turn == 0 ? "My name is Ada." : "Say exactly: done", previous)).Id;

        Assert.Contains("Ada", (await caller.SayAsync("Who am I?", previous)).OutputText, StringComparison.Ordinal);
        Assert.Equal(1, (await caller.HeldAsync()).Count);
    }

    [Fact]
    public async Task Item_handed_on_is_found_until_the_last_response_with_it_is_gone()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var first = await caller.SayAsync("Say exactly: My name is Ada.");
        object Reference() => new { model = "gpt-4o-mini", input = new object[] { new { type = "item_reference", id = first.Json["output"]![0]!["id"]!.GetValue<string>() }, new { role = "user", content = "Hi" } } };
        var second = await caller.CreateAsync(Reference());

        await caller.DeleteAsync($"responses/{second.Id}");
        var third = await caller.CreateAsync(Reference());
        await caller.DeleteAsync($"responses/{first.Id}");
        Assert.Equal(200, (await caller.CreateAsync(Reference())).Status);
        Assert.Equal(200, third.Status);
        foreach (var holder in (await caller.GetAsync("_emulator/journal")).Json.AsArray().Select(entry => entry!["made"]?.GetValue<string>()).OfType<string>().ToList())
            await caller.DeleteAsync($"responses/{holder}");
        Assert.Equal(400, (await caller.CreateAsync(Reference())).Status);
    }

    [Fact]
    public async Task What_has_expired_no_longer_counts_and_conversations_do_not_expire()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var region = await Nodes.StartRegionAsync(services: services => services.AddSingleton<TimeProvider>(time));
        using var caller = new Caller(region.Url);
        var conversation = (await caller.SendAsync(HttpMethod.Post, Path)).Id;
        var answer = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "My name is Ada.", conversation });
        var item = answer.Json["output"]![0]!["id"]!.GetValue<string>();

        time.Advance(TimeSpan.FromDays(30) + TimeSpan.FromSeconds(1));

        Assert.Equal((0, 0), await caller.HeldAsync());
        Assert.Equal(404, (await caller.RetrieveAsync(answer.Id)).Status);
        Assert.Equal(400, (await caller.CreateAsync(new { model = "gpt-4o-mini", input = new[] { new { type = "item_reference", id = item } } })).Status);
        Assert.Contains("Ada", (await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Who am I?", conversation })).OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Conversation_used_least_recently_is_forgotten_first()
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:MaxStoredResponses", "2")]);
        using var caller = new Caller(region.Url);
        var used = (await caller.SendAsync(HttpMethod.Post, Path)).Id;
        var unused = (await caller.SendAsync(HttpMethod.Post, Path)).Id;
        await caller.GetAsync($"{Path}/{used}");

        await caller.SendAsync(HttpMethod.Post, Path);

        Assert.Equal(2, (await caller.HeldAsync("conversations")).Count);
        Assert.Equal(404, (await caller.GetAsync($"{Path}/{unused}")).Status);
        Assert.Equal(200, (await caller.GetAsync($"{Path}/{used}")).Status);
    }

    [Fact]
    public async Task Conversations_count_by_their_items_and_metadata_and_give_them_back()
    {
        await using var region = await Nodes.StartRegionAsync(settings: [s_oneMebibyte]);
        using var caller = new Caller(region.Url);
        var first = (await caller.SendAsync(HttpMethod.Post, Path)).Id;
        var (_, empty) = await caller.HeldAsync("conversations");

        await caller.SendAsync(HttpMethod.Post, $"{Path}/{first}", new { metadata = new { note = new string('x', 500) } });
        Assert.InRange((await caller.HeldAsync("conversations")).Bytes - empty, 1000, 1100);
        var added = await caller.SendAsync(HttpMethod.Post, $"{Path}/{first}/items", new { items = new[] { new { role = "user", content = s_300KiB } } });
        await caller.DeleteAsync($"conversations/{first}/items/{added.Json["first_id"]!.GetValue<string>()}");
        Assert.InRange((await caller.HeldAsync("conversations")).Bytes - empty, 1000, 1100);
        for (var number = 0; number < 4; number++)
            await caller.SendAsync(HttpMethod.Post, Path, new { items = new[] { new { role = "user", content = s_300KiB } } });

        var (count, bytes) = await caller.HeldAsync("conversations");
        Assert.Equal(3, count);
        Assert.InRange(bytes, 3 * 300 * 1024, 1024 * 1024);
        Assert.Equal(404, (await caller.GetAsync($"{Path}/{first}")).Status);
    }

    [Theory]
    [InlineData("reset")]
    [InlineData("outage")]
    public async Task Region_that_loses_its_state_stops_what_runs_and_holds_nothing(string how)
    {
        var pace = new HeldPace();
        pace.Hold();
        await using var region = await Nodes.StartRegionAsync(services: services => services.AddSingleton<EventPace>(pace));
        using var caller = new Caller(region.Url);
        await caller.SendAsync(HttpMethod.Post, Path);
        var id = (await caller.BeginAsync("Count to 20")).Id;
        await pace.HoldAfterAsync("response.in_progress");

        if (how == "reset")
            await caller.SendAsync(HttpMethod.Post, "_emulator/reset");
        else
            await caller.SendAsync(HttpMethod.Post, "_emulator/faults", new { kind = "outage", lose_state = true, count = 1 });

        await pace.Stopped;
        Assert.Equal((0, 0), await caller.HeldAsync());
        Assert.Equal((0, 0), await caller.HeldAsync("conversations"));
        Assert.NotEqual(200, (await caller.RetrieveAsync(id)).Status);
    }
}
