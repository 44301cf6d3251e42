using Microsoft.Extensions.Options;
using SessionAware.Tests.Sessions;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.SessionStores;

/// <summary>The outage matrix of <c>docs/sessions.md</c>, row by row: what callers get while the store is slow, locked, full, read-only or corrupt, and afterwards.</summary>
public sealed class Store_outages
{
    [Fact]
    public async Task Slow_store_makes_answers_wait_and_loses_nothing()
    {
        await using var world = await OutageWorld.StartAsync(settings: ("Gateway:Sessions:StoreTimeout", "00:00:30"));
        Task<Answer> asked;
        using (world.Lock())
        {
            asked = world.Caller.SayAsync("My name is Ada.");
            // The region has answered; the last byte waits for the store.
            using var east = new Caller(world.EastUs2.Url);
            using var west = new Caller(world.WestUs.Url);
            await Eventually.IsAsync(async () => await east.StoredAsync() + await west.StoredAsync() == 1);
            Assert.False(asked.IsCompleted);
        }

        Assert.Equal(200, (await asked).Status);
        Assert.Equal((0, 0), await world.BacklogAsync());
        Assert.True(await world.IsDurableAsync((await asked).Id));
    }

    [Fact]
    public async Task Locked_store_delays_answers_by_its_timeout_and_has_their_turns_when_it_is_free()
    {
        await using var world = await OutageWorld.StartAsync();
        var elsewhere = await world.RecordElsewhereAsync();
        Answer first, second;
        using (world.Lock())
        {
            first = await world.Caller.SayAsync("My name is Ada.");
            second = await world.Caller.SayAsync("Who am I?", first.Id);
            AssertGoesOn(first, second);
            // Reading needs no lock: whoever is on record is found.
            Assert.Equal(("pinned", "record"), Found(await world.Caller.GetAsync($"openai/v1/responses/{elsewhere}")));
            Assert.Equal(400, (await world.Caller.SayAsync("Hi", "resp_never")).Status);
            Assert.Equal((2, 0), await world.BacklogAsync());
            Assert.False(await world.IsDurableAsync(first.Id));
        }

        await AssertRecoversAsync(world, first, second);
    }

    [Fact]
    public async Task Full_store_delays_nobody_and_has_the_turns_when_there_is_room()
    {
        using var disk = await SmallDisk.MountAsync();
        await using var world = await OutageWorld.StartAsync(disk.Folder);
        var before = await world.Caller.SayAsync("My name is Ada.");
        disk.Fill();

        var first = await world.Caller.SayAsync("My name is Bob.");
        var second = await world.Caller.SayAsync("Who am I?", first.Id);

        AssertGoesOn(first, second);
        Assert.Contains("Ada", (await world.Caller.SayAsync("Who am I?", before.Id)).OutputText, StringComparison.Ordinal);
        Assert.Equal((3, 0), await world.BacklogAsync());
        disk.Free();
        await AssertRecoversAsync(world, first, second);
    }

    [Fact]
    public async Task Store_that_becomes_read_only_delays_nobody_and_has_the_turns_when_it_may_be_written_to()
    {
        await using var world = await OutageWorld.StartAsync();
        var elsewhere = await world.RecordElsewhereAsync();
        var before = await world.Caller.SayAsync("My name is Ada.");
        Answer first, second;
        using (await WriteProtection.OfAsync(world.File))
        {
            first = await world.Caller.SayAsync("My name is Bob.");
            second = await world.Caller.SayAsync("Who am I?", first.Id);

            AssertGoesOn(first, second);
            Assert.Contains("Ada", (await world.Caller.SayAsync("Who am I?", before.Id)).OutputText, StringComparison.Ordinal);
            // Who is on record is found.
            Assert.Equal(("pinned", "record"), Found(await world.Caller.GetAsync($"openai/v1/responses/{elsewhere}")));
            Assert.Equal((3, 0), await world.BacklogAsync());
        }

        await AssertRecoversAsync(world, first, second);
    }

    [Fact]
    public async Task Corrupt_store_decides_nothing_that_it_would_have_to_read()
    {
        await using var world = await OutageWorld.StartAsync();
        var elsewhere = await world.RecordElsewhereAsync(turns: 300);
        var first = await world.Caller.SayAsync("My name is Ada.");
        world.Corrupt();

        var second = await world.Caller.SayAsync("Who am I?", first.Id);

        AssertGoesOn(first, second);
        foreach (var unreadable in new[]
        {
            await world.Caller.SayAsync("Hi", elsewhere),
            await world.Caller.SayAsync("Hi", SessionIds.NewResponse()),
            await world.Caller.GetAsync($"openai/v1/responses/{elsewhere}"),
        })
        {
            Assert.Equal((503, "store_unavailable", "1"), (unreadable.Status, unreadable.Json["error"]!["code"]!.GetValue<string>(), unreadable.Header("Retry-After")));
            Assert.Null(unreadable.Header("x-backend-id"));
        }

        Assert.Equal(503, (await world.Admin.GetAsync("admin/sessions")).Status);
        Assert.True((await world.BacklogAsync()).Waiting > 0);
    }

