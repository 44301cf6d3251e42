using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using SessionAware.Tests.ApimDoor;
using SessionAware.Tests.Infra;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.ApimPolicies;

/// <summary>Two backends, and before them API Management's stand-in and the local gateway side by side, over one pools file.</summary>
public sealed class DoorWorld : IAsyncDisposable
{
    public const string Key = Nodes.ApiKey;
    public const string Token = "a-token-of-the-managed-identity";

    /// <summary>Pools without breakers, and APIs with one retry rule each.</summary>
    public const string Pools = """
        {
          "backends": [ { "name": "eastus2", "properties": { "azureRegion": "eastus2" } }, { "name": "westus", "properties": { "azureRegion": "westus" } } ],
          "pools": [
            { "name": "plain", "properties": { "pool": { "services": [ { "id": "/backends/eastus2" }, { "id": "/backends/westus" } ] } } },
            { "name": "cookies", "properties": { "pool": {
              "services": [ { "id": "/backends/eastus2" }, { "id": "/backends/westus" } ], "sessionAffinity": { "sessionId": { "source": "cookie", "name": "of-the-pool" } } } } }
          ],
          "apis": [
            { "name": "no-affinity", "properties": { "path": "no-affinity" }, "sessionAware": { "pool": "plain", "retry": { "count": 2, "interval": "PT0S", "firstFastRetry": true } } },
            { "name": "cookie-affinity", "properties": { "path": "cookie-affinity" }, "sessionAware": { "pool": "cookies" } },
            { "name": "cookie-retried", "properties": { "path": "cookie-retried" }, "sessionAware": { "pool": "cookies", "retry": { "count": 2 } } },
            { "name": "ranges", "properties": { "path": "ranges" }, "sessionAware": { "pool": "plain",
              "retry": { "count": 1, "condition": { "statusCodeRanges": [ { "min": 408, "max": 408 }, { "min": 500, "max": 502 } ] } } } },
            { "name": "slow", "properties": { "path": "slow" }, "sessionAware": { "pool": "plain", "retry": { "count": 3, "interval": "PT1M2S" } } },
            { "name": "fast-first", "properties": { "path": "fast-first" }, "sessionAware": { "pool": "plain", "retry": { "count": 3, "interval": "PT2S", "firstFastRetry": true } } }
          ]
        }
        """;

    private readonly List<IAsyncDisposable> _parts = [];
    private readonly ConcurrentQueue<Asked> _asked = [];
    private readonly ConcurrentQueue<RequestDelegate> _answers = [];

    public WatchedTime Time { get; } = new();

    public Door Door { get; private set; } = null!;

    public WebNode Gateway { get; private set; } = null!;

    /// <summary>The addresses of both, the door's first.</summary>
    public IReadOnlyList<string> Urls => [Door.Url, Gateway.Url];

    /// <summary>What backends were asked since this was last read.</summary>
    public IReadOnlyList<Asked> TakeAsked()
    {
        IReadOnlyList<Asked> all = [.. _asked];
        _asked.Clear();
        return all;
    }

    /// <summary>Starts everything; <paramref name="change"/> changes the policies' texts.</summary>
    public static async Task<DoorWorld> StartAsync(Func<string, string>? change = null, params (string Name, string? Value)[] settings)
    {
        Bicep.SkipWhereMissing();
        var preview = await AzurePreview.OfAsync("apis", Pools);
        var world = new DoorWorld();
        var (east, west) = (await world.StartBackendAsync("eastus2"), await world.StartBackendAsync("westus"));
        world.Door = world.Add(await Door.StartAsync(change is null ? preview.Resources : preview.WithPolicies(change), new()
        {
            Subscriptions = new Dictionary<string, string> { ["a"] = Key, ["b"] = "the-key-of-subscription-b" },
            Addresses = new Dictionary<string, string> { ["sessionaware-preview-eastus2.openai.azure.com"] = east.Url, ["sessionaware-preview-westus.openai.azure.com"] = west.Url },
            Token = resource => $"{Token}-for-{resource}",
            Time = world.Time,
        }));
        world.Gateway = world.Add(await Nodes.StartGatewayAsync(
            [
                new("Gateway:PoolsFile", PoolsText.Write(Pools)), new("Backends:eastus2:Url", east.Url), new("Backends:westus:Url", west.Url),
                .. settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value)),
            ],
            services => services.AddSingleton<TimeProvider>(world.Time)));
        return world;
    }

    /// <summary>Whoever is asked next answers so, once; several calls queue up. With an empty queue backends answer 200 with their names.</summary>
    public void Next(RequestDelegate answer) => _answers.Enqueue(answer);

    /// <summary>Whoever are asked next answer these.</summary>
    public void Next(IEnumerable<int> statuses)
    {
        foreach (var status in statuses)
        {
            Next(context =>
            {
                context.Response.StatusCode = status;
                return Task.CompletedTask;
            });
        }
    }

    /// <summary>Does the same before the door and before the gateway, each with the same answers of the backends to come.</summary>
    /// <returns>What came of it, the door's first.</returns>
    public async Task<(T OfDoor, T OfGateway)> BothAsync<T>(Func<Caller, Task<T>> act, Action? script = null, bool cookies = false)
    {
        List<T> outcomes = [];
        foreach (var url in Urls)
        {
            _answers.Clear();
            TakeAsked();
            script?.Invoke();
            using var caller = new Caller(url, cookies, Key);
            outcomes.Add(await act(caller));
        }

        return (outcomes[0], outcomes[1]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in Enumerable.Reverse(_parts))
            await part.DisposeAsync();
    }

    private async Task<WebNode> StartBackendAsync(string name) => Add(await Nodes.StartBackendAsync(async context =>
    {
        using var reader = new StreamReader(context.Request.Body);
        var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        _asked.Enqueue(new(name, context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, headers, await reader.ReadToEndAsync()));
        await (_answers.TryDequeue(out var answer) ? answer(context) : context.Response.WriteAsync(name));
    }));

    private T Add<T>(T part) where T : IAsyncDisposable
    {
        _parts.Add(part);
        return part;
    }
}
