using Microsoft.Extensions.DependencyInjection;
using SessionAware.ClientWorker.Labs;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Tests.Worlds;

/// <summary>A gateway over two regions that the lab may restart.</summary>
public sealed class RestartableGateway : IGatewayRestart, IAsyncDisposable
{
    private readonly string _eastus2;
    private readonly string _westus;
    private readonly bool _forgetful;
    private string _sessions = Scratch.Folder("sessions");
    private WebNode? _node;

    private RestartableGateway(World regions, bool forgetful) => (_eastus2, _westus, _forgetful) = (regions.EastUs2.Url, regions.WestUs.Url, forgetful);

    public string Url { get; } = $"http://127.0.0.1:{Ports.Free()}";

    /// <summary>Each gateway that was started, the present one last.</summary>
    public List<WebNode> Started { get; } = [];

    /// <param name="regions">The regions' world, whose own gateway stays out.</param>
    /// <param name="forgetful">Whether it loses its session store at each restart.</param>
    public static async Task<RestartableGateway> StartAsync(World regions, bool forgetful = false)
    {
        var gateway = new RestartableGateway(regions, forgetful);
        await gateway.StartAsync();
        return gateway;
    }

    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        await DisposeAsync();
        if (_forgetful)
            _sessions = Scratch.Folder("sessions");
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_node is not null)
            await _node.DisposeAsync();
        _node = null;
    }

    private async Task StartAsync()
    {
        // The endpoint's own setting wins over the free port that a node listens on.
        _node = await Nodes.StartGatewayAsync(
            [new("Backends:eastus2:Url", _eastus2), new("Backends:westus:Url", _westus), new("Kestrel:Endpoints:Http:Url", Url)],
            services => services.PostConfigure<SessionsOptions>(sessions => sessions.File = Path.Combine(_sessions, "sessions.db")));
        Started.Add(_node);
    }
}
