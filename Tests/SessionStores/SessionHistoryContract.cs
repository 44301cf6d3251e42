using System.Security.Cryptography;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;
using SessionAware.Tests.Sessions;
using static SessionAware.Tests.Sessions.SessionIds;

namespace SessionAware.Tests.SessionStores;

/// <summary>What every session store knows for continuing a session elsewhere: where it began, what a replay was, chains, all that was said; and what it tells others is erased.</summary>
public abstract class SessionHistoryContract : SessionAdministrationContract
{
    [Fact]
    public async Task Where_a_session_began_comes_back_with_the_turn_its_response_and_its_items()
    {
        var store = await OpenAsync();
        var chain = Chain();
        var moved = TurnOf(Id("resp", chain, 1_770_000_000), session: NewResponse(), backend: "westus") with { Home = "eastus2" };
        var (item, plain) = (SessionId.Item(Id("msg", chain, 1_770_000_001)), SessionId.Item("msg_plain"));
        await store.WriteAsync(new([PinOf(SessionId.Response(moved.ResponseId)), .. new[] { item, plain }.Select(id => PinOf(id) with { Backend = "westus", Session = moved.Session })], moved));

        AssertSame(moved, await store.ReadTurnAsync(moved.ResponseId, Ada, TestContext.Current.CancellationToken));
        foreach (var id in new[] { SessionId.Response(moved.ResponseId), item, plain })
            Assert.Equal(("westus", "eastus2"), await FindAsync(store, id, Ada) is { } pin ? (pin.Backend, pin.Home) : default);
        var other = TurnOf(NewResponse());
        await WriteAsync(store, other);
        Assert.Null((await FindAsync(store, SessionId.Response(other.ResponseId), Ada))!.Home);
    }

    [Fact]
    public async Task Response_of_a_replay_tells_what_it_continues_and_nothing_else_does()
    {
        var store = await OpenAsync();
        var (chain, before) = (Chain(), NewResponse());
        var replayed = TurnOf(Id("resp", chain, 1_770_000_000)) with { PreviousResponseId = before, Replay = "turns=3; items=7; stripped=reasoning:1" };
        var item = SessionId.Item(Id("msg", chain, 1_770_000_000));
        var plain = TurnOf(NewResponse()) with { PreviousResponseId = before };
        await store.WriteAsync(new([PinOf(item) with { Session = replayed.Session }], replayed));
        await WriteAsync(store, plain);

        AssertSame(replayed, await store.ReadTurnAsync(replayed.ResponseId, Ada, TestContext.Current.CancellationToken));
        Assert.Equal(before, (await FindAsync(store, SessionId.Response(replayed.ResponseId), Ada))!.Continues);
        Assert.Null((await FindAsync(store, item, Ada))!.Continues);
        Assert.Null((await FindAsync(store, SessionId.Response(plain.ResponseId), Ada))!.Continues);
        Assert.Equal(replayed.Replay, Assert.Single(await store.ReadSessionAsync(replayed.Session, TestContext.Current.CancellationToken)).Replay);
    }

    [Fact]
    public async Task Chain_is_read_from_its_end_to_its_beginning_with_all_that_was_said()
    {
        var store = await OpenAsync();
        var turns = await WriteChainAsync(store, 300);
        // A branch is another chain.
        await WriteAsync(store, TurnOf(NewResponse()) with { PreviousResponseId = turns[10].ResponseId });

        var chain = await ReadChainAsync(store, turns[^1].ResponseId, Ada);

        Assert.Equal(300, chain.Count);
        foreach (var (expected, actual) in turns.AsEnumerable().Reverse().Zip(chain))
            AssertSame(expected, actual);
        Assert.Equal(11, (await ReadChainAsync(store, turns[10].ResponseId, Ada)).Count);
    }

