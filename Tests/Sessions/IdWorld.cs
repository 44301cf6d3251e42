using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Sessions;

/// <summary>Two emulated regions and replicas of the gateway over one store.</summary>
public sealed class IdWorld : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _nodes = [];
    private readonly string _file = Path.Combine(Scratch.Folder("sessions"), "sessions.db");

    public required WebNode EastUs2 { get; init; }

    public required WebNode WestUs { get; init; }

    /// <summary>The first replica.</summary>
    public WebNode Gateway { get; private set; } = null!;

    public static async Task<IdWorld> StartAsync(params (string Name, string? Value)[] settings)
    {
        var world = new IdWorld { EastUs2 = await Nodes.StartRegionAsync("eastus2"), WestUs = await Nodes.StartRegionAsync("westus") };
        world._nodes.AddRange([world.EastUs2, world.WestUs]);
        world.Gateway = await world.StartReplicaAsync(settings);
        return world;
    }

    /// <summary>Another gateway over the same regions and the same store.</summary>
    public async Task<WebNode> StartReplicaAsync(params (string Name, string? Value)[] settings)
    {
        var replica = await Nodes.StartGatewayAsync(EastUs2.Url, WestUs.Url, [("Gateway:Sessions:File", _file), .. settings]);
        _nodes.Insert(0, replica);
        return replica;
    }

    /// <summary>A caller of <c>/session-aware</c>, without cookies.</summary>
    public static Caller Call(WebNode gateway, string api = "session-aware") => new($"{gateway.Url}/{api}");

    /// <summary>Stops a replica as a restart would.</summary>
    public async Task StopAsync(WebNode replica)
    {
        _nodes.Remove(replica);
        await replica.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
            await node.DisposeAsync();
    }
}
