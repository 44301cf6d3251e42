using Microsoft.Extensions.DependencyInjection;
using SessionAware.Gateway.Sessions;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Sessions;

/// <summary>Two emulated regions and replicas of the gateway over one store.</summary>
public sealed class IdWorld : IAsyncDisposable
{
    private static readonly KeyValuePair<string, string?>[] s_models = [new("Region:Deployments:0:Name", "gpt-4o-mini"), new("Region:Deployments:1:Name", "o4-mini")];

    private readonly List<IAsyncDisposable> _nodes = [];
    private readonly string _file = Path.Combine(Scratch.Folder("sessions"), "sessions.db");

    public required WebNode EastUs2 { get; init; }

    public required WebNode WestUs { get; init; }

    public Action<IServiceCollection>? Services { get; private init; }

    public IReadOnlyList<(string Name, string? Value)> Settings { get; private init; } = [];

    /// <summary>The first replica.</summary>
    public WebNode Gateway { get; private set; } = null!;

    public static Task<IdWorld> StartAsync(params (string Name, string? Value)[] settings) => StartAsync(services: null, regionServices: null, settings);

    /// <summary>With <paramref name="services"/> for the gateways, and others for the regions.</summary>
    public static async Task<IdWorld> StartAsync(
        Action<IServiceCollection>? services, Action<IServiceCollection>? regionServices = null, params (string Name, string? Value)[] settings)
    {
        var world = new IdWorld
        {
            EastUs2 = await Nodes.StartRegionAsync("eastus2", s_models, regionServices),
            WestUs = await Nodes.StartRegionAsync("westus", s_models, regionServices),
            Services = services,
            Settings = settings,
        };
        world._nodes.AddRange([world.EastUs2, world.WestUs]);
        world.Gateway = await world.StartReplicaAsync();
        return world;
    }

    /// <summary>Another gateway over the same regions and the same store, with the settings of the first.</summary>
    public async Task<WebNode> StartReplicaAsync()
    {
        var replica = await Nodes.StartGatewayAsync(
            [new("Backends:eastus2:Url", EastUs2.Url), new("Backends:westus:Url", WestUs.Url), new("Gateway:Sessions:File", _file), .. Settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value))],
            Services);
        _nodes.Insert(0, replica);
        return replica;
    }

    /// <summary>The region of a backend.</summary>
    public WebNode this[string? backend] => backend == "westus" ? WestUs : EastUs2;

    /// <summary>What is on record of a response, asked of the store itself.</summary>
    public ValueTask<SessionAware.Gateway.Sessions.Turn?> ReadTurnAsync(string response) =>
        Gateway.App.Services.GetRequiredService<ISessionStore>().ReadTurnAsync(response, owner: "", TestContext.Current.CancellationToken);

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
