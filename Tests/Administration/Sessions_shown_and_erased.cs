using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using SessionAware.Gateway.Sessions;
using SessionAware.Tests.Owners;
using SessionAware.Tests.SessionStores;
using SessionAware.Tests.Sessions;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Administration;

/// <summary>Whatever the list of sessions shows can be shown and erased, and what is asked wrongly is answered as the API answers it.</summary>
public sealed class Sessions_shown_and_erased
{
    private const string Key = "0123456789abcdef";

    [Theory]
    [InlineData("pool/thread_id/thread_abc")]
    [InlineData("pool%2Fthread_id%2fthread_abc")]
    [InlineData("thread_abc")]
    public async Task Declared_id_is_found_by_its_name_and_by_its_last_part(string form)
    {
        await using var world = await AdminWorld.StartAsync(""" "keys": [ { "path": "/threads/{thread_id}" }, { "field": "other" } ] """);
        await world.MakeAsync("threads", """{"id":"thread_abc","object":"thread"}""");
        await world.MakeAsync("threads", """{"id":"thread_abcd","object":"thread"}""");

        Assert.Equal(["pool/thread_id/thread_abc", "pool/thread_id/thread_abcd"], (await world.ListAsync()).Order());
        Assert.Equal(["pool/thread_id/thread_abc"], await world.ListAsync($"?id={form}"));
        Assert.Equal("pool/thread_id/thread_abc", (await world.Admin.GetAsync($"admin/sessions/{form}")).Json["session"]!.GetValue<string>());
        Assert.Equal(1, await world.EraseAsync(form));
        Assert.Equal(["pool/thread_id/thread_abcd"], await world.ListAsync());
    }

    [Fact]
    public async Task Id_of_any_letters_is_found_as_it_is_written_in_a_path()
    {
        const string id = "a%b c/d?e#Ω";
        await using var world = await AdminWorld.StartAsync(""" "keys": [ { "path": "/threads/{thread_id}" } ] """);
        await world.MakeAsync("threads", new JsonObject { ["id"] = id }.ToJsonString());

        Assert.Equal($"pool/thread_id/{id}", (await world.Admin.GetAsync($"admin/sessions/{Uri.EscapeDataString(id)}")).Json["session"]!.GetValue<string>());
        Assert.Equal(1, await world.EraseAsync(Uri.EscapeDataString($"pool/thread_id/{id}")));
    }

    [Fact]
    public async Task Session_that_only_encrypted_content_or_a_header_tells_is_shown_and_erased()
    {
        await using var world = await AdminWorld.StartAsync(""" "keys": [ { "header": "x-session-id" } ] """);
        var response = SessionIds.NewResponse();
        await world.MakeAsync(
            "responses", $$"""{"id":"{{response}}","object":"response","status":"completed","store":false,"output":[{"id":"rs_1","type":"reasoning","encrypted_content":"abc"}]}""", ("x-session-id", "s"));

        var sessions = await world.ListAsync();

        Assert.Equal(2, sessions.Count);
        Assert.Contains(response, sessions);
        Assert.Contains(sessions, session => session.StartsWith("pool/x-session-id/", StringComparison.Ordinal));
        foreach (var session in sessions)
        {
            Assert.Equal(session, (await world.Admin.GetAsync($"admin/sessions/{session}")).Json["session"]!.GetValue<string>());
            Assert.Equal(1, await world.EraseAsync(session));
        }

        Assert.Empty(await world.ListAsync());
    }

    [Fact]
    public async Task Compactions_that_continue_nothing_are_sessions_of_their_own_and_so_is_what_continues_them()
    {
        await using var world = await AdminWorld.StartAsync();
        foreach (var name in new[] { "a", "b" })
        {
            await world.MakeAsync("responses/compact", $$"""{"id":"resp_{{name}}","object":"response.compaction","output":[{"id":"cmp_{{name}}","type":"compaction","encrypted_content":"{{name}}"}]}""");
            await world.SayAsync($$"""{"model":"m","input":[{"type":"compaction","encrypted_content":"{{name}}"}]}""", $$"""{"id":"resp_after_{{name}}","object":"response","status":"completed","output":[]}""");
        }

        // The content and the response that it leads to.
        Assert.Equal(2, await world.EraseAsync("resp_after_a"));
        Assert.Equal(200, (await world.Admin.GetAsync("admin/sessions/resp_after_b")).Status);
        foreach (var session in await world.ListAsync())
            Assert.NotEqual(0, await world.EraseAsync(session));
        Assert.Empty(await world.ListAsync());
    }

