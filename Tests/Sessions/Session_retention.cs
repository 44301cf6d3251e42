using Microsoft.AspNetCore.Http;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Sessions;

/// <summary>What is used stays known: conversations, declared ids and headers are kept for as long again. A response is kept as long as the services keep it.</summary>
public sealed class Session_retention
{
    [Theory]
    [InlineData("GET", "conversations/conv_1", null)]
    [InlineData("GET", "conversations/conv_1/items", null)]
    [InlineData("POST", "conversations/conv_1/items", """{"items":[{"role":"user","content":"Hi"}]}""")]
    [InlineData("POST", "responses", """{"model":"m","input":"Hi","conversation":"conv_1"}""")]
    [InlineData("POST", "responses", """{"model":"m","input":"Hi","conversation":"conv_1","store":false}""")]
    [InlineData("GET", "assistants/asst_1", null)]
    [InlineData("GET", "assistants/asst_1/files", null)]
    [InlineData("POST", "chat/completions", """{"assistant_id":"asst_1"}""")]
    public async Task Id_that_is_used_daily_is_known_for_good(string method, string path, string? body)
    {
        await using var world = await StartAsync();
        using var caller = world.Call();
        Assert.Equal(200, (await caller.SendAsync(HttpMethod.Post, "pool/v1/conversations", "{}")).Status);
        Assert.Equal(200, (await caller.SendAsync(HttpMethod.Post, "pool/v1/assistants", "{}")).Status);

        for (var day = 1; day <= 62; day++)
        {
            world.Time.Advance(TimeSpan.FromDays(1.01));
            var answer = await caller.SendAsync(new HttpMethod(method), $"pool/v1/{path}", body);
            Assert.True(answer.Status == 200, $"Day {day}: {answer.Text}");
        }

        await using var replica = await world.StartReplicaAsync();
        using var there = new Caller(replica.Url);
        Assert.Equal(200, (await there.SendAsync(new HttpMethod(method), $"pool/v1/{path}", body)).Status);
    }

    [Fact]
    public async Task Header_that_is_used_daily_keeps_its_backend()
    {
        await using var world = await StartAsync();
        using var caller = world.Call();
        Task<Answer> AskAsync() => caller.SendAsync(HttpMethod.Post, "pool/v1/embeddings", "{}", ("x-session-id", "s"));
        var first = await AskAsync();

        for (var day = 1; day <= 62; day++)
        {
            world.Time.Advance(TimeSpan.FromDays(1.01));
            // Somebody else's, so that turns alone would not lead there.
            await caller.SendAsync(HttpMethod.Post, "pool/v1/embeddings", "{}");
            var answer = await AskAsync();
            Assert.Equal((first.Header("x-backend-id"), "pinned", "header"), (answer.Header("x-backend-id"), answer.Header("x-session-affinity"), answer.Header("x-session-key")));
        }
    }

    [Fact]
    public async Task What_fails_is_not_used()
    {
        await using var world = await StartAsync();
        using var caller = world.Call();
        Assert.Equal(200, (await caller.SendAsync(HttpMethod.Post, "pool/v1/conversations", "{}")).Status);
        world.Time.Advance(TimeSpan.FromDays(29));
        world["a"].Always(500);
        world["b"].Always(500);

        Assert.Equal(500, (await caller.GetAsync("pool/v1/conversations/conv_1")).Status);
        world.Time.Advance(TimeSpan.FromDays(2));

        Assert.Equal(404, (await caller.GetAsync("pool/v1/conversations/conv_1")).Status);
    }

    private static async Task<PoolWorld> StartAsync()
    {
        var world = await PoolWorld.StartAsync($$"""
            {
              "backends": [ {{PoolWorld.Backend("a", null)}}, {{PoolWorld.Backend("b", null)}} ],
              "pools": [ { "name": "pool", "properties": { "pool": { "services": [ { "id": "/backends/a" }, { "id": "/backends/b" } ] } },
                "sessionAware": { "affinity": "ids", "unknown": "reject", "keys": [ { "path": "/assistants/{assistant_id}" }, { "field": "assistant_id" }, { "header": "x-session-id" } ] } } ],
              "apis": [ { "name": "pool", "properties": { "path": "pool" }, "sessionAware": { "pool": "pool" } } ]
            }
            """);
        foreach (var backend in new[] { "a", "b" })
            world[backend].Otherwise(AnswerAsync);
        return world;
    }

    private static Task AnswerAsync(HttpContext context) => ScriptedBackend.Json(context.Request.Path.Value! switch
    {
        var path when path.EndsWith("/items", StringComparison.Ordinal) || path.EndsWith("/files", StringComparison.Ordinal) => """{"object":"list","data":[]}""",
        var path when path.Contains("conversations", StringComparison.Ordinal) => """{"id":"conv_1","object":"conversation"}""",
        var path when path.Contains("assistants", StringComparison.Ordinal) => """{"id":"asst_1","object":"assistant"}""",
        var path when path.Contains("responses", StringComparison.Ordinal) => """{"id":"resp_1","object":"response","status":"completed","output":[]}""",
        _ => """{"object":"list"}""",
    })(context);
}
