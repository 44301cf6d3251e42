using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Sessions;

/// <summary>Hints keep requests together that name no state: a header of the pool's choice, then the affinity cookie. They never contradict an id, and are never refused.</summary>
public sealed class Session_hints
{
    private const string Model = "gpt-4o-mini";
    private const string Cookie = "APIM-Backend-Affinity";

    [Fact]
    public async Task Header_keeps_requests_of_one_value_together_whichever_replica_they_meet()
    {
        await using var world = await StartAsync();
        using var here = Call(world.Gateway);
        using var there = Call(await world.StartReplicaAsync());
        HashSet<string?> backends = [];

        for (var round = 0; round < 4; round++)
        {
            var value = $"session {round} of Ada";
            var first = await AskAsync(here, value);
            Assert.Equal(("new", "none"), (first.Header("x-session-affinity"), first.Header("x-session-key")));
            backends.Add(first.Header("x-backend-id"));

            AssertPinned(await AskAsync(there, value), first, "header");
            AssertPinned(await AskAsync(here, value), first, "header");
            // What keeps no state goes along.
            AssertPinned(await there.SendAsync(HttpMethod.Post, "openai/v1/chat/completions", new { model = Model, messages = new[] { new { role = "user", content = "Hi" } } }, ("x-session-id", value)), first, "header");
        }

        Assert.Equal(2, backends.Count);
    }

    [Fact]
    public async Task Chat_without_state_is_kept_together_by_the_header_alone()
    {
        await using var world = await StartAsync();
        using var caller = Call(world.Gateway);
        object chat = new { model = Model, messages = new[] { new { role = "user", content = "Hi" } } };

        for (var round = 0; round < 2; round++)
        {
            var first = await caller.SendAsync(HttpMethod.Post, "openai/v1/chat/completions", chat, ("x-session-id", $"{round}"));
            Assert.Equal("new", first.Header("x-session-affinity"));
            for (var turn = 0; turn < 2; turn++)
                AssertPinned(await caller.SendAsync(HttpMethod.Post, "openai/v1/chat/completions", chat, ("x-session-id", $"{round}")), first, "header");
        }
    }

    [Fact]
    public async Task Header_never_contradicts_a_key_that_names_stored_state()
    {
        await using var world = await StartAsync();
        using var caller = Call(world.Gateway);
        var hinted = await AskAsync(caller, "one");
        var other = await ElsewhereAsync(caller, hinted);
        (string, string) hint = ("x-session-id", "one");

        AssertPinned(await caller.SendAsync(HttpMethod.Post, "openai/v1/responses", new { model = Model, input = "Hi", previous_response_id = other.Id }, hint), other, "response");
        AssertPinned(await caller.SendAsync(HttpMethod.Get, $"openai/v1/responses/{other.Id}", body: null, hint), other, "response");
        AssertPinned(
            await caller.SendAsync(HttpMethod.Post, "openai/v1/responses", new { model = Model, input = new object[] { new { type = "item_reference", id = other.Json["output"]![0]!["id"]!.GetValue<string>() }, new { role = "user", content = "Hi" } } }, hint),
            other,
            "item");

        AssertPinned(await AskAsync(caller, "one"), hinted, "header");
    }

    [Fact]
    public async Task Header_that_came_first_with_an_id_stays_with_it()
    {
        await using var world = await StartAsync();
        using var caller = Call(world.Gateway);

        for (var round = 0; round < 2; round++)
        {
            var first = await caller.SayAsync("My name is Ada.");
            (string, string) hint = ("x-session-id", $"{round}");
            AssertPinned(await caller.SendAsync(HttpMethod.Post, "openai/v1/responses", new { model = Model, input = "Hi", previous_response_id = first.Id }, hint), first, "response");
            AssertPinned(await AskAsync(caller, $"{round}"), first, "header");
        }
    }

    [Fact]
    public async Task Cookie_is_a_hint_for_requests_that_name_nothing_and_for_no_other()
    {
        await using var world = await StartAsync();
        using var caller = Call(world.Gateway);
        var first = await caller.SayAsync("My name is Ada.");
        var cookie = CookieOf(first);
        var other = await ElsewhereAsync(caller, first);

        for (var turn = 0; turn < 3; turn++)
        {
            AssertPinned(await SayAsync(caller, cookie), first, "cookie");
            AssertPinned(await SayAsync(caller, cookie, other.Id), other, "response");
        }
    }

