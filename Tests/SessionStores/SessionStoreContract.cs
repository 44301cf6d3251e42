using Microsoft.Extensions.Time.Testing;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;
using SessionAware.Tests.Sessions;
using static SessionAware.Tests.Sessions.SessionIds;

namespace SessionAware.Tests.SessionStores;

/// <summary>What every session store does, whatever it is made of. A store's own class opens it; a second instance over the same data is a replica.</summary>
public abstract class SessionStoreContract : IAsyncDisposable
{
    protected const string Ada = "subscription:ada";
    protected const string Bob = "subscription:bob";

    protected FakeTimeProvider Time { get; } = new(DateTimeOffset.FromUnixTimeSeconds(1_770_000_000));

    /// <summary>Opens the store; each call is another replica over the same data.</summary>
    protected abstract Task<ISessionStore> OpenAsync();

    /// <summary>Whether it is the gateway that sweeps out what has expired.</summary>
    protected virtual bool Sweeps => true;

    public abstract ValueTask DisposeAsync();

    [Fact]
    public async Task What_was_written_is_found_by_every_replica_at_once()
    {
        var (first, second) = (await OpenAsync(), await OpenAsync());
        var id = SessionId.Response(NewResponse());
        Assert.Null(await FindAsync(second, id, Ada));

        await first.WriteAsync(new([PinOf(id)]));

        Assert.Equal(PinOf(id), await FindAsync(second, id, Ada));
        Assert.Equal(PinOf(id), await FindAsync(first, id, Ada));
    }

