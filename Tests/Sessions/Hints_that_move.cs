using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;
using SessionAware.Tests.SessionStores;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Sessions;

/// <summary>Hints keep requests together that name no state: where the backend cannot serve, another may, and is the session's from then on.</summary>
public sealed class Hints_that_move
{
    private const string Header = "x-session-id";
    private const string HeaderKey = $$""" "keys": [ { "header": "{{Header}}" } ] """;
    private const string Cookie = """, "sessionAffinity": { "sessionId": { "source": "cookie" } }""";

    [Fact]
    public async Task Header_whose_backend_is_tripped_moves_and_stays_where_it_moved()
    {
        await using var world = await StartAsync(HeaderKey);
        using var caller = world.Call();
        var first = await SayAsync(caller, "s");
        var home = first.Header("x-backend-id")!;
        Assert.Equal((home, "pinned", "header"), Describe(await SayAsync(caller, "s")));
        await TripAsync(world, caller, home);

        var moved = await SayAsync(caller, "s");

        Assert.Equal((200, Other(home), "moved", "header"), (moved.Status, moved.Header("x-backend-id"), moved.Header("x-session-affinity"), moved.Header("x-session-key")));
        world.Time.Advance(TimeSpan.FromMinutes(2));
        for (var turn = 0; turn < 3; turn++)
            Assert.Equal((Other(home), "pinned", "header"), Describe(await SayAsync(caller, "s")));
        await using var replica = await world.StartReplicaAsync();
        using var there = new Caller(replica.Url);
        Assert.Equal((Other(home), "pinned", "header"), Describe(await SayAsync(there, "s")));
    }

    [Fact]
    public async Task Header_that_one_replica_has_moved_points_there_for_another_that_has_it_in_memory()
    {
        await using var world = await StartAsync(HeaderKey);
        using var caller = world.Call();
        await using var replica = await world.StartReplicaAsync();
        using var there = new Caller(replica.Url);
        var home = (await SayAsync(caller, "s")).Header("x-backend-id")!;
        Assert.Equal((home, "pinned", "header"), Describe(await SayAsync(there, "s")));
        await TripAsync(world, caller, home);
        Assert.Equal((Other(home), "moved", "header"), Describe(await SayAsync(caller, "s")));

        Assert.Equal((Other(home), "pinned", "header"), Describe(await SayAsync(there, "s")));
    }

    [Fact]
    public async Task Header_in_memory_points_where_it_pointed_while_the_store_cannot_be_read()
    {
        await using var world = await OutageWorld.StartAsync(settings: ("Gateway:PoolsFile", IdPools.Write(HeaderKey)));
        using var caller = IdWorld.Call(world.Gateway, "pool");
        await world.RecordElsewhereAsync(turns: 300);
        Task<Answer> HelloAsync() => caller.SendAsync(HttpMethod.Post, "openai/v1/responses", new { model = "gpt-4o-mini", input = "Hi" }, (Header, "s"));
        var home = (await HelloAsync()).Header("x-backend-id");
        Assert.Equal((home, "pinned", "header"), Describe(await HelloAsync()));
        world.Corrupt();

        for (var turn = 0; turn < 3; turn++)
            Assert.Equal((home, "pinned", "header"), Describe(await HelloAsync()));
    }

    [Fact]
    public async Task Header_whose_backend_has_left_the_pool_begins_anew()
    {
        await using var world = await StartAsync(HeaderKey);
        using var caller = world.Call();
        var first = await SayAsync(caller, "s");
        var home = first.Header("x-backend-id")!;
        await using var replica = await world.StartReplicaAsync(Pools(HeaderKey, without: home));
        using var there = new Caller(replica.Url);

        var anew = await SayAsync(there, "s");

        Assert.Equal((200, Other(home), "new"), (anew.Status, anew.Header("x-backend-id"), anew.Header("x-session-affinity")));
        Assert.Equal((Other(home), "pinned", "header"), Describe(await SayAsync(there, "s")));
    }

