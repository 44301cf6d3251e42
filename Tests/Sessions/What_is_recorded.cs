using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SessionAware.Tests.Worlds;
using static SessionAware.Tests.Administration.Session_administration;

namespace SessionAware.Tests.Sessions;

/// <summary>What callers and pools want kept is kept, and no more: content or only where it is, nothing at all, or the digest of what only one region can read.</summary>
public sealed class What_is_recorded
{
    private const string Model = "gpt-4o-mini";
    private const string Reasoning = "o4-mini";

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Content_is_on_record_only_where_the_pool_wants_it(bool recordsContent, bool streams)
    {
        await using var world = await IdWorld.StartAsync(
            ("Gateway:PoolsFile", IdPools.Write($""" "unknown": "reject", "recordContent": {(recordsContent ? "true" : "false")} """)));
        using var here = IdWorld.Call(world.Gateway, "pool");
        using var there = IdWorld.Call(await world.StartReplicaAsync(), "pool");

        for (var round = 0; round < 2; round++)
        {
            var first = await here.CreateAsync(new { model = Model, input = "My name is Ada.", stream = streams });
            var response = ResponseOf(first, streams);
            var turn = await world.ReadTurnAsync(response["id"]!.GetValue<string>());

            Assert.NotNull(turn);
            Assert.Equal((first.Header("x-backend-id"), "completed", Model), (turn.Backend, turn.Status, turn.Model));
            Assert.Equal((response["usage"]!["input_tokens"]!.GetValue<long>(), response["usage"]!["output_tokens"]!.GetValue<long>()), (turn.InputTokens, turn.OutputTokens));
            Assert.Equal(recordsContent ? "\"My name is Ada.\"" : "", Encoding.UTF8.GetString(turn.Input.Span));
            Assert.Equal(recordsContent ? response["id"]!.GetValue<string>() : null, turn.Answer.IsEmpty ? null : JsonNode.Parse(turn.Answer.Span)!["id"]!.GetValue<string>());
            var second = await there.SayAsync("Who am I?", turn.ResponseId);
            AssertPinned(second, first, "response");
            Assert.Contains("Ada", second.OutputText, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Response_that_is_not_to_be_stored_leaves_nothing_and_nothing_continues_it(bool streams)
    {
        await using var world = await StartAsync();
        using var caller = IdWorld.Call(world.Gateway);
        using var admin = new Caller(world.Gateway.Url);

        var first = await caller.CreateAsync(new { model = Model, input = "My name is Ada.", store = false, stream = streams });

        var response = ResponseOf(first, streams);
        var (id, item) = (response["id"]!.GetValue<string>(), response["output"]![0]!["id"]!.GetValue<string>());
        Assert.Equal(("none", "none"), (first.Header("x-session-affinity"), first.Header("x-session-key")));
        Golden.AssertSame("""{ "cached_ids": 0, "waiting_writes": 0, "lost_writes": 0 }""", (await admin.GetAsync("admin/store")).Text);
        Assert.Empty(await ListAsync(admin, ""));
        Assert.Null(await world.ReadTurnAsync(id));
        Assert.Equal((400, null), Where(await caller.SayAsync("Who am I?", id)));
        Assert.Equal((404, null), Where(await caller.GetAsync($"openai/v1/responses/{id}")));
        Assert.Equal((404, null), Where(await caller.CreateAsync(new { model = Model, input = new object[] { new { type = "item_reference", id = item } } })));
    }

    [Fact]
    public async Task Answer_too_large_to_be_held_passes_whole_and_is_on_record_without_its_content()
    {
        await using var world = await StartAsync(("Gateway:Sessions:MaxRecordedBytes", "1024"));
        using var here = IdWorld.Call(world.Gateway);
        using var there = IdWorld.Call(await world.StartReplicaAsync());
        var said = string.Concat(Enumerable.Repeat("0123456789", 2000));

        for (var round = 0; round < 2; round++)
        {
            var first = await here.CreateAsync(new { model = Model, input = $"Say exactly: {said}" });

            Assert.Equal(said, first.OutputText);
            var turn = await world.ReadTurnAsync(first.Id);
            Assert.Equal((first.Header("x-backend-id"), true), (turn?.Backend, turn?.Answer.IsEmpty));
            AssertPinned(await there.SayAsync("Hi", first.Id), first, "response");
        }
    }

    [Fact]
    public async Task What_has_expired_is_unknown_to_every_replica_whether_it_is_in_memory_or_not()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(1));
        await using var world = await IdWorld.StartAsync(services => services.AddSingleton<TimeProvider>(time), settings: ("Gateway:Sessions:Retention", "01:00:00"));
        using var here = IdWorld.Call(world.Gateway);
        using var there = IdWorld.Call(await world.StartReplicaAsync());
        var first = await here.SayAsync("My name is Ada.");
        time.Advance(TimeSpan.FromMinutes(59));
        AssertPinned(await here.GetAsync($"openai/v1/responses/{first.Id}"), first, "response");

        time.Advance(TimeSpan.FromMinutes(61));

        foreach (var caller in new[] { here, there })
            Assert.Equal((400, null), Where(await caller.SayAsync("Who am I?", first.Id)));
    }

    [Fact]
    public async Task Branch_that_is_not_to_be_stored_goes_where_its_parent_is_and_is_itself_unknown()
    {
        await using var world = await StartAsync();
        using var caller = IdWorld.Call(world.Gateway);

        for (var round = 0; round < 2; round++)
        {
            var first = await caller.SayAsync("My name is Ada.");
            var branch = await caller.CreateAsync(new { model = Model, input = "Who am I?", previous_response_id = first.Id, store = false });
            AssertPinned(branch, first, "response");
            Assert.Contains("Ada", branch.OutputText, StringComparison.Ordinal);
            Assert.Equal((400, null), Where(await caller.SayAsync("Hi", branch.Id)));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Encrypted_reasoning_leads_to_the_region_that_can_read_it(bool streams)
    {
        await using var world = await StartAsync();
        using var here = IdWorld.Call(world.Gateway);
        using var there = IdWorld.Call(await world.StartReplicaAsync());
        using var admin = new Caller(world.Gateway.Url);

        for (var round = 0; round < 4; round++)
        {
            var first = await here.CreateAsync(Thinking([new { role = "user", content = "My name is Ada." }], streams));
            var output = ResponseOf(first, streams)["output"]!.AsArray();
            Assert.Equal("reasoning", output[0]!["type"]!.GetValue<string>());
            object[] history = [new { role = "user", content = "My name is Ada." }, .. output.Select(item => (object)item!.DeepClone()), new { role = "user", content = "Who am I?" }];

            foreach (var caller in new[] { there, here })
            {
                var second = await caller.CreateAsync(Thinking(history, streams: false));
                AssertPinned(second, first, "item");
                Assert.Contains("Ada", second.Text, StringComparison.Ordinal);
            }
        }

        // Of all this no response is on record: the digests alone are.
        foreach (var session in (await admin.GetAsync("admin/sessions")).Json["sessions"]!.AsArray())
            Assert.Equal(0, session!["turns"]!.GetValue<int>());
    }

    [Fact]
    public async Task Encrypted_content_that_nobody_has_on_record_is_a_regions_to_judge()
    {
        await using var world = await StartAsync();
        using var caller = IdWorld.Call(world.Gateway);

        var answer = await caller.CreateAsync(Thinking(
            [new { type = "reasoning", summary = Array.Empty<object>(), encrypted_content = "gAAAAAnobodys" }, new { role = "user", content = "Hi" }], streams: false));

        Assert.Equal((400, "none"), (answer.Status, answer.Header("x-session-key")));
        Assert.NotNull(answer.Header("x-backend-id"));
        Assert.Equal("invalid_encrypted_content", answer.Json["error"]!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task Compaction_leads_to_its_region_by_its_content_and_not_by_its_id()
    {
        await using var world = await StartAsync();
        using var here = IdWorld.Call(world.Gateway);
        using var there = IdWorld.Call(await world.StartReplicaAsync());

        for (var round = 0; round < 4; round++)
        {
            var first = await here.SayAsync("My name is Ada.");
            var compaction = await there.SendAsync(HttpMethod.Post, "openai/v1/responses/compact", new { model = Model, previous_response_id = first.Id });
            AssertPinned(compaction, first, "response");
            object[] input = [.. compaction.Json["output"]!.AsArray().Select(item => (object)item!.DeepClone()), new { role = "user", content = "Who am I?" }];

            var continued = await here.CreateAsync(new { model = Model, input });

            AssertPinned(continued, first, "item");
            Assert.Contains("Ada", continued.OutputText, StringComparison.Ordinal);
            Assert.Equal((400, null), Where(await there.SayAsync("Who am I?", compaction.Id)));
        }
    }

    private static object Thinking(object[] input, bool streams) =>
        new { model = Reasoning, input, store = false, stream = streams, include = new[] { "reasoning.encrypted_content" } };

    private static JsonNode ResponseOf(Answer answer, bool streams)
    {
        Assert.True(answer.Status == 200, answer.Text);
        return streams ? Events.Parse(answer.Text)[^1].Data["response"]! : answer.Json;
    }

    private static (int Status, string? Backend) Where(Answer answer) => (answer.Status, answer.Header("x-backend-id"));

    private static void AssertPinned(Answer answer, Answer first, string key)
    {
        Assert.True(answer.Status == 200, answer.Text);
        Assert.Equal((first.Header("x-backend-id"), "pinned", key), (answer.Header("x-backend-id"), answer.Header("x-session-affinity"), answer.Header("x-session-key")));
    }
}