    [Fact]
    public async Task Chain_ends_before_what_is_missing_expired_or_anothers()
    {
        var store = await OpenAsync();
        var turns = await WriteChainAsync(store, 3);
        var (end, bobs) = (turns[^1].ResponseId, TurnOf(NewResponse(), owner: Bob));
        await WriteAsync(store, bobs);

        Assert.Empty(await ReadChainAsync(store, end, Bob));
        Assert.Empty(await ReadChainAsync(store, NewResponse(), Ada));
        foreach (var before in new[] { NewResponse(), bobs.ResponseId })
        {
            var turn = TurnOf(NewResponse()) with { PreviousResponseId = before };
            await WriteAsync(store, turn);
            Assert.Equal([turn.ResponseId], (await ReadChainAsync(store, turn.ResponseId, Ada)).Select(found => found.ResponseId));
        }

        await store.WriteAsync(new([], Forgotten: [SessionId.Response(turns[0].ResponseId)], ForgottenBy: Ada));
        Assert.Equal([end, turns[1].ResponseId], (await ReadChainAsync(store, end, Ada)).Select(turn => turn.ResponseId));
        var late = TurnOf(NewResponse()) with { PreviousResponseId = end, ExpiresAt = Time.GetUtcNow().AddDays(9) };
        await WriteAsync(store, late);
        Time.Advance(TimeSpan.FromDays(2));
        Assert.Equal([late.ResponseId], (await ReadChainAsync(store, late.ResponseId, Ada)).Select(turn => turn.ResponseId));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(20)]
    public async Task Content_of_many_megabytes_comes_back_with_every_byte(int megabytes)
    {
        var store = await OpenAsync();
        var (text, noise) = (new byte[megabytes << 20], RandomNumberGenerator.GetBytes(megabytes << 20));
        Array.Fill(text, (byte)'"');
        var turn = TurnOf(NewResponse()) with { Input = text, Answer = noise };
        await WriteAsync(store, turn with { Status = "in_progress", Answer = default });
        await WriteAsync(store, turn);

        var read = await (await OpenAsync()).ReadTurnAsync(turn.ResponseId, Ada, TestContext.Current.CancellationToken);

        Assert.True(read!.Input.Span.SequenceEqual(text));
        Assert.True(read.Answer.Span.SequenceEqual(noise));
        Assert.Equal("eastus2", (await FindAsync(store, SessionId.Response(turn.ResponseId), Ada))!.Backend);
        Assert.Equal(1, await store.EraseSessionAsync(turn.Session, TestContext.Current.CancellationToken));
        Assert.Null(await store.ReadTurnAsync(turn.ResponseId, Ada, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("C3 28")]
    [InlineData("ED A0 80 22")]
    [InlineData("22 FF 00 22")]
    [InlineData("EF BB BF 22 22")]
    [InlineData("22 00 0A 1F 5C 22 E2 80 A8 F0 9F 98 80")]
    public async Task Content_that_is_no_proper_text_comes_back_with_every_byte(string hex)
    {
        var store = await OpenAsync();
        var bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        var turn = TurnOf(NewResponse()) with { Input = bytes, Answer = bytes };

        await WriteAsync(store, turn);

        AssertSame(turn, await store.ReadTurnAsync(turn.ResponseId, Ada, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Attempt_is_found_until_it_is_forgotten_or_expires_and_is_in_no_list_or_count()
    {
        var (store, replica) = (await OpenAsync(), await OpenAsync());
        var (first, second) = (new SessionId(SessionKeyKind.Attempt, "digest-1"), new SessionId(SessionKeyKind.Attempt, "digest-2"));
        await store.WriteAsync(new([PinOf(first), PinOf(second)]));

        Assert.NotNull(await FindAsync(replica, first, Ada));
        Assert.Null(await FindAsync(replica, first, Bob));
        Assert.Empty(await replica.CountSessionsAsync(TestContext.Current.CancellationToken));
        Assert.Empty((await replica.ListAsync(new(), TestContext.Current.CancellationToken)).Sessions);

        await store.WriteAsync(new([], Forgotten: [first], ForgottenBy: Ada));
        Assert.Null(await FindAsync(replica, first, Ada));
        Assert.NotNull(await FindAsync(replica, second, Ada));
        Time.Advance(TimeSpan.FromDays(2));
        Assert.Null(await FindAsync(replica, second, Ada));
    }

    [Fact]
    public async Task What_was_erased_every_replica_is_told_once_and_in_order()
    {
        var (store, replica) = (await OpenAsync(), await OpenAsync());
        await WriteAsync(store, TurnOf("resp_a"), TurnOf("resp_b", owner: Bob));
        await store.AnnounceAsync(new("resp_before", null), TestContext.Current.CancellationToken);
        var start = await replica.ReadErasuresAsync(null, TestContext.Current.CancellationToken);
        Assert.Empty(start.Erasures);

        await store.AnnounceAsync(new("resp_a", null), TestContext.Current.CancellationToken);
        var one = await replica.ReadErasuresAsync(start.Mark, TestContext.Current.CancellationToken);
        await replica.AnnounceAsync(new(null, Bob), TestContext.Current.CancellationToken);
        var two = await replica.ReadErasuresAsync(one.Mark, TestContext.Current.CancellationToken);

        Assert.Equal([new("resp_a", null)], one.Erasures);
        Assert.Equal([new(null, Bob)], two.Erasures);
        Assert.Equal([new("resp_a", null), new(null, Bob)], (await store.ReadErasuresAsync(start.Mark, TestContext.Current.CancellationToken)).Erasures);
        Assert.Empty((await replica.ReadErasuresAsync(two.Mark, TestContext.Current.CancellationToken)).Erasures);
    }

    private async Task<List<SessionAware.Gateway.Sessions.Turn>> WriteChainAsync(ISessionStore store, int count)
    {
        List<SessionAware.Gateway.Sessions.Turn> turns = [];
        var chain = Chain();
        for (var number = 0; number < count; number++)
        {
            var id = Id("resp", chain, (uint)(1_770_000_000 + number));
            turns.Add(TurnOf(id, turns.FirstOrDefault()?.ResponseId) with
            {
                PreviousResponseId = turns.LastOrDefault()?.ResponseId,
                Input = System.Text.Encoding.UTF8.GetBytes($"\"Turn {number}\""),
                Answer = RandomNumberGenerator.GetBytes(64),
            });
            await WriteAsync(store, turns[^1]);
            // Several within a millisecond, too.
            if (number % 3 == 0)
                Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        return turns;
    }

    private static async Task<List<SessionAware.Gateway.Sessions.Turn>> ReadChainAsync(ISessionStore store, string response, string owner)
    {
        List<SessionAware.Gateway.Sessions.Turn> turns = [];
        await foreach (var turn in store.ReadChainAsync(response, owner, TestContext.Current.CancellationToken))
            turns.Add(turn);
        return turns;
    }
}
