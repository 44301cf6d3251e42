using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;

namespace SessionAware.Tests.Worlds;

/// <summary>Scripted backends and a gateway over them, in a time that only the test moves.</summary>
public sealed class PoolWorld : IAsyncDisposable
{
    /// <summary>Trips at the first 429 or server error for a minute, or for as long as the answer asks.</summary>
    public const string Breaker = """
        { "rules": [ { "name": "throttled", "failureCondition": { "count": 1, "interval": "PT1M", "statusCodeRanges": [ { "min": 429, "max": 429 }, { "min": 500, "max": 599 } ] },
          "tripDuration": "PT1M", "acceptRetryAfter": true } ] }
        """;

    private readonly Dictionary<string, ScriptedBackend> _backends = [];

    public WatchedTime Time { get; } = new();

    public WebNode Gateway { get; private set; } = null!;

    /// <summary>What the gateway has logged, each as "Level: message".</summary>
    public IReadOnlyList<string> Log => [.. Gateway.App.Services.GetFakeLogCollector().GetSnapshot().Select(record => $"{record.Level}: {record.Message}")];

    /// <summary>The pools file; write it to change it.</summary>
    public string PoolsFile { get; private set; } = "";

    public ScriptedBackend this[string backend] => _backends[backend];

    /// <summary>Starts a backend for each entry of <paramref name="pools"/> that has one, and the gateway.</summary>
    public static async Task<PoolWorld> StartAsync(string pools, params (string Name, string? Value)[] settings)
    {
        var world = new PoolWorld { PoolsFile = PoolsText.Write(pools) };
        foreach (var entry in JsonNode.Parse(pools)!["backends"]!.AsArray())
        {
            var name = entry!["name"]!.GetValue<string>();
            world._backends[name] = await ScriptedBackend.StartAsync(name);
        }

        await world.StartGatewayAsync(settings);
        return world;
    }

    /// <summary>One pool named <c>pool</c>, at <c>/pool</c>, over two backends <c>a</c> and <c>b</c> with this breaker.</summary>
    public static Task<PoolWorld> OfTwoAsync(
        string? breaker = Breaker, string? retry = null, string pool = "", params (string Name, string? Value)[] settings) => StartAsync(
        $$"""
        {
          "backends": [ {{Backend("a", breaker)}}, {{Backend("b", breaker)}} ],
          "pools": [ { "name": "pool", "properties": { "pool": { "services": [ { "id": "/backends/a" }, { "id": "/backends/b" } ] {{pool}} } } } ],
          "apis": [ { "name": "pool", "properties": { "path": "pool" }, "sessionAware": { "pool": "pool" {{(retry is null ? "" : $", \"retry\": {retry}")}} } } ]
        }
        """,
        settings);

    /// <summary>An entry of <c>backends</c>.</summary>
    public static string Backend(string name, string? breaker) =>
        $$"""{ "name": "{{name}}" {{(breaker is null ? "" : $$""", "properties": { "circuitBreaker": {{breaker}} }""")}} }""";

    public Caller Call(bool cookies = false) => new(Gateway.Url, cookies);

    /// <summary>A backend's entry in <c>/admin/backends</c>.</summary>
    public async Task<JsonNode> StateOfAsync(string backend)
    {
        using var caller = Call();
        return (await caller.GetAsync($"admin/backends/{backend}")).Json;
    }

    public async Task DrainAsync(string backend)
    {
        using var caller = Call();
        Assert.Equal(200, (await caller.SendAsync(HttpMethod.Post, $"admin/backends/{backend}/drain")).Status);
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        foreach (var backend in _backends.Values)
            await backend.DisposeAsync();
    }

    /// <summary>Another gateway over the same backends and the same store, and over these pools where they are others.</summary>
    public Task<WebNode> StartReplicaAsync(string? pools = null) => StartNodeAsync(
        [("Gateway:PoolsFile", pools is null ? PoolsFile : PoolsText.Write(pools)), ("Gateway:Sessions:File", Gateway.App.Configuration["Gateway:Sessions:File"])]);

    private async Task StartGatewayAsync((string Name, string? Value)[] settings) => Gateway = await StartNodeAsync([("Gateway:PoolsFile", PoolsFile), .. settings]);

    private Task<WebNode> StartNodeAsync((string Name, string? Value)[] settings)
    {
        var all = _backends.Values.ToDictionary(backend => $"Backends:{backend.Name}:Url", backend => (string?)backend.Url);
        all["environment"] = "Development";
        foreach (var (name, value) in settings)
            all[name] = value;
        return Nodes.StartGatewayAsync(all, services => services.AddSingleton<TimeProvider>(Time).AddFakeLogging());
    }
}
