using System.Text.Json.Nodes;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.RegionKills;

/// <summary>Two regions as processes, which can be killed, and a gateway over them.</summary>
internal sealed class ReplayWorld : IAsyncDisposable
{
    private readonly WebNode _gateway;
    private readonly Caller _admin;

    private ReplayWorld(RegionProcess east, RegionProcess west, WebNode gateway)
    {
        (EastUs2, WestUs, _gateway) = (east, west, gateway);
        _admin = new(gateway.Url);
    }

    public RegionProcess EastUs2 { get; }

    public RegionProcess WestUs { get; }

    /// <summary>The API's address.</summary>
    public string Api => $"{_gateway.Url}/session-aware";

    public static async Task<ReplayWorld> StartAsync()
    {
        var regions = await Task.WhenAll(RegionProcess.StartAsync("eastus2"), RegionProcess.StartAsync("westus"));
        var gateway = await Nodes.StartGatewayAsync(
        [
            new("environment", "Development"), new("Gateway:PoolsFile", Pools()), new("Backends:eastus2:Url", regions[0].Url), new("Backends:westus:Url", regions[1].Url),
        ]);
        return new(regions[0], regions[1], gateway);
    }

    public RegionProcess Other(RegionProcess region) => region == EastUs2 ? WestUs : EastUs2;

    /// <summary>While <paramref name="beginning"/> runs, conversations begin at <paramref name="region"/> only.</summary>
    public async Task OnlyAtAsync(RegionProcess region, Func<Task> beginning)
    {
        await DrainAsync(Other(region), "drain");
        await beginning();
        await DrainAsync(Other(region), "undrain");
    }

    /// <summary>Ends when the gateway takes the region into account again.</summary>
    public Task AvailableAsync(RegionProcess region) =>
        Eventually.IsAsync(async () => (await _admin.GetAsync($"admin/backends/{region.Name}")).Json["state"]!.GetValue<string>() == "available");

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _gateway.DisposeAsync();
        await EastUs2.DisposeAsync();
        await WestUs.DisposeAsync();
    }

    private async Task DrainAsync(RegionProcess region, string call) =>
        Assert.Equal(200, (await _admin.SendAsync(HttpMethod.Post, $"admin/backends/{region.Name}/{call}")).Status);

    /// <summary>The shipped pools, with a second deployment, and with trips that end as soon as a region is back.</summary>
    private static string Pools()
    {
        var pools = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "pools.json")))!;
        foreach (var backend in pools["backends"]!.AsArray())
        {
            backend!["properties"]!["circuitBreaker"]!["rules"]![0]!["tripDuration"] = "PT0.5S";
            backend["sessionAware"]!["deployments"]!.AsArray().Add(JsonNode.Parse("""{ "name": "o4-mini", "model": "o4-mini", "version": "2025-04-16", "capacity": 1000 }"""));
        }

        return PoolsText.Write(pools.ToJsonString());
    }
}