    [Theory]
    [InlineData("resp_0d6bb044bb6ff37200698c5194aaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("resp_68a1b2c3d4e5f60718293a4b5c6d7e8f901a2b3c4d5e6f70")]
    [InlineData("chatcmpl-Abc")]
    [InlineData("thread_Ω/€ with anything")]
    [InlineData("x")]
    public async Task Ids_of_any_shape_are_found_and_only_exactly(string text)
    {
        var store = await OpenAsync();
        var id = SessionId.Response(text);
        await store.WriteAsync(new([PinOf(id)]));

        Assert.Equal(PinOf(id), await FindAsync(store, id, Ada));
        foreach (var other in new[] { text.ToUpperInvariant() + "!", text + "0", text[..^1], " " + text, "" })
            Assert.Null(await FindAsync(store, SessionId.Response(other), Ada));
        Assert.Null(await FindAsync(store, SessionId.Conversation(text), Ada));
        Assert.Null(await FindAsync(store, SessionId.Item(text), Ada));
    }

    [Fact]
    public async Task Case_of_an_id_counts()
    {
        var store = await OpenAsync();
        var id = NewResponse();
        await store.WriteAsync(new([PinOf(SessionId.Response(id))]));

        Assert.Null(await FindAsync(store, SessionId.Response(id.Replace("resp_", "RESP_", StringComparison.Ordinal)), Ada));
        Assert.Null(await FindAsync(store, SessionId.Response("resp_" + id[5..].ToUpperInvariant()), Ada));
    }

    [Fact]
    public async Task What_is_anothers_is_not_found_and_nobody_takes_it_over()
    {
        var store = await OpenAsync();
        var id = SessionId.Item(NewItem());
        await store.WriteAsync(new([PinOf(id)]));

        await store.WriteAsync(new([PinOf(id) with { Owner = Bob, Backend = "westus" }]));

        Assert.Null(await FindAsync(store, id, Bob));
        Assert.Null(await FindAsync(store, id, ""));
        Assert.Equal("eastus2", (await FindAsync(store, id, Ada))!.Backend);
    }

    [Fact]
    public async Task Replica_that_writes_again_knows_what_others_have_written_meanwhile()
    {
        var (first, second) = (await OpenAsync(), await OpenAsync());
        var id = SessionId.Response(NewResponse());
        await first.WriteAsync(new([PinOf(SessionId.Response(NewResponse()))]));
        await second.WriteAsync(new([PinOf(id)]));

        await first.WriteAsync(new([PinOf(id) with { Backend = "westus" }, PinOf(SessionId.Item(NewItem()))]));

        Assert.Equal(PinOf(id), await FindAsync(first, id, Ada));
    }

    [Fact]
    public async Task What_has_expired_is_not_found_and_is_swept_and_may_be_written_anew()
    {
        var store = await OpenAsync();
        var (old, young) = (TurnOf(NewResponse()), TurnOf(NewResponse()) with { ExpiresAt = Time.GetUtcNow().AddDays(2) });
        await WriteAsync(store, old, young);

        Time.Advance(TimeSpan.FromDays(1));

        Assert.Null(await FindAsync(store, SessionId.Response(old.ResponseId), Ada));
        Assert.Null(await store.ReadTurnAsync(old.ResponseId, Ada, TestContext.Current.CancellationToken));
        Assert.NotNull(await FindAsync(store, SessionId.Response(young.ResponseId), Ada));
        Assert.Equal(Sweeps ? 1 : 0, await store.SweepAsync(TestContext.Current.CancellationToken));
        Assert.Equal(0, await store.SweepAsync(TestContext.Current.CancellationToken));
        await store.WriteAsync(new([PinOf(SessionId.Response(old.ResponseId)) with { Owner = Bob, ExpiresAt = Time.GetUtcNow().AddDays(1) }]));
        Assert.NotNull(await FindAsync(store, SessionId.Response(old.ResponseId), Bob));
    }

    [Fact]
    public async Task Expired_id_that_is_not_swept_yet_belongs_to_whoever_makes_it_anew()
    {
        var store = await OpenAsync();
        var id = SessionId.Response(NewResponse());
        await store.WriteAsync(new([PinOf(id)]));
        Time.Advance(TimeSpan.FromDays(2));

        await store.WriteAsync(new([PinOf(id) with { Owner = Bob, ExpiresAt = Time.GetUtcNow().AddDays(1) }]));

        Assert.NotNull(await FindAsync(store, id, Bob));
        Assert.Null(await FindAsync(store, id, Ada));
    }

    [Fact]
    public async Task Forgotten_response_is_gone_with_its_content()
    {
        var (store, replica) = (await OpenAsync(), await OpenAsync());
        var (gone, kept) = (TurnOf(NewResponse()), TurnOf(NewResponse()));
        await WriteAsync(store, gone, kept);

        await store.WriteAsync(new([], Forgotten: [SessionId.Response(gone.ResponseId), SessionId.Response("never")], ForgottenBy: Ada));

        Assert.Null(await FindAsync(replica, SessionId.Response(gone.ResponseId), Ada));
        Assert.Null(await replica.ReadTurnAsync(gone.ResponseId, Ada, TestContext.Current.CancellationToken));
        Assert.NotNull(await FindAsync(replica, SessionId.Response(kept.ResponseId), Ada));
    }

    [Fact]
    public async Task Known_id_is_kept_longer_where_it_is_used_again()
    {
        var store = await OpenAsync();
        var id = SessionId.Conversation("conv_1");
        await store.WriteAsync(new([PinOf(id)]));
        await store.WriteAsync(new([PinOf(id) with { Backend = "westus", ExpiresAt = Time.GetUtcNow().AddDays(30) }]));

        Time.Advance(TimeSpan.FromDays(20));

        Assert.Equal("eastus2", (await FindAsync(store, id, Ada))!.Backend);
    }

    [Fact]
    public async Task Many_writers_of_several_replicas_lose_nothing()
    {
        ISessionStore[] replicas = [await OpenAsync(), await OpenAsync(), await OpenAsync()];
        var turns = Enumerable.Range(0, 1500).Select(_ => TurnOf(NewResponse()) with { Answer = "{}"u8.ToArray() }).ToList();

        await Parallel.ForEachAsync(turns.Index(), new ParallelOptions { MaxDegreeOfParallelism = 48 }, async (turn, _) => await WriteAsync(replicas[turn.Index % 3], turn.Item));

        foreach (var (index, turn) in turns.Index())
            Assert.NotNull(await replicas[(index + 1) % 3].ReadTurnAsync(turn.ResponseId, Ada, TestContext.Current.CancellationToken));
    }

    protected static ValueTask<Pin?> FindAsync(ISessionStore store, SessionId id, string owner) => store.FindAsync(id, owner, TestContext.Current.CancellationToken);

    protected static async Task WriteAsync(ISessionStore store, params Turn[] turns)
    {
        foreach (var turn in turns)
            await store.WriteAsync(new([], turn));
    }

    protected Pin PinOf(SessionId id) => new(id, Ada, "eastus2", id.Text, Time.GetUtcNow().AddDays(1));

    protected Turn TurnOf(string response, string? session = null, string owner = Ada, string backend = "eastus2") =>
        new(response, owner, backend, session ?? response, Time.GetUtcNow(), Time.GetUtcNow().AddDays(1)) { Status = "completed" };
}
