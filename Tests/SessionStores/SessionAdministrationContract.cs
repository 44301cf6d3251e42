using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;
using SessionAware.Tests.Sessions;
using static SessionAware.Tests.Sessions.SessionIds;

namespace SessionAware.Tests.SessionStores;

/// <summary>What every session store tells operators, and what it erases for them.</summary>
public abstract class SessionAdministrationContract : SessionTurnContract
{
    [Fact]
    public async Task Sessions_are_listed_the_latest_first_by_any_id_owner_or_backend()
    {
        var store = await OpenAsync();
        var (a, b) = (NewResponse(), NewResponse());
        var (a2, item) = (Id("resp", a[5..21], 1_770_000_010), Id("msg", a[5..21], 1_770_000_011));
        await WriteAsync(store, TurnOf(a));
        Time.Advance(TimeSpan.FromSeconds(1));
        await WriteAsync(store, TurnOf(b, owner: "subscription:bob", backend: "westus"));
        Time.Advance(TimeSpan.FromSeconds(1));
        await store.WriteAsync(new([PinOf(SessionId.Item(item)) with { Session = a }], TurnOf(a2, session: a, backend: "westus")));

        async Task<string[]> ListAsync(SessionFilter filter) => [.. (await store.ListAsync(filter, TestContext.Current.CancellationToken)).Sessions.Select(session => session.Session)];

        Assert.Equal([a, b], await ListAsync(new()));
        Assert.Equal([a], await ListAsync(new(Owner: "subscription:ada")));
        Assert.Equal([a, b], await ListAsync(new(Backend: "westus")));
        Assert.Equal([a], await ListAsync(new(Backend: "eastus2")));
        foreach (var id in new[] { a, a2, item })
            Assert.Equal([a], await ListAsync(new(Id: id)));
        Assert.Empty(await ListAsync(new(Id: "resp_never")));
        var page = await store.ListAsync(new(Limit: 1), TestContext.Current.CancellationToken);
        Assert.True(page.HasMore);
        Assert.Equal([b], await ListAsync(new(Limit: 1, After: page.Sessions[0].Session)));
        Assert.Equal((2, 2), (page.Sessions[0].Turns, page.Sessions[0].Backends.Count));
        Assert.Equal([a, a2], (await store.ReadSessionAsync(a, TestContext.Current.CancellationToken)).Select(turn => turn.ResponseId));
    }

    [Fact]
    public async Task Sessions_are_counted_where_they_are()
    {
        var store = await OpenAsync();
        var a = NewResponse();
        await WriteAsync(store, TurnOf(a), TurnOf(NewResponse(), session: a), TurnOf(NewResponse(), backend: "westus"), TurnOf(NewResponse()));

        var counts = await store.CountSessionsAsync(TestContext.Current.CancellationToken);

        Assert.Equal((2, 1), (counts["eastus2"], counts["westus"]));
    }

    [Fact]
    public async Task Session_is_erased_whole_and_no_other()
    {
        var store = await OpenAsync();
        var (a, b) = (NewResponse(), NewResponse());
        await store.WriteAsync(new([PinOf(SessionId.Item("msg_1")) with { Session = a }], TurnOf(a)));
        await WriteAsync(store, TurnOf(NewResponse(), session: a), TurnOf(b));

        Assert.Equal(3, await store.EraseSessionAsync(a, TestContext.Current.CancellationToken));

        Assert.Empty(await store.ReadSessionAsync(a, TestContext.Current.CancellationToken));
        Assert.Null(await FindAsync(store, SessionId.Item("msg_1"), "subscription:ada"));
        Assert.NotNull(await FindAsync(store, SessionId.Response(b), "subscription:ada"));
    }

    [Fact]
    public async Task Owner_is_erased_whole_and_no_other()
    {
        var store = await OpenAsync();
        var (a, b) = (NewResponse(), NewResponse());
        await WriteAsync(store, TurnOf(a), TurnOf(NewResponse(), session: a), TurnOf(b, owner: "subscription:bob"));

        Assert.Equal(2, await store.EraseOwnerAsync("subscription:ada", TestContext.Current.CancellationToken));

        Assert.Null(await FindAsync(store, SessionId.Response(a), "subscription:ada"));
        Assert.NotNull(await FindAsync(store, SessionId.Response(b), "subscription:bob"));
    }
}
