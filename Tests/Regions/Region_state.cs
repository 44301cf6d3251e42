using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Regions;

/// <summary>What a region remembers, and for how long.</summary>
public sealed class Region_state
{
    [Fact]
    public async Task Conversation_is_a_tree_that_anyone_may_branch_from()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var root = await caller.SayAsync("My name is Ada.");

        var left = await caller.SayAsync("My dog is called Rex.", root.Id);
        var right = await caller.SayAsync("My dog is called Fido.", root.Id);
        var askedLeft = await caller.SayAsync("What is my dog called?", left.Id);
        var askedRight = await caller.SayAsync("What is my dog called?", right.Id);
        var askedRoot = await caller.SayAsync("What is my dog called?", root.Id);

        Assert.Contains("Rex", askedLeft.OutputText, StringComparison.Ordinal);
        Assert.Contains("Fido", askedRight.OutputText, StringComparison.Ordinal);
        Assert.StartsWith("I find nothing about that", askedRoot.OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Response_is_unknown_in_the_other_region()
    {
        await using var east = await Nodes.StartRegionAsync("eastus2");
        await using var west = await Nodes.StartRegionAsync("westus");
        using var eastCaller = new Caller(east.Url);
        using var westCaller = new Caller(west.Url);
        var id = (await eastCaller.SayAsync("My name is Ada.")).Id;

        Assert.Equal(200, (await eastCaller.SayAsync("Who am I?", id)).Status);
        Assert.Equal(400, (await westCaller.SayAsync("Who am I?", id)).Status);
        Assert.Equal(404, (await westCaller.GetAsync($"openai/v1/responses/{id}")).Status);
    }

    [Fact]
    public async Task Response_not_stored_can_be_neither_read_nor_continued()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        var answer = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "My name is Ada.", store = false });

        Assert.False(answer.Json["store"]!.GetValue<bool>());
        Assert.Equal(404, (await caller.GetAsync($"openai/v1/responses/{answer.Id}")).Status);
        Assert.Equal("previous_response_not_found", (await caller.SayAsync("Who am I?", answer.Id)).Json["error"]!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task Deleted_response_is_gone_and_what_was_built_on_it_stays()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var first = await caller.SayAsync("My name is Ada.");
        var second = await caller.SayAsync("Hi", first.Id);

        var deleted = await caller.SendAsync(HttpMethod.Delete, $"openai/v1/responses/{first.Id}");

        Golden.AssertSame("""{"id":"resp_ID","object":"response.deleted","deleted":true}""", deleted.Text);
        Assert.Equal(404, (await caller.GetAsync($"openai/v1/responses/{first.Id}")).Status);
        Assert.Equal(404, (await caller.SendAsync(HttpMethod.Delete, $"openai/v1/responses/{first.Id}")).Status);
        Assert.Equal(400, (await caller.SayAsync("Who am I?", first.Id)).Status);
        Assert.Contains("Ada", (await caller.SayAsync("Who am I?", second.Id)).OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Response_expires_after_30_days()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var region = await Nodes.StartRegionAsync(services: services => services.AddSingleton<TimeProvider>(time));
        using var caller = new Caller(region.Url);
        var id = (await caller.SayAsync("My name is Ada.")).Id;

        time.Advance(TimeSpan.FromDays(30));
        Assert.Equal(200, (await caller.GetAsync($"openai/v1/responses/{id}")).Status);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(404, (await caller.GetAsync($"openai/v1/responses/{id}")).Status);
    }

    [Fact]
    public async Task Oldest_response_is_forgotten_first_when_the_memory_is_full()
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:MaxStoredResponses", "2")]);
        using var caller = new Caller(region.Url);

        var ids = new List<string>();
        for (var number = 0; number < 3; number++)
            ids.Add((await caller.SayAsync("Hi")).Id);

        Assert.Equal(404, (await caller.GetAsync($"openai/v1/responses/{ids[0]}")).Status);
        Assert.Equal(200, (await caller.GetAsync($"openai/v1/responses/{ids[1]}")).Status);
        Assert.Equal(200, (await caller.GetAsync($"openai/v1/responses/{ids[2]}")).Status);
    }

    [Theory]
    [InlineData("order=asc&limit=100", "1 a 2 b 3", false)]
    [InlineData("", "3 b 2 a 1", false)]
    [InlineData("limit=2", "3 b", true)]
    [InlineData("limit=2&after=b", "2 a", true)]
    [InlineData("limit=2&after=a", "1", false)]
    [InlineData("order=asc&after=1&before=3", "a 2 b", false)]
    [InlineData("order=asc&limit=2&before=3", "2 b", true)]
    [InlineData("order=asc&limit=10&before=3&after=", "1 a 2 b", false)]
    [InlineData("after=1", "", false)]
    public async Task Input_items_are_the_chain_and_the_input_in_pages(string query, string expected, bool hasMore)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var one = await caller.SayAsync("one");
        var two = await caller.SayAsync("two", one.Id);
        var three = await caller.SayAsync("three", two.Id);
        var path = $"openai/v1/responses/{three.Id}/input_items";
        var all = (await caller.GetAsync($"{path}?order=asc")).Json["data"]!.AsArray().Select(item => item!["id"]!.GetValue<string>()).ToList();
        string[] names = ["1", "a", "2", "b", "3"];
        Assert.Equal(names.Length, all.Count);
        foreach (var (index, name) in names.Index())
            query = query.Replace($"after={name}", $"after={all[index]}", StringComparison.Ordinal).Replace($"before={name}", $"before={all[index]}", StringComparison.Ordinal);

        var page = (await caller.GetAsync($"{path}?{query}")).Json;

        var ids = page["data"]!.AsArray().Select(item => item!["id"]!.GetValue<string>()).ToList();
        Assert.Equal(expected, string.Join(' ', ids.Select(id => names[all.IndexOf(id)])));
        Assert.Equal(hasMore, page["has_more"]!.GetValue<bool>());
        Assert.Equal(ids.FirstOrDefault(), page["first_id"]?.GetValue<string>());
        Assert.Equal(ids.LastOrDefault(), page["last_id"]?.GetValue<string>());
    }

    [Fact]
    public async Task Input_items_have_the_recorded_shape()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var answer = await caller.SayAsync("Hi");

        var page = await caller.GetAsync($"openai/v1/responses/{answer.Id}/input_items");

        Golden.AssertSame(
            """
            {"object":"list","data":[{"type":"message","id":"msg_ID","status":"completed","content":[{"type":"input_text","text":"Hi"}],"role":"user"}],
            "first_id":"msg_ID","has_more":false,"last_id":"msg_ID"}
            """,
            page.Text);
    }
}
