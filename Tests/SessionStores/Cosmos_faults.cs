using System.Diagnostics;
using Microsoft.Azure.Cosmos;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;
using static SessionAware.Tests.CosmosEmulator.LocalCosmos;
using static SessionAware.Tests.Sessions.SessionIds;

namespace SessionAware.Tests.SessionStores;

/// <summary>What becomes of a turn while Cosmos is short of throughput, fails, or has another replica write the same; and of content that is larger than a document.</summary>
public sealed class Cosmos_faults : CosmosWorld
{
    [Fact]
    public async Task Write_that_is_throttled_comes_again_when_it_was_told_to()
    {
        var store = await OpenAsync();
        var turn = TurnOf(NewResponse());
        await Cosmos.FailAsync(Database, new Fault("create", Count: 12) { Status = 429, RetryAfterMs = 30, Substatus = 3200 });
        var begun = Stopwatch.GetTimestamp();

        await store.WriteAsync(new([], turn));

        Assert.True(Stopwatch.GetElapsedTime(begun) >= TimeSpan.FromMilliseconds(12 * 30));
        string[] requests = [.. Enumerable.Repeat("create 429", 12), "create"];
        Assert.Equal(requests, await RequestsAsync());
        Assert.NotNull(await ReadAsync(store, turn.ResponseId));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(401)]
    [InlineData(413)]
    public async Task What_fails_is_a_failure_and_never_an_answer(int status)
    {
        var store = await OpenAsync();
        var turn = TurnOf(NewResponse());
        await store.WriteAsync(new([], turn));
        await Cosmos.FailAsync(Database, new Fault(Operation: null, Count: 2) { Status = status });

        await Assert.ThrowsAsync<SessionStoreException>(async () => await FindAsync(store, SessionId.Response(turn.ResponseId)));
        await Assert.ThrowsAsync<SessionStoreException>(() => store.WriteAsync(new([], TurnOf(NewResponse()))));

        Assert.NotNull(await FindAsync(store, SessionId.Response(turn.ResponseId)));
    }

    [Theory]
    [InlineData(1002)]
    [InlineData(1003)]
    public async Task Not_found_for_another_reason_than_that_it_is_not_there_is_a_failure(int substatus)
    {
        var store = await OpenAsync();
        await Cosmos.FailAsync(Database, new Fault("read", Count: 1000) { Status = 404, Substatus = substatus });

        await Assert.ThrowsAsync<SessionStoreException>(async () => await FindAsync(store, SessionId.Response(NewResponse())));
    }

    [Fact]
    public async Task Write_whose_answer_was_lost_is_there_once_when_it_is_written_again()
    {
        var store = await OpenAsync();
        var turn = TurnOf(NewResponse()) with { Answer = "{}"u8.ToArray() };
        await Cosmos.FailAsync(Database, new Fault("create") { Status = 500, Afterwards = true });
        await Assert.ThrowsAsync<SessionStoreException>(() => store.WriteAsync(new([], turn)));

        await store.WriteAsync(new([], turn));

        Assert.Equal("completed", (await ReadAsync(store, turn.ResponseId))!.Status);
        Assert.Single(await DocumentsAsync());
    }

    [Fact]
    public async Task Two_replicas_that_complete_one_turn_lose_nothing()
    {
        var (first, second) = (await OpenAsync(), await OpenAsync());
        for (var round = 0; round < 25; round++)
        {
            var chain = Chain();
            var begun = TurnOf(Id("resp", chain, 1_770_000_000), "in_progress") with { Input = "\"Hi\""u8.ToArray() };
            await first.WriteAsync(new([], begun));
            var (message, reasoning) = (SessionId.Item(Id("msg", chain, 1_770_000_000)), SessionId.Item(Id("rs", chain, 1_770_000_000)));
            var ended = begun with { Status = "completed", Input = default, Answer = "{}"u8.ToArray(), Model = "m" };

            await Task.WhenAll(
                first.WriteAsync(new([PinOf(message, begun.Session)], begun with { OutputTokens = 3 })),
                second.WriteAsync(new([PinOf(reasoning, begun.Session)], ended) { OnlyCompletes = true }),
                second.WriteAsync(new([], begun with { PreviousResponseId = "resp_before", ConversationId = "conv_1" })));

            var turn = await ReadAsync(second, begun.ResponseId);
            Assert.Equal(("completed", "m", "resp_before", "conv_1"), (turn!.Status, turn.Model, turn.PreviousResponseId, turn.ConversationId));
            Assert.Equal(("\"Hi\"", "{}"), (System.Text.Encoding.UTF8.GetString(turn.Input.Span), System.Text.Encoding.UTF8.GetString(turn.Answer.Span)));
            Assert.NotNull(await FindAsync(first, reasoning));
        }
    }

