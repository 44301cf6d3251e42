using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;
using SessionAware.Tests.Sessions;
using static SessionAware.Tests.Sessions.SessionIds;

namespace SessionAware.Tests.SessionStores;

/// <summary>What every session store does with turns: it completes them, never takes an end back, and finds their items.</summary>
public abstract class SessionTurnContract : SessionStoreContract
{
    [Fact]
    public async Task Turn_comes_back_as_it_was_written_with_every_byte_of_its_content()
    {
        var store = await OpenAsync();
        var turn = TurnOf(NewResponse()) with
        {
            PreviousResponseId = NewResponse(),
            ConversationId = "conv_1",
            Model = "gpt-4o-mini",
            InputTokens = 12,
            OutputTokens = 0,
            Input = "\"Grüße, 世界 \\u0000\""u8.ToArray(),
            Answer = """{"id":"x","output":[]}"""u8.ToArray(),
        };

        await WriteAsync(store, turn);

        AssertSame(turn, await store.ReadTurnAsync(turn.ResponseId, Ada, TestContext.Current.CancellationToken));
        Assert.Null(await store.ReadTurnAsync(turn.ResponseId, Bob, TestContext.Current.CancellationToken));
        Assert.NotNull(await FindAsync(store, SessionId.Response(turn.ResponseId), Ada));
    }

    [Fact]
    public async Task Turn_is_completed_later_and_its_end_is_never_taken_back()
    {
        var store = await OpenAsync();
        var begun = TurnOf(NewResponse()) with { Status = "in_progress", PreviousResponseId = NewResponse(), Input = "\"Hi\""u8.ToArray() };
        await WriteAsync(store, begun);
        var ended = TurnOf(begun.ResponseId) with { Status = "completed", Model = "m", OutputTokens = 3, Answer = "{}"u8.ToArray() };
        await WriteAsync(store, ended);

        await WriteAsync(store, begun with { Input = "\"Other\""u8.ToArray() });
        await WriteAsync(store, ended with { Status = "failed", Answer = "{\"late\":1}"u8.ToArray() });

        AssertSame(
            ended with { PreviousResponseId = begun.PreviousResponseId, Input = begun.Input },
            await store.ReadTurnAsync(begun.ResponseId, Ada, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Turn_that_has_ended_takes_what_led_to_it_where_that_is_missing()
    {
        var store = await OpenAsync();
        var ended = TurnOf(NewResponse()) with { Answer = "{}"u8.ToArray() };
        await WriteAsync(store, ended);
        var begun = ended with { Status = "in_progress", Answer = default, PreviousResponseId = NewResponse(), ConversationId = "conv_1", Input = "\"Hi\""u8.ToArray() };

        await WriteAsync(store, begun, begun with { PreviousResponseId = NewResponse(), ConversationId = "conv_2", Input = "\"Other\""u8.ToArray() });

        AssertSame(begun with { Status = ended.Status, Answer = ended.Answer }, await store.ReadTurnAsync(ended.ResponseId, Ada, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_only_completes_a_turn_makes_none()
    {
        var store = await OpenAsync();
        var (known, pinned, unknown) = (TurnOf(NewResponse()) with { Status = "queued" }, TurnOf(NewResponse()), TurnOf(NewResponse()));
        await WriteAsync(store, known);
        await store.WriteAsync(new([PinOf(SessionId.Response(pinned.ResponseId))]));

        foreach (var turn in new[] { known with { Status = "completed" }, pinned, unknown })
            await store.WriteAsync(new([PinOf(SessionId.Response(turn.ResponseId)), PinOf(SessionId.Item($"msg_{turn.ResponseId}"))], turn) { OnlyCompletes = true });

        Assert.Equal("completed", (await store.ReadTurnAsync(known.ResponseId, Ada, TestContext.Current.CancellationToken))!.Status);
        Assert.NotNull(await FindAsync(store, SessionId.Item($"msg_{known.ResponseId}"), Ada));
        Assert.Null(await store.ReadTurnAsync(pinned.ResponseId, Ada, TestContext.Current.CancellationToken));
        foreach (var id in new[] { SessionId.Response(unknown.ResponseId), SessionId.Item($"msg_{unknown.ResponseId}"), SessionId.Item($"msg_{pinned.ResponseId}") })
            Assert.Null(await FindAsync(store, id, Ada));
    }

    [Fact]
    public async Task Turn_of_a_response_that_was_pinned_before_is_added_to_it()
    {
        var store = await OpenAsync();
        var turn = TurnOf(NewResponse()) with { Answer = "{}"u8.ToArray() };
        await store.WriteAsync(new([PinOf(SessionId.Response(turn.ResponseId))]));
        Assert.Null(await store.ReadTurnAsync(turn.ResponseId, Ada, TestContext.Current.CancellationToken));

        await WriteAsync(store, turn);

        AssertSame(turn, await store.ReadTurnAsync(turn.ResponseId, Ada, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(59)]
    [InlineData(61)]
    [InlineData(4000)]
    public async Task Items_of_a_turn_are_found_however_long_after_its_beginning_they_were_made(uint seconds)
    {
        var store = await OpenAsync();
        var (chain, other) = (Chain(), Chain());
        var turn = TurnOf(Id("resp", chain, 1_770_000_000));
        SessionId[] items = [SessionId.Item(Id("msg", chain, 1_770_000_000 + seconds)), SessionId.Item(Id("rs", chain, 1_770_000_000 + seconds)), SessionId.Item("msg_plain")];
        await store.WriteAsync(new([.. items.Select(item => PinOf(item) with { Session = turn.Session })], turn));
        await WriteAsync(store, TurnOf(Id("resp", chain, 1_770_000_000)), TurnOf(Id("resp", other, 1_770_000_000)));

        foreach (var item in items)
        {
            Assert.Equal((turn.Backend, turn.Session), (await FindAsync(store, item, Ada)) is { } pin ? (pin.Backend, pin.Session) : default);
            Assert.Null(await FindAsync(store, item, Bob));
        }

        Assert.Null(await FindAsync(store, SessionId.Item(Id("msg", chain, 1_770_000_000 + seconds)), Ada));
        Assert.Null(await FindAsync(store, SessionId.Item(Id("msg", other, 1_770_000_000 + seconds)), Ada));
    }

    protected static void AssertSame(Turn expected, Turn? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Input.ToArray(), actual.Input.ToArray());
        Assert.Equal(expected.Answer.ToArray(), actual.Answer.ToArray());
        Assert.Equal(expected with { Input = default, Answer = default }, actual with { Input = default, Answer = default });
    }
}
