using Microsoft.Extensions.Options;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;
using static SessionAware.Tests.Sessions.SessionIds;

namespace SessionAware.Tests.SessionStores;

/// <summary>What a turn costs: how many requests each operation is, counted where they arrive. Each has its price.</summary>
public sealed class Cosmos_requests : CosmosWorld
{
    [Fact]
    public async Task JSON_turn_is_one_write_with_all_its_items()
    {
        var store = await OpenAsync();
        var chain = Chain();
        var turn = TurnOf(Id("resp", chain, 1_770_000_000)) with { Input = "\"Hi\""u8.ToArray(), Answer = "{}"u8.ToArray() };
        var items = new[] { "msg", "rs", "fc" }.Select(prefix => PinOf(SessionId.Item(Id(prefix, chain, 1_770_000_001)), turn.Session));

        await store.WriteAsync(new([PinOf(SessionId.Response(turn.ResponseId)), .. items], turn));

        Assert.Equal(["create"], await RequestsAsync());
    }

    [Fact]
    public async Task Streamed_turn_is_two_writes_and_no_read()
    {
        var store = await OpenAsync();
        var begun = TurnOf(NewResponse(), "in_progress") with { Input = "\"Hi\""u8.ToArray() };
        await store.WriteAsync(new([PinOf(SessionId.Response(begun.ResponseId))], begun));
        Assert.Equal(["create"], await RequestsAsync());

        await store.WriteAsync(new([PinOf(SessionId.Response(begun.ResponseId))], begun with { Status = "completed", Answer = "{}"u8.ToArray() }));

        Assert.Equal(["replace"], await RequestsAsync());
        Assert.Equal("completed", (await ReadAsync(store, begun.ResponseId))!.Status);
    }

    [Fact]
    public async Task End_that_comes_while_the_beginning_is_being_written_waits_for_it()
    {
        var store = await OpenAsync();
        var begun = TurnOf(NewResponse(), "in_progress") with { Input = "\"Hi\""u8.ToArray() };

        await Task.WhenAll(store.WriteAsync(new([], begun)), store.WriteAsync(new([], begun with { Status = "completed", Answer = "{}"u8.ToArray() })));

        Assert.Equal(["create", "replace"], await RequestsAsync());
    }

    [Fact]
    public async Task Id_that_is_not_in_memory_is_one_read_and_one_that_is_none()
    {
        var store = await OpenAsync();
        var turn = TurnOf(NewResponse());
        await store.WriteAsync(new([], turn));
        var options = Options.Create(new SessionsOptions());
        var cache = new PinCache(options, Time);
        var lookup = new SessionLookup(new TimedStore(store, cache, options, Time), cache, options, Time);
        await RequestsAsync();

        async Task<Pin?> LookUpAsync(string owner) => await lookup.FindAsync(SessionId.Response(turn.ResponseId), owner, new LookupPatience(), TestContext.Current.CancellationToken);

        Assert.NotNull(await LookUpAsync(Ada));
        Assert.Equal(["read"], await RequestsAsync());
        Assert.NotNull(await LookUpAsync(Ada));
        Assert.Empty(await RequestsAsync());
    }

    [Fact]
    public async Task What_is_anothers_takes_the_requests_of_what_never_was()
    {
        var store = await OpenAsync();
        var chain = Chain();
        var turn = TurnOf(Id("resp", chain, 1_770_000_000));
        var (item, conversation) = (SessionId.Item(Id("msg", chain, 1_770_000_000)), SessionId.Conversation("conv_1"));
        await store.WriteAsync(new([PinOf(item, turn.Session), PinOf(conversation)], turn));
        await RequestsAsync();

        foreach (var (theirs, never) in new[]
        {
            (SessionId.Response(turn.ResponseId), SessionId.Response(Id("resp", chain, 1_770_000_000))), (item, SessionId.Item(Id("msg", chain, 1_770_000_000))),
            (conversation, SessionId.Conversation("conv_2")),
        })
        {
            Assert.Null(await FindAsync(store, theirs, Bob));
            var requests = await RequestsAsync();
            Assert.Null(await FindAsync(store, never, Bob));
            Assert.Equal(requests, await RequestsAsync());
        }
    }

    [Fact]
    public async Task Pin_that_comes_with_every_turn_is_written_once()
    {
        var store = await OpenAsync();
        var conversation = PinOf(SessionId.Conversation("conv_1"));
        await store.WriteAsync(new([conversation], TurnOf(NewResponse())));
        // Whose it is, where it is, and the turn.
        Assert.Equal(["create", "create", "create"], await RequestsAsync());

        for (var turn = 0; turn < 3; turn++)
            await store.WriteAsync(new([conversation with { ExpiresAt = conversation.ExpiresAt.AddHours(turn) }], TurnOf(NewResponse())));
        Assert.Equal(["create", "create", "create"], await RequestsAsync());

        await store.WriteAsync(new([conversation with { ExpiresAt = conversation.ExpiresAt.AddDays(3) }]));
        Assert.Equal(["create", "read", "patch", "create", "read", "patch"], (await RequestsAsync()).Select(request => request.Replace(" 409", "", StringComparison.Ordinal)));
        Time.Advance(TimeSpan.FromDays(2));
        Assert.NotNull(await FindAsync(await OpenAsync(), conversation.Id));
    }

    [Fact]
    public async Task Header_and_attempt_are_one_write_each()
    {
        var store = await OpenAsync();

        await store.WriteAsync(new([PinOf(SessionId.Header("pool", "x-session-id", "a")), PinOf(new(SessionKeyKind.Attempt, "digest"))]));

        Assert.Equal(["create", "create"], await RequestsAsync());
    }

    [Fact]
    public async Task Chain_of_a_hundred_turns_is_a_few_requests()
    {
        var store = await OpenAsync();
        var chain = Chain();
        string? previous = null;
        for (var number = 0; number < 100; number++)
        {
            var turn = TurnOf(Id("resp", chain, (uint)(1_770_000_000 + number))) with { PreviousResponseId = previous };
            await store.WriteAsync(new([], turn));
            previous = turn.ResponseId;
            Time.Advance(TimeSpan.FromSeconds(1));
        }

        await RequestsAsync();
        var read = 0;
        await foreach (var turn in store.ReadChainAsync(previous!, Ada, TestContext.Current.CancellationToken))
            read++;

        Assert.Equal(100, read);
        Assert.InRange((await RequestsAsync()).Length, 2, 6);
    }
}
