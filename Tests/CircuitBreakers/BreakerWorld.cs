using System.Text.Json.Nodes;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.CircuitBreakers;

/// <summary>One backend, named <c>a</c>, with a circuit breaker, alone in the pool at <c>/pool</c>.</summary>
internal sealed class BreakerWorld : IAsyncDisposable
{
    /// <summary>The condition of a rule for 429 alone.</summary>
    public const string Throttled = """ "statusCodeRanges": [ { "min": 429, "max": 429 } ] """;

    private readonly PoolWorld _world;

    private BreakerWorld(PoolWorld world) => _world = world;

    public ScriptedBackend Backend => _world["a"];

    public WatchedTime Time => _world.Time;

    public string Url => _world.Gateway.Url;

    public IReadOnlyList<string> Log => _world.Log;

    /// <summary>Starts it with a rule of this failure condition.</summary>
    public static async Task<BreakerWorld> StartAsync(
        string condition, string tripDuration = "PT1M", string more = "", bool affinity = false, (string Name, string? Value)[]? settings = null)
    {
        var rule = $$"""{ "rules": [ { "name": "rule", "failureCondition": { {{condition}} }, "tripDuration": "{{tripDuration}}" {{(more.Length > 0 ? "," + more : "")}} } ] }""";
        return new(await PoolWorld.StartAsync(
            $$"""
            {
              "backends": [ {{PoolWorld.Backend("a", rule)}} ],
              "pools": [ { "name": "pool", "properties": { "pool": { "services": [ { "id": "/backends/a" } ]
                {{(affinity ? """, "sessionAffinity": { "sessionId": { "source": "cookie" } }""" : "")}} } } } ],
              "apis": [ { "name": "pool", "properties": { "path": "pool" }, "sessionAware": { "pool": "pool" } } ]
            }
            """,
            settings ?? []));
    }

    public Caller Call(bool cookies = false) => _world.Call(cookies);

    /// <summary>Sends a request for each status that the backend is told to answer (0: none), or one that it answers as it likes.</summary>
    public async Task<List<int>> AskAsync(params int[] statuses)
    {
        using var caller = Call();
        List<int> answers = [];
        foreach (var status in statuses.DefaultIfEmpty(0))
        {
            if (status > 0)
                Backend.Next(status);
            answers.Add((await caller.GetAsync("pool")).Status);
        }

        return answers;
    }

    /// <summary>The backend as <c>/admin/backends/a</c> tells of it.</summary>
    public Task<JsonNode> DescribeAsync() => _world.StateOfAsync("a");

    public async Task<string> StateAsync() => (await DescribeAsync())["state"]!.GetValue<string>();

    public async Task<(int Requests, int Failures, string State)> WindowAsync()
    {
        var state = await DescribeAsync();
        var breaker = state["circuit_breaker"]!;
        return (breaker["requests_in_window"]!.GetValue<int>(), breaker["failures_in_window"]!.GetValue<int>(), state["state"]!.GetValue<string>());
    }

    /// <summary>A 429 with this Retry-After keeps the backend out for exactly so long.</summary>
    public async Task AssertTrippedForAsync(string retryAfter, int seconds)
    {
        Backend.Next(429, ("Retry-After", retryAfter));
        Assert.Equal([429], await AskAsync());
        Time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
        Assert.Equal([503], await AskAsync());
        Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal([200], await AskAsync());
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();
}