    [Fact]
    public async Task One_cookie_jar_for_many_conversations_breaks_none_of_them()
    {
        await using var world = await StartAsync();
        using var process = new Caller($"{world.Gateway.Url}/pool", cookies: true);
        using var fresh = Call(world.Gateway);
        List<Answer> conversations = [];
        for (var conversation = 0; conversation < 6; conversation++)
            conversations.Add(await (conversation % 2 == 0 ? process : fresh).SayAsync($"My name is Ada{conversation}x."));
        Assert.Equal(2, conversations.Select(answer => answer.Header("x-backend-id")).Distinct().Count());

        foreach (var (index, first) in conversations.Index())
        {
            var second = await process.SayAsync("Who am I?", first.Id);
            AssertPinned(second, first, "response");
            Assert.Contains($"Ada{index}x", second.OutputText, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Header_counts_before_the_cookie()
    {
        await using var world = await StartAsync();
        using var caller = Call(world.Gateway);
        var hinted = await AskAsync(caller, "one");
        var other = await ElsewhereAsync(caller, hinted);

        var both = await caller.SendAsync(HttpMethod.Post, "openai/v1/responses", new { model = Model, input = "Hi" }, ("Cookie", CookieOf(other)), ("x-session-id", "one"));

        AssertPinned(both, hinted, "header");
    }

    [Theory]
    [InlineData("x-session-id", "never seen")]
    [InlineData("x-session-id", "resp_0d6bb044bb6ff37200698c5194aaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("Cookie", Cookie + "=forged")]
    [InlineData("Cookie", Cookie + "=")]
    public async Task Hint_that_is_unknown_or_forged_is_no_reason_to_refuse(string name, string value)
    {
        await using var world = await StartAsync();
        using var caller = Call(world.Gateway);

        var answer = await caller.SendAsync(HttpMethod.Post, "openai/v1/responses", new { model = Model, input = "Hi" }, (name, value));

        Assert.Equal((200, "new", "none"), (answer.Status, answer.Header("x-session-affinity"), answer.Header("x-session-key")));
    }

    [Fact]
    public async Task Empty_header_keeps_nothing_together()
    {
        await using var world = await StartAsync();
        using var caller = Call(world.Gateway);

        var backends = new HashSet<string?>();
        for (var turn = 0; turn < 2; turn++)
            backends.Add((await AskAsync(caller, "")).Header("x-backend-id"));

        Assert.Equal(2, backends.Count);
    }

    private static Task<IdWorld> StartAsync() => IdWorld.StartAsync(("Gateway:PoolsFile", IdPools.Write(
        """ "unknown": "reject", "keys": [ { "header": "x-session-id" } ] """,
        """, "sessionAffinity": { "sessionId": { "source": "cookie" } }""")));

    private static Caller Call(WebNode gateway) => IdWorld.Call(gateway, "pool");

    private static Task<Answer> AskAsync(Caller caller, string session) =>
        caller.SendAsync(HttpMethod.Post, "openai/v1/responses", new { model = Model, input = "Hi" }, ("x-session-id", session));

    private static Task<Answer> SayAsync(Caller caller, string cookie, string? previous = null) =>
        caller.SendAsync(HttpMethod.Post, "openai/v1/responses", new { model = Model, input = "Hi", previous_response_id = previous }, ("Cookie", cookie));

    private static string CookieOf(Answer answer) => answer.Header("Set-Cookie")!.Split(';')[0];

    /// <summary>A response at the other backend.</summary>
    private static async Task<Answer> ElsewhereAsync(Caller caller, Answer here)
    {
        for (var turn = 0; turn < 2; turn++)
        {
            if (await caller.SayAsync("Hi") is { Status: 200 } other && other.Header("x-backend-id") != here.Header("x-backend-id"))
                return other;
        }

        throw new InvalidOperationException("Both turns went the same way.");
    }

    private static void AssertPinned(Answer answer, Answer first, string key)
    {
        Assert.True(answer.Status == 200, answer.Text);
        Assert.Equal((first.Header("x-backend-id"), "pinned", key), (answer.Header("x-backend-id"), answer.Header("x-session-affinity"), answer.Header("x-session-key")));
    }
}
