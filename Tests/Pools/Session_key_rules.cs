using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Pools;

/// <summary>Session keys of a pool that no request or answer could ever have stop the start.</summary>
public sealed class Session_key_rules
{
    public static TheoryData<string, string> Faults => new()
    {
        { """{ "path": "/openai/v1/threads/{thread_id}" }""", "'/openai/v1/threads' begins with a path family, which is read for itself: write what follows it, such as /threads/{thread_id}" },
        { """{ "path": "/OpenAI/threads/{thread_id}" }""", "'/OpenAI/threads' begins with a path family, which is read for itself: write what follows it, such as /threads/{thread_id}" },
        { """{ "path": "/v1/threads/runs" }""", "'/v1/threads/runs' begins with a path family, which is read for itself: write what follows it, such as /threads/{thread_id}" },
        { """{ "path": "/api/projects/p/threads/{thread_id}" }""", "'/api/projects/p/threads' begins with a path family, which is read for itself: write what follows it, such as /threads/{thread_id}" },
        { """{ "path": "/responses/{id}" }""", "'/responses' is built in" },
        { """{ "path": "/Conversations/x/{id}" }""", "'/Conversations/x' is built in" },
        { """{ "field": "id" }""", "'id' is read by the gateway itself" },
        { """{ "field": "conversation" }""", "'conversation' is read by the gateway itself" },
        { """{ "field": "previous_response_id" }""", "'previous_response_id' is read by the gateway itself" },
        { """{ "field": "input" }""", "'input' is read by the gateway itself" },
        { """{ "field": "tools" }""", "'tools' is read by the gateway itself" },
        { """{ "field": "model" }""", "'model' is read by the gateway itself" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Key_that_can_never_match_is_named_by_its_place(string key, string fault) =>
        Assert.Equal([$"pools[0].sessionAware.keys[1]: {fault}"], await PoolsText.FaultsOfAsync(Pools(key), ("Backends:a:Url", "http://127.0.0.1:1")));

    [Theory]
    [InlineData("""{ "path": "/openai-threads/{thread_id}" }""")]
    [InlineData("""{ "path": "/v1beta/{x}" }""")]
    [InlineData("""{ "path": "/api/{x}" }""")]
    [InlineData("""{ "field": "ID" }""")]
    [InlineData("""{ "field": "thread.id" }""")]
    public async Task Key_that_looks_alike_is_one(string key)
    {
        await using var gateway = await Nodes.StartGatewayAsync([new("Gateway:PoolsFile", PoolsText.Write(Pools(key))), new("Backends:a:Url", "http://127.0.0.1:1")]);

        Assert.NotEmpty(gateway.Url);
    }

    private static string Pools(string key) => $$"""
        {
          "backends": [ { "name": "a" } ],
          "pools": [ { "name": "p", "properties": { "pool": { "services": [ { "id": "/backends/a" } ] } }, "sessionAware": { "affinity": "ids", "keys": [ { "field": "thread_id" }, {{key}} ] } } ],
          "apis": [ { "name": "x", "properties": { "path": "x" }, "sessionAware": { "pool": "p" } } ]
        }
        """;
}
