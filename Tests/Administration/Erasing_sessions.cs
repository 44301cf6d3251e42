using SessionAware.Tests.Owners;
using SessionAware.Tests.Sessions;
using SessionAware.Tests.Worlds;
using static SessionAware.Tests.Administration.Session_administration;

namespace SessionAware.Tests.Administration;

/// <summary>What an operator erases is from then on as if it had never been, and nothing else is touched.</summary>
public sealed class Erasing_sessions
{
    private const string Key = "0123456789abcdef";

    [Theory]
    [InlineData("its own id")]
    [InlineData("a later response")]
    [InlineData("an item")]
    public async Task Session_is_erased_by_any_id_in_it(string by)
    {
        await using var world = await StartAsync();
        using var caller = IdWorld.Call(world.Gateway);
        using var admin = new Caller(world.Gateway.Url);
        var first = await caller.SayAsync("My name is Ada.");
        var second = await caller.SayAsync("Who am I?", first.Id);
        var other = await caller.SayAsync("My name is Bob.");
        var id = by switch
        {
            "its own id" => first.Id,
            "a later response" => second.Id,
            _ => ItemOf(second),
        };

        var erased = await admin.SendAsync(HttpMethod.Delete, $"admin/sessions/{id}");

        Assert.Equal(200, erased.Status);
        Assert.True(erased.Json["erased_ids"]!.GetValue<long>() >= 2, erased.Text);
        foreach (var replica in new[] { world.Gateway, await world.StartReplicaAsync() })
        {
            using var then = IdWorld.Call(replica);
            foreach (var gone in new[] { first, second })
                await AssertUnknownAsync(then, gone);
            Assert.Contains("Bob", (await then.SayAsync("Who am I?", other.Id)).OutputText, StringComparison.Ordinal);
        }

        Assert.Equal([other.Id], await ListAsync(admin, ""));
        Assert.Equal(404, (await admin.GetAsync($"admin/sessions/{id}")).Status);
        Assert.Equal(404, (await admin.SendAsync(HttpMethod.Delete, $"admin/sessions/{id}")).Status);
    }

