using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SessionAware.Tests.Owners;
using SessionAware.Tests.Sessions;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Administration;

/// <summary>What operators see of sessions.</summary>
public sealed class Session_administration
{
    private const string Key = "0123456789abcdef";

    [Fact]
    public async Task Session_is_found_by_any_id_in_it_and_by_no_other()
    {
        await using var world = await StartAsync();
        using var caller = IdWorld.Call(world.Gateway);
        using var admin = new Caller(world.Gateway.Url);
        var first = await caller.SayAsync("My name is Ada.");
        var second = await caller.SayAsync("Who am I?", first.Id);
        var conversation = (await caller.SendAsync(HttpMethod.Post, "openai/v1/conversations")).Id;
        var turn = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Hi", conversation });

        foreach (var id in new[] { first.Id, second.Id, ItemOf(first), ItemOf(second) })
            Assert.Equal((id, first.Id), (id, Assert.Single(await ListAsync(admin, $"id={id}"))));
        foreach (var id in new[] { conversation, turn.Id, ItemOf(turn) })
            Assert.Equal((id, conversation), (id, Assert.Single(await ListAsync(admin, $"id={id}"))));
        foreach (var id in new[] { SessionIds.NewResponse(), "msg_never", first.Id[..^1], first.Id.ToUpperInvariant() })
            Assert.Empty(await ListAsync(admin, $"id={id}"));
    }

    [Fact]
    public async Task Sessions_are_listed_by_backend_and_by_all_filters_at_once()
    {
        await using var world = await StartAsync();
        using var caller = IdWorld.Call(world.Gateway);
        using var admin = new Caller(world.Gateway.Url);
        Answer[] all = [await caller.SayAsync("Hi"), await caller.SayAsync("Hi"), await caller.SayAsync("Hi")];

        foreach (var backend in new[] { "eastus2", "westus", "northeurope" })
        {
            var there = all.Where(answer => answer.Header("x-backend-id") == backend).Select(answer => answer.Id).ToList();
            Assert.Equal(there.Order(StringComparer.Ordinal), (await ListAsync(admin, $"backend={backend}")).Order(StringComparer.Ordinal));
            Assert.Equal(there.Where(id => id == all[0].Id), await ListAsync(admin, $"backend={backend}&id={all[0].Id}&owner="));
            Assert.Empty(await ListAsync(admin, $"backend={backend}&owner=subscription:nobody"));
        }
    }

    [Fact]
    public async Task Sessions_are_listed_the_latest_first_and_page_by_page()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var world = await IdWorld.StartAsync(services => services.AddSingleton<TimeProvider>(time), settings: ("environment", "Development"));
        using var caller = IdWorld.Call(world.Gateway);
        using var admin = new Caller(world.Gateway.Url);
        List<string> made = [];
        for (var session = 0; session < 5; session++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            made.Add((await caller.SayAsync("Hi")).Id);
        }

        time.Advance(TimeSpan.FromSeconds(1));
        await caller.SayAsync("Hi", made[1]);