    [Fact]
    public async Task State_stays_where_it_is_whatever_a_hint_says()
    {
        await using var world = await StartAsync(HeaderKey);
        using var caller = world.Call();
        var first = await SayAsync(caller, "s");
        await TripAsync(world, caller, first.Header("x-backend-id")!);

        var second = await SayAsync(caller, "s", first.Id);

        Assert.Equal((503, "session_unavailable"), (second.Status, second.Json["error"]!["code"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Cookie_beside_ids_is_a_hint_that_moves_too()
    {
        await using var world = await StartAsync(""" "recordContent": false """, Cookie);
        using var caller = world.Call(cookies: true);
        var first = await SayAsync(caller);
        var home = first.Header("x-backend-id")!;
        Assert.Equal((home, "pinned", "cookie"), Describe(await SayAsync(caller)));
        await TripAsync(world, caller, home);

        Assert.Equal((Other(home), "moved", "cookie"), Describe(await SayAsync(caller)));
        world.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal((Other(home), "pinned", "cookie"), Describe(await SayAsync(caller)));
    }

    [Fact]
    public async Task First_requests_of_one_header_at_once_agree_on_what_the_store_accepted()
    {
        await using var world = await StartAsync(HeaderKey);
        using var caller = world.Call();
        var (both, arrived) = (new TaskCompletionSource(), 0);
        RequestDelegate hold = async context =>
        {
            if (Interlocked.Increment(ref arrived) == 2)
                both.SetResult();
            await both.Task;
            await AnswerAsync(context);
        };
        world["a"].Next(hold);
        world["b"].Next(hold);

        var answers = await Task.WhenAll(SayAsync(caller, "s"), SayAsync(caller, "s"));

        Assert.Equal(["a", "b"], answers.Select(answer => answer.Header("x-backend-id")!).Order());
        var stored = await world.Gateway.App.Services.GetRequiredService<ISessionStore>().FindAsync(SessionId.Header("pool", Header, "\ns"), "", TestContext.Current.CancellationToken);
        for (var turn = 0; turn < 3; turn++)
            Assert.Equal((stored!.Backend, "pinned", "header"), Describe(await SayAsync(caller, "s")));
    }

    private static async Task<PoolWorld> StartAsync(string behavior, string cookie = "")
    {
        var world = await PoolWorld.StartAsync(Pools(behavior, cookie: cookie));
        world["a"].Otherwise(AnswerAsync);
        world["b"].Otherwise(AnswerAsync);
        return world;
    }

    private static async Task TripAsync(PoolWorld world, Caller caller, string backend)
    {
        world[backend].Next(500);
        Answer answer;
        do
            answer = await SayAsync(caller);
        while (answer.Status != 500);
    }

    private static Task AnswerAsync(HttpContext context) =>
        ScriptedBackend.Json($$"""{"id":"{{SessionIds.NewResponse()}}","object":"response","status":"completed","output":[]}""")(context);

    private static Task<Answer> SayAsync(Caller caller, string? session = null, string? previous = null) => caller.SendAsync(
        HttpMethod.Post, "pool/v1/responses", new { model = "m", input = "Hi", previous_response_id = previous }, session is null ? [] : [(Header, session)]);

    private static (string?, string?, string?) Describe(Answer answer) => (answer.Header("x-backend-id"), answer.Header("x-session-affinity"), answer.Header("x-session-key"));

    private static string Other(string backend) => backend == "a" ? "b" : "a";

    private static string Pools(string behavior, string without = "", string cookie = "") => $$"""
        {
          "backends": [ {{PoolWorld.Backend("a", PoolWorld.Breaker)}}, {{PoolWorld.Backend("b", PoolWorld.Breaker)}} ],
          "pools": [ { "name": "pool", "properties": { "pool": { "services": [ {{string.Join(", ", new[] { "a", "b" }.Where(name => name != without).Select(name => $$"""{ "id": "/backends/{{name}}" }"""))}} ] {{cookie}} } },
            "sessionAware": { "affinity": "ids", {{behavior}} } } ],
          "apis": [ { "name": "pool", "properties": { "path": "pool" }, "sessionAware": { "pool": "pool" } } ]
        }
        """;
}