    [Fact]
    public async Task Conversation_is_erased_with_its_turns()
    {
        await using var world = await StartAsync();
        using var caller = IdWorld.Call(world.Gateway);
        using var admin = new Caller(world.Gateway.Url);
        var conversation = (await caller.SendAsync(HttpMethod.Post, "openai/v1/conversations")).Id;
        var turn = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Hi", conversation });

        Assert.Equal(200, (await admin.SendAsync(HttpMethod.Delete, $"admin/sessions/{turn.Id}")).Status);

        Assert.Equal(404, (await caller.GetAsync($"openai/v1/conversations/{conversation}")).Status);
        Assert.Equal(404, (await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Hi", conversation })).Status);
        await AssertUnknownAsync(caller, turn);
        Assert.Empty(await ListAsync(admin, ""));
    }

    [Fact]
    public async Task Count_of_a_backend_goes_down_with_what_is_erased()
    {
        await using var world = await StartAsync();
        using var caller = IdWorld.Call(world.Gateway);
        using var admin = new Caller(world.Gateway.Url);
        var (gone, kept) = (await caller.SayAsync("Hi"), await caller.SayAsync("Hi"));
        Assert.NotEqual(kept.Header("x-backend-id"), gone.Header("x-backend-id"));

        await admin.SendAsync(HttpMethod.Delete, $"admin/sessions/{gone.Id}");

        Assert.Equal(0, (await admin.GetAsync($"admin/backends/{gone.Header("x-backend-id")}")).Json["sessions"]!.GetValue<int>());
        Assert.Equal(1, (await admin.GetAsync($"admin/backends/{kept.Header("x-backend-id")}")).Json["sessions"]!.GetValue<int>());
    }

    [Fact]
    public async Task Owner_is_erased_with_everything_that_is_theirs_and_nothing_of_others()
    {
        await using var world = await OwnersWorld.StartAsync([.. OwnersWorld.TwoSubscriptions, ("Gateway:AdminKey", Key)], TimeAhead.AnHour);
        using var a = new Caller($"{world.First.Url}/session-aware", apiKey: OwnersWorld.KeyOfA);
        using var b = new Caller($"{world.First.Url}/session-aware", apiKey: OwnersWorld.KeyOfB);
        using var admin = new Caller(world.First.Url);
        Answer[] theirs = [await a.SayAsync("My name is Ada."), await a.SayAsync("My name is Eve.")];
        var conversation = (await a.SendAsync(HttpMethod.Post, "openai/v1/conversations")).Id;
        var other = await b.SayAsync("My name is Bob.");
        (string, string) key = ("x-admin-key", Key);
        Assert.Equal(new[] { theirs[0].Id, theirs[1].Id, conversation }.Order(StringComparer.Ordinal), (await ListAsync(admin, "owner=subscription:a", key)).Order(StringComparer.Ordinal));

        var erased = await admin.SendAsync(HttpMethod.Delete, "admin/owners?owner=subscription:a", body: null, key);

        Assert.Equal(200, erased.Status);
        Assert.True(erased.Json["erased_ids"]!.GetValue<long>() >= 3, erased.Text);
        foreach (var gone in theirs)
            await AssertUnknownAsync(a, gone);
        Assert.Equal(404, (await a.GetAsync($"openai/v1/conversations/{conversation}")).Status);
        Assert.Contains("Bob", (await b.SayAsync("Who am I?", other.Id)).OutputText, StringComparison.Ordinal);
        Assert.Empty(await ListAsync(admin, "owner=subscription:a", key));
        Assert.Equal([other.Id], await ListAsync(admin, "", key));
    }

    [Fact]
    public async Task Owner_who_has_nothing_loses_nothing()
    {
        await using var world = await StartAsync();
        using var caller = IdWorld.Call(world.Gateway);
        using var admin = new Caller(world.Gateway.Url);
        var first = await caller.SayAsync("My name is Ada.");

        var erased = await admin.SendAsync(HttpMethod.Delete, "admin/owners?owner=subscription:nobody");

        Assert.Equal((200, 0), (erased.Status, erased.Json["erased_ids"]!.GetValue<long>()));
        Assert.Equal(200, (await caller.SayAsync("Who am I?", first.Id)).Status);
    }

    [Theory]
    [InlineData("thread")]
    [InlineData("session")]
    public async Task Declared_session_is_shown_and_erased_as_any_other(string by)
    {
        await using var world = await StartAsync(("Gateway:PoolsFile", IdPools.Write(""" "unknown": "reject", "keys": [ { "path": "/threads/{thread_id}" } ] """)));
        using var caller = IdWorld.Call(world.Gateway, "pool");
        using var admin = new Caller(world.Gateway.Url);
        var thread = await caller.SendAsync(HttpMethod.Post, "openai/v1/threads", "{}");
        Assert.Equal(200, (await caller.GetAsync($"openai/v1/threads/{thread.Id}")).Status);
        var session = Assert.Single(await ListAsync(admin, $"id={thread.Id}"));
        Assert.Equal([session], await ListAsync(admin, $"id={Uri.EscapeDataString(session)}"));
        var path = $"admin/sessions/{Uri.EscapeDataString(by == "thread" ? thread.Id : session)}";

        Assert.Equal(session, (await admin.GetAsync(path)).Json["session"]!.GetValue<string>());
        Assert.Equal(200, (await admin.SendAsync(HttpMethod.Delete, path)).Status);

        Assert.Equal(404, (await caller.GetAsync($"openai/v1/threads/{thread.Id}")).Status);
        Assert.Empty(await ListAsync(admin, ""));
    }

    private static async Task AssertUnknownAsync(Caller caller, Answer gone)
    {
        var continued = await caller.SayAsync("Who am I?", gone.Id);
        Assert.Equal((400, "previous_response_not_found", null), (continued.Status, continued.Json["error"]!["code"]!.GetValue<string>(), continued.Header("x-backend-id")));
        Assert.Equal(404, (await caller.GetAsync($"openai/v1/responses/{gone.Id}")).Status);
        Assert.Equal(404, (await caller.CreateAsync(new { model = "gpt-4o-mini", input = new object[] { new { type = "item_reference", id = ItemOf(gone) } } })).Status);
    }
}