    [Theory]
    [InlineData("Development")]
    [InlineData("Production")]
    public async Task What_is_asked_wrongly_is_answered_in_the_apis_own_shape(string environment)
    {
        await using var world = await AdminWorld.StartAsync(settings: [("environment", environment), ("Gateway:AdminKey", Key)]);
        (string Method, string Path, int Status, string Code, string? Param)[] rows =
        [
            ("GET", "sessions?limit=abc", 400, "invalid_request", "limit"),
            ("GET", "sessions?limit=", 400, "invalid_request", "limit"),
            ("GET", "sessions?limit=0", 400, "invalid_request", "limit"),
            ("GET", "sessions?limit=101", 400, "invalid_request", "limit"),
            ("GET", "sessions?limit=99999999999", 400, "invalid_request", "limit"),
            ("GET", "sessions?after=resp_never", 400, "invalid_request", "after"),
            ("GET", "sessions/resp_never", 404, "session_not_found", null),
            ("DELETE", "sessions/resp_never", 404, "session_not_found", null),
            ("DELETE", "sessions", 404, "session_not_found", null),
            ("DELETE", "sessions/", 404, "session_not_found", null),
            ("DELETE", "owners", 400, "invalid_request", "owner"),
            ("DELETE", "owners?owner=", 400, "invalid_request", "owner"),
            ("DELETE", "owners?owner=&anonymous=false", 400, "invalid_request", "owner"),
            ("DELETE", "owners?anonymous=maybe", 400, "invalid_request", "anonymous"),
            ("DELETE", "owners?owner=subscription:a&anonymous=true", 400, "invalid_request", "anonymous"),
        ];

        foreach (var (method, path) in new[] { ("POST", "sessions"), ("GET", "nothing"), ("GET", ""), ("PUT", "owners") })
        {
            var unknown = await world.Admin.SendAsync(new HttpMethod(method), $"admin/{path}", body: null, ("x-admin-key", Key));
            Assert.Equal((path, 404, "api_not_found"), (path, unknown.Status, unknown.Json["error"]!["code"]!.GetValue<string>()));
        }

        foreach (var (method, path, status, code, param) in rows)
        {
            var answer = await world.Admin.SendAsync(new HttpMethod(method), $"admin/{path}", body: null, ("x-admin-key", Key));
            var error = answer.Json["error"]!;
            Assert.Equal((method, path, status, code, param), (method, path, answer.Status, error["code"]!.GetValue<string>(), error["param"]?.GetValue<string>()));
            var closed = await world.Admin.SendAsync(new HttpMethod(method), $"admin/{path}");
            Assert.Equal((path, 401, "admin_key_required"), (path, closed.Status, closed.Json["error"]!["code"]!.GetValue<string>()));
        }
    }

    [Fact]
    public async Task Store_that_cannot_be_opened_is_an_error_like_any_other()
    {
        var file = Path.Combine(Scratch.Folder("sessions"), "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        await using var gateway = await Nodes.StartGatewayAsync(
            "http://127.0.0.1:1", "http://127.0.0.1:1", ("environment", "Development"), ("Gateway:PoolsFile", PoolsText.Write(["plain"])), ("Gateway:Sessions:File", Path.Combine(file, "sessions.db")));
        using var admin = new Caller(gateway.Url);

        var answer = await admin.GetAsync("admin/sessions");

        Assert.Equal((503, "store_unavailable"), (answer.Status, answer.Json["error"]!["code"]!.GetValue<string>()));
    }

    [Fact]
    public async Task What_fails_in_the_gateway_itself_is_an_error_like_any_other_and_no_developers_page()
    {
        await using var gateway = await OwnersWorld.StartGatewayAsync(
            "http://127.0.0.1:1", "http://127.0.0.1:1", [("environment", "Development")], services => services.AddSingleton<ISessionStore, OwnStore>());
        using var admin = new Caller(gateway.Url);

        var answer = await admin.SendAsync(HttpMethod.Get, "admin/sessions", body: null, ("x-request-id", "mine"));

        Assert.Equal((500, "internal_error", "mine"), (answer.Status, answer.Json["error"]!["code"]!.GetValue<string>(), answer.Header("x-request-id")));
    }

    [Fact]
    public async Task What_was_made_while_everybody_was_let_in_is_erased_only_where_that_is_said()
    {
        await using var world = await AdminWorld.StartAsync();
        await world.MakeAsync("conversations", """{"id":"conv_1","object":"conversation"}""");

        Assert.Equal(400, (await world.Admin.SendAsync(HttpMethod.Delete, "admin/owners?owner=")).Status);
        Assert.Single(await world.ListAsync());
        var erased = await world.Admin.SendAsync(HttpMethod.Delete, "admin/owners?anonymous=true");

        Assert.Equal((200, 1), (erased.Status, erased.Json["erased_ids"]!.GetValue<int>()));
        Assert.Empty(await world.ListAsync());
    }

    [Fact]
    public async Task List_goes_on_after_the_last_session_that_it_showed()
    {
        await using var world = await AdminWorld.StartAsync();
        foreach (var conversation in new[] { "conv_1", "conv_2", "conv_3" })
            await world.MakeAsync("conversations", $$"""{"id":"{{conversation}}","object":"conversation"}""");
        List<string> seen = [];

        for (var after = ""; seen.Count < 3; after = $"&after={seen[^1]}")
            seen.AddRange(await world.ListAsync($"?limit=1{after}"));

        Assert.Equal(["conv_1", "conv_2", "conv_3"], seen.Order());
        Assert.Empty(await world.ListAsync($"?after={seen[^1]}"));
        // A session that is there, but not among those that are asked for.
        Assert.Equal(400, (await world.Admin.GetAsync($"admin/sessions?owner=subscription:a&after={seen[0]}")).Status);
    }
}