        string[] expected = [made[1], made[4], made[3], made[2], made[0]];
        Assert.Equal(expected, await ListAsync(admin, ""));
        List<string> paged = [];
        JsonNode page;
        do
        {
            page = (await admin.GetAsync($"admin/sessions?limit=2{(paged.Count == 0 ? "" : $"&after={paged[^1]}")}")).Json;
            paged.AddRange(SessionsOf(page));
            Assert.Equal(paged.Count < 5, page["has_more"]!.GetValue<bool>());
        }
        while (page["has_more"]!.GetValue<bool>());
        Assert.Equal(expected, paged);
    }

    [Fact]
    public async Task Summary_of_a_session_tells_whose_where_and_when()
    {
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_770_000_000));
        await using var world = await IdWorld.StartAsync(services => services.AddSingleton<TimeProvider>(time), settings: ("environment", "Development"));
        using var caller = IdWorld.Call(world.Gateway);
        using var admin = new Caller(world.Gateway.Url);
        var first = await caller.SayAsync("Hi");
        time.Advance(TimeSpan.FromSeconds(5));
        await caller.SayAsync("Hi", first.Id);

        var page = await admin.GetAsync("admin/sessions");

        Golden.AssertSame(
            $$"""
            { "sessions": [ { "session": "{{first.Id}}", "owner": "", "backends": [ "{{first.Header("x-backend-id")}}" ], "turns": 2,
                "created_at": "2026-02-02T02:40:00+00:00", "last_turn_at": "2026-02-02T02:40:05+00:00", "expires_at": "2026-03-04T02:40:05+00:00" } ],
              "has_more": false }
            """,
            page.Text);
    }

    [Fact]
    public async Task Tree_of_a_session_shows_branches_and_where_each_turn_is()
    {
        await using var world = await StartAsync();
        using var caller = IdWorld.Call(world.Gateway);
        using var admin = new Caller(world.Gateway.Url);
        var first = await caller.SayAsync("My name is Ada.");
        var second = await caller.SayAsync("Who am I?", first.Id);
        var branch = await caller.SayAsync("Who am I not?", first.Id);
        var leaf = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Count to 100", previous_response_id = branch.Id, max_output_tokens = 16 });
        Answer[] turns = [first, second, branch, leaf];
        string?[] continued = [null, first.Id, first.Id, branch.Id];

        foreach (var id in new[] { first.Id, branch.Id, ItemOf(second) })
        {
            var tree = (await admin.GetAsync($"admin/sessions/{id}")).Json;

            Assert.Equal((first.Id, ""), (tree["session"]!.GetValue<string>(), tree["owner"]!.GetValue<string>()));
            foreach (var (index, turn) in tree["turns"]!.AsArray().Index())
            {
                Assert.Equal(turns[index].Id, turn!["response"]!.GetValue<string>());
                Assert.Equal(continued[index], turn["previous_response"]?.GetValue<string>());
                Assert.Equal((first.Header("x-backend-id"), first.Header("x-backend-region")), (turn["backend"]!.GetValue<string>(), turn["region"]!.GetValue<string>()));
                Assert.Equal(turns[index].Json["status"]!.GetValue<string>(), turn["status"]!.GetValue<string>());
                Assert.Equal(turns[index].Json["usage"]!["input_tokens"]!.GetValue<int>(), turn["input_tokens"]!.GetValue<int>());
                Assert.Equal(turns[index].Json["usage"]!["output_tokens"]!.GetValue<int>(), turn["output_tokens"]!.GetValue<int>());
                Assert.Equal((null, "gpt-4o-mini"), (turn["moved_from"], turn["model"]!.GetValue<string>()));
                // What was said is not an operator's business.
                Assert.Equal(
                    ["response", "previous_response", "conversation", "backend", "region", "moved_from", "status", "model", "input_tokens", "output_tokens", "created_at", "expires_at"],
                    turn.AsObject().Select(property => property.Key));
            }

            Assert.Equal(4, tree["turns"]!.AsArray().Count);
        }
    }

    [Theory]
    [InlineData("GET", "admin/sessions?limit=0", 400, "invalid_request", "limit")]
    [InlineData("GET", "admin/sessions?limit=101", 400, "invalid_request", "limit")]
    [InlineData("GET", "admin/sessions?limit=-1", 400, "invalid_request", "limit")]
    [InlineData("GET", "admin/sessions?limit=many", 400, "invalid_request", "limit")]
    [InlineData("GET", "admin/sessions?limit=1&limit=2", 400, "invalid_request", "limit")]
    [InlineData("GET", "admin/sessions?limit=99999999999999999999", 400, "invalid_request", "limit")]
    [InlineData("DELETE", "admin/owners", 400, "invalid_request", "owner")]
    [InlineData("GET", "admin/sessions/resp_never", 404, "session_not_found", null)]
    [InlineData("DELETE", "admin/sessions/resp_never", 404, "session_not_found", null)]
    public async Task What_is_not_understood_or_not_there_is_told_in_the_error_shape(string method, string path, int status, string code, string? param)
    {
        foreach (var environment in new[] { "Development", "Production" })
        {
            await using var gateway = await Nodes.StartGatewayAsync("http://127.0.0.1:1", "http://127.0.0.1:1", ("environment", environment), ("Gateway:AdminKey", Key));
            using var admin = new Caller(gateway.Url);

            var answer = await admin.SendAsync(new HttpMethod(method), path, body: null, ("x-admin-key", Key));

            Assert.Equal(status, answer.Status);
            var error = Assert.Single(answer.Json.AsObject()).Value!.AsObject();
            Assert.Equal(["message", "type", "param", "code"], error.Select(property => property.Key));
            Assert.Equal(("invalid_request_error", param, code), (error["type"]!.GetValue<string>(), error["param"]?.GetValue<string>(), error["code"]!.GetValue<string>()));
        }
    }

    [Theory]
    [InlineData("Production", null, null, 403, "admin_disabled")]
    [InlineData("Production", Key, null, 401, "admin_key_required")]
    [InlineData("Production", Key, "0123456789abcdeF", 401, "admin_key_required")]
    [InlineData("Development", Key, null, 401, "admin_key_required")]
    public async Task Every_call_of_the_administration_is_closed_without_the_key(string environment, string? set, string? sent, int status, string code)
    {
        await using var gateway = await Nodes.StartGatewayAsync("http://127.0.0.1:1", "http://127.0.0.1:1", ("environment", environment), ("Gateway:AdminKey", set));
        using var admin = new Caller(gateway.Url);
        var calls = gateway.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/admin", StringComparison.Ordinal)).ToList();
        Assert.Contains(calls, call => call.RoutePattern.RawText == "/admin/owners");

        foreach (var call in calls)
        {
            var method = Assert.Single(call.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods);
            var answer = await admin.SendAsync(new HttpMethod(method), call.RoutePattern.RawText!.TrimStart('/').Replace("{id}", "x", StringComparison.Ordinal).Replace("{**id}", "x", StringComparison.Ordinal), body: null, sent is null ? [] : [("x-admin-key", sent)]);

            Assert.Equal((call.RoutePattern.RawText, status, code), (call.RoutePattern.RawText, answer.Status, answer.Json["error"]!["code"]!.GetValue<string>()));
        }
    }

    [Fact]
    public async Task Store_report_tells_what_is_in_this_replicas_memory()
    {
        await using var world = await StartAsync();
        using var caller = IdWorld.Call(world.Gateway);
        using var admin = new Caller(world.Gateway.Url);
        Golden.AssertSame("""{ "cached_ids": 0, "waiting_writes": 0, "lost_writes": 0 }""", (await admin.GetAsync("admin/store")).Text);

        await caller.SayAsync("Hi");

        // The response and its message; another replica has not heard of them.
        Golden.AssertSame("""{ "cached_ids": 1, "waiting_writes": 0, "lost_writes": 0 }""", (await admin.GetAsync("admin/store")).Text);
        using var elsewhere = new Caller((await world.StartReplicaAsync()).Url);
        Golden.AssertSame("""{ "cached_ids": 0, "waiting_writes": 0, "lost_writes": 0 }""", (await elsewhere.GetAsync("admin/store")).Text);
    }

    [Fact]
    public async Task Backends_are_shown_with_the_sessions_that_they_hold()
    {
        await using var world = await StartAsync();
        using var caller = IdWorld.Call(world.Gateway);
        using var admin = new Caller(world.Gateway.Url);
        var first = await caller.SayAsync("Hi");
        for (var turn = 0; turn < 4; turn++)
            await caller.SayAsync("Hi", first.Id);
        Answer[] all = [first, await caller.SayAsync("Hi"), await caller.SayAsync("Hi")];

        var backends = (await admin.GetAsync("admin/backends")).Json["backends"]!.AsArray();

        Assert.Equal(2, backends.Count);
        foreach (var backend in backends)
            Assert.Equal(all.Count(answer => answer.Header("x-backend-id") == backend!["id"]!.GetValue<string>()), backend!["sessions"]!.GetValue<int>());
    }

    /// <summary>Open to operators, and an hour ahead of the ids: no replica waits for one that another may be making.</summary>
    internal static Task<IdWorld> StartAsync(params (string Name, string? Value)[] settings) => IdWorld.StartAsync(TimeAhead.AnHour, settings: [("environment", "Development"), .. settings]);

    internal static string ItemOf(Answer answer) => answer.Json["output"]![0]!["id"]!.GetValue<string>();

    internal static async Task<IReadOnlyList<string>> ListAsync(Caller admin, string query, params (string Name, string Value)[] headers)
    {
        var answer = await admin.SendAsync(HttpMethod.Get, $"admin/sessions?{query}", body: null, headers);
        Assert.True(answer.Status == 200, answer.Text);
        return SessionsOf(answer.Json);
    }

    private static IReadOnlyList<string> SessionsOf(JsonNode page) => [.. page["sessions"]!.AsArray().Select(session => session!["session"]!.GetValue<string>())];
}
