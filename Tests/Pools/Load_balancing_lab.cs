using Microsoft.Extensions.DependencyInjection;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Pools;

/// <summary>
/// The AI-Gateway lab "Backend pool load balancing", as it is deployed there: four accounts of the smallest capacity (six requests a minute), priorities 1, 2, 2 and 3,
/// weights 50 and 50, breakers on 429 and server errors, two retries. The regions are emulated and enforce their limits; time is moved by the test.
/// </summary>
public sealed class Load_balancing_lab
{
    private const string Breaker = """
        { "rules": [ { "name": "InferenceBreakerRule", "failureCondition": { "count": 1, "errorReasons": [ "Server errors" ], "interval": "PT1M", "statusCodeRanges": [ { "min": 429, "max": 429 } ] },
          "tripDuration": "PT1M", "acceptRetryAfter": true } ] }
        """;

    private const string Question = """{"messages":[{"role":"system","content":"You are a sarcastic, unhelpful assistant."},{"role":"user","content":"Can you tell me the time, please?"}]}""";

    private static readonly string[] s_regions = ["eastus", "swedencentral", "westus", "uksouth"];

    [Fact]
    public async Task Requests_spill_over_by_priority_as_regions_throttle_and_come_back()
    {
        var time = new WatchedTime();
        await using var lab = new AsyncDisposables();
        var regions = new List<WebNode>();
        foreach (var name in s_regions)
        {
            regions.Add(lab.Add(await Nodes.StartRegionAsync(
                name,
                [new("Region:EnforceRateLimits", "true"), new("Region:Deployments:0:Name", "gpt-4o-mini"), new("Region:Deployments:0:Capacity", "1")],
                services => services.AddSingleton<TimeProvider>(time))));
        }

        var gateway = lab.Add(await Nodes.StartGatewayAsync(
            [
                new("Gateway:PoolsFile", PoolsText.Write(Pools())),
                .. regions.Index().Select(region => KeyValuePair.Create($"Backends:foundry{region.Index + 1}:Url", (string?)$"{region.Item.Url}/openai")),
            ],
            services => services.AddSingleton<TimeProvider>(time)));
        using var caller = new Caller(gateway.Url);

        async Task<string> PhaseAsync(string what, int requests)
        {
            List<(int Status, string? Region)> answers = [];
            for (var number = 0; number < requests; number++)
            {
                var answer = await caller.SendAsync(HttpMethod.Post, "inference/openai/deployments/gpt-4o-mini/chat/completions?api-version=2025-03-01-preview", Question);
                answers.Add((answer.Status, answer.Header("x-backend-region")));
            }

            var distribution = string.Join(", ", answers.CountBy(answer => answer.Status == 200 ? answer.Region! : $"{answer.Status}").Select(count => $"{count.Key} {count.Value}"));
            TestContext.Current.TestOutputHelper?.WriteLine($"{what}: {requests} requests: {distribution}");
            return distribution;
        }

        // Nobody ever sees a 429: each is retried, and the last region takes what is left.
        Assert.Equal("eastus 6", await PhaseAsync("within the first priority's limit", 6));
        Assert.Equal("swedencentral 6, westus 6", await PhaseAsync("the first priority throttles", 12));
        Assert.Equal("uksouth 6", await PhaseAsync("both of the second priority throttle", 6));
        Assert.Equal("503 2", await PhaseAsync("all throttle", 2));

        var refused = await caller.SendAsync(HttpMethod.Post, "inference/openai/deployments/gpt-4o-mini/chat/completions?api-version=2025-03-01-preview", Question);
        Assert.Equal(("60", "backend_unavailable"), (refused.Header("Retry-After"), refused.Json["error"]!["code"]!.GetValue<string>()));

        time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal("503 1", await PhaseAsync("just before the limits' minute has passed", 1));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("eastus 6, westus 1", await PhaseAsync("a minute later all are back, the first priority first", 7));

        // A region that is out trips for a minute by the rule's own duration; the others go on by priority.
        using var control = new Caller(regions[2].Url);
        await control.OrderAsync(new { kind = "outage" });
        Assert.Equal("swedencentral 5", await PhaseAsync("one of the second priority is out, its partner serves", 5));
        await control.LiftAsync();
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("eastus 6, swedencentral 3, westus 3", await PhaseAsync("a minute later it is back in turn", 12));
    }

    private static string Pools() => $$"""
        {
          "backends": [ {{string.Join(", ", Enumerable.Range(1, 4).Select(number => PoolWorld.Backend($"foundry{number}", Breaker)))}} ],
          "pools": [ { "name": "inference-backend-pool", "properties": { "description": "Load balancer for multiple inference endpoints", "pool": { "services": [
            { "id": "/backends/foundry1", "priority": 1 }, { "id": "/backends/foundry2", "priority": 2, "weight": 50 },
            { "id": "/backends/foundry3", "priority": 2, "weight": 50 }, { "id": "/backends/foundry4", "priority": 3 } ] } } } ],
          "apis": [ { "name": "inference", "properties": { "path": "inference/openai" }, "sessionAware": { "pool": "inference-backend-pool", "retry": { "count": 2, "interval": "PT0S", "firstFastRetry": true } } } ]
        }
        """;

    private sealed class AsyncDisposables : IAsyncDisposable
    {
        private readonly Stack<IAsyncDisposable> _all = new();

        public T Add<T>(T one)
            where T : IAsyncDisposable
        {
            _all.Push(one);
            return one;
        }

        public async ValueTask DisposeAsync()
        {
            while (_all.TryPop(out var one))
                await one.DisposeAsync();
        }
    }
}