    [Fact]
    public async Task Queue_is_bounded_and_what_finds_no_room_is_lost_and_counted_and_still_answered()
    {
        await using var world = await OutageWorld.StartAsync(settings: ("Gateway:Sessions:QueuedTurns", "2"));
        List<string> made = [];
        using (world.Lock())
        {
            for (var turn = 0; turn < 5; turn++)
                made.Add((await world.Caller.SayAsync("Hi")).Id);
            Assert.Equal((2, 3), await world.BacklogAsync());
        }

        await Eventually.IsAsync(async () => (await world.BacklogAsync()).Waiting == 0);
        // Room again: what comes now is kept, and what was counted as lost is.
        made.Add((await world.Caller.SayAsync("Hi")).Id);
        Assert.Equal((0, 3), await world.BacklogAsync());
        foreach (var (turn, id) in made.Index())
            Assert.Equal((turn, turn is < 2 or 5), (turn, await world.IsDurableAsync(id)));
    }

    /// <summary>The input is a part of the request's body, and keeps all of it in memory.</summary>
    [Fact]
    public async Task Bytes_that_wait_are_counted_as_they_are_kept()
    {
        await using var world = await OutageWorld.StartAsync(settings: ("Gateway:Sessions:QueuedBytes", "100000"));
        using (world.Lock())
        {
            for (var turn = 0; turn < 3; turn++)
                Assert.Equal(200, (await world.Caller.CreateAsync(new { model = "gpt-4o-mini", input = "Hi", instructions = new string('x', 60_000), max_output_tokens = 16 })).Status);
            Assert.Equal((1, 2), await world.BacklogAsync());
        }
    }

    [Fact]
    public async Task Read_only_store_stops_the_start_with_a_message_that_names_the_setting()
    {
        using var disk = await SmallDisk.MountAsync("-o ro");

        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => OutageWorld.StartAsync(disk.Folder));

        Assert.Contains("Gateway__Sessions__File", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forgetting_waits_its_turn_behind_what_waits_already()
    {
        await using var world = await OutageWorld.StartAsync();
        string id;
        using (world.Lock())
        {
            id = (await world.Caller.SayAsync("Hi")).Id;
            Assert.Equal(200, (await world.Caller.SendAsync(HttpMethod.Delete, $"openai/v1/responses/{id}")).Status);
        }

        await Eventually.IsAsync(async () => (await world.BacklogAsync()).Waiting == 0);
        Assert.False(await world.IsDurableAsync(id));
    }

    /// <summary>Whoever asks the store finds it there still.</summary>
    [Theory]
    [InlineData("session-aware")]
    [InlineData("inject")]
    public async Task What_is_deleted_is_forgotten_at_once_whenever_the_store_hears_of_it(string api)
    {
        await using var world = await OutageWorld.StartAsync();
        using var caller = IdWorld.Call(world.Gateway, api);
        var first = await caller.SayAsync("My name is Ada.");
        var second = await caller.SayAsync("I live in Oslo.", first.Id);
        using (world.Lock())
        {
            Assert.Equal(200, (await caller.DeleteAsync($"responses/{first.Id}")).Status);

            Assert.Equal(404, (await caller.GetAsync($"openai/v1/responses/{first.Id}")).Status);
            Assert.Equal(400, (await caller.SayAsync("Who am I?", first.Id)).Status);
            Assert.True(await world.IsDurableAsync(first.Id));
            if (api == "inject")
                Assert.Equal("history_incomplete", (await caller.SayAsync("Who am I?", second.Id)).Json["error"]?["code"]?.GetValue<string>());
        }

        await Eventually.IsAsync(async () => (await world.BacklogAsync()).Waiting == 0);
        Assert.False(await world.IsDurableAsync(first.Id));
        Assert.Equal(404, (await caller.GetAsync($"openai/v1/responses/{first.Id}")).Status);
    }

    /// <summary>The region does not know it; that it is on record is why the record answers.</summary>
    private static (string? Affinity, string? From) Found(Answer answer) => (answer.Header("x-session-affinity"), answer.Header("x-session-served-from"));

    private static void AssertGoesOn(Answer first, Answer second)
    {
        Assert.Equal((200, 200), (first.Status, second.Status));
        Assert.Equal(("pinned", first.Header("x-backend-id")), (second.Header("x-session-affinity"), second.Header("x-backend-id")));
    }

    private static async Task AssertRecoversAsync(OutageWorld world, params Answer[] turns)
    {
        await Eventually.IsAsync(async () => (await world.BacklogAsync()).Waiting == 0);
        foreach (var turn in turns)
            Assert.True(await world.IsDurableAsync(turn.Id));
        Assert.Equal(0, (await world.BacklogAsync()).Lost);
    }
}