    [Fact]
    public async Task Turn_that_another_replica_has_changed_is_looked_at_again()
    {
        var (first, second) = (await OpenAsync(), await OpenAsync());
        var begun = TurnOf(NewResponse(), "in_progress") with { Input = "\"Hi\""u8.ToArray() };
        await first.WriteAsync(new([], begun));
        await second.WriteAsync(new([], begun with { ConversationId = "conv_1" }));
        await RequestsAsync();

        await first.WriteAsync(new([], begun with { Status = "completed", Answer = "{}"u8.ToArray() }));

        Assert.Equal(["replace", "read", "replace"], await RequestsAsync());
        Assert.Equal(("completed", "conv_1"), await ReadAsync(second, begun.ResponseId) is { } turn ? (turn.Status, turn.ConversationId) : default);
    }

    [Fact]
    public async Task Content_larger_than_a_document_is_in_parts_that_go_with_it_and_is_never_torn()
    {
        var store = await OpenAsync();
        var turn = TurnOf(NewResponse()) with { Input = new byte[3 << 20], Answer = "{}"u8.ToArray() };
        await store.WriteAsync(new([], turn));
        Assert.Equal(["create", "create", "create", "create"], await RequestsAsync());
        var documents = await DocumentsAsync();
        Assert.All(documents, document => Assert.InRange((int)document["ttl"]!, 86_399, 86_400));
        Assert.Single(documents.Select(document => (string)document["partition"]!).Distinct());

        var part = documents.First(document => (string)document["type"]! == "part");
        await Container.DeleteItemAsync<object>((string)part["id"]!, new PartitionKey((string)part["partition"]!), cancellationToken: TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<SessionStoreException>(async () => await ReadAsync(store, turn.ResponseId));
        Assert.NotNull(await FindAsync(store, SessionId.Response(turn.ResponseId)));
        await store.WriteAsync(new([], Forgotten: [SessionId.Response(turn.ResponseId)], ForgottenBy: Ada));
        Assert.Empty(await DocumentsAsync());
    }

    [Fact]
    public async Task Parts_that_were_replaced_are_removed()
    {
        var store = await OpenAsync();
        var begun = TurnOf(NewResponse(), "in_progress") with { Input = new byte[3 << 20] };
        await store.WriteAsync(new([], begun));

        await store.WriteAsync(new([], begun with { Status = "completed", Input = "\"Hi\""u8.ToArray(), Answer = "{}"u8.ToArray() }));

        Assert.Single(await DocumentsAsync());
    }

    [Fact]
    public async Task What_is_forgotten_leaves_nothing_behind()
    {
        var store = await OpenAsync();
        var turn = TurnOf(NewResponse());
        await store.WriteAsync(new([PinOf(SessionId.Item("msg_1"), turn.Session), PinOf(SessionId.Conversation("conv_1"))], turn));

        await store.WriteAsync(new([], Forgotten: [SessionId.Response(turn.ResponseId), SessionId.Conversation("conv_1")], ForgottenBy: Ada));

        Assert.Empty(await DocumentsAsync());
    }

    [Fact]
    public async Task Item_that_anothers_turn_carries_is_nobody_elses()
    {
        var store = await OpenAsync();
        var chain = Chain();
        var (turn, item) = (TurnOf(Id("resp", chain, 1_770_000_000)), SessionId.Item(Id("msg", chain, 1_770_000_000)));
        await store.WriteAsync(new([PinOf(item, turn.Session)], turn));

        await store.WriteAsync(new([PinOf(item, owner: Bob)]));

        Assert.Null(await FindAsync(store, item, Bob));
        Assert.NotNull(await FindAsync(store, item));
    }
}
