using Microsoft.Extensions.DependencyInjection;

namespace SessionAware.Tests.Worlds;

/// <summary>Two emulated regions and the gateway over them.</summary>
public sealed class World : IAsyncDisposable
{
    public required WebNode EastUs2 { get; init; }

    public required WebNode WestUs { get; init; }

    public required WebNode Gateway { get; init; }

    public static async Task<World> StartAsync(Action<IServiceCollection>? regionServices = null)
    {
        var east = await Nodes.StartRegionAsync("eastus2", services: regionServices);
        var west = await Nodes.StartRegionAsync("westus", services: regionServices);
        return new World { EastUs2 = east, WestUs = west, Gateway = await Nodes.StartGatewayAsync(east.Url, west.Url) };
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await WestUs.DisposeAsync();
        await EastUs2.DisposeAsync();
    }
}
