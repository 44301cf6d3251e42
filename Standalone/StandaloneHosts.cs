using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SessionAware.ClientWorker.Labs;
using SessionAware.FakeResponsesBackend.Regions;
using SessionAware.Gateway;
using SessionAware.ServiceDefaults;

namespace SessionAware.Standalone;

/// <summary>The gateway, the regions unless they are in Azure, and the lab as hosts of one process, composed of the same calls as the separate programs.</summary>
internal sealed class StandaloneHosts : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sessionaware-");
    private readonly List<WebNodeHost> _nodes = [];
    private readonly List<(string Name, string Address)> _addresses = [];
    private IHost? _lab;

    /// <summary>What is where.</summary>
    public IReadOnlyList<(string Name, string Address)> Addresses => _addresses;

    /// <summary>The lab, aimed at the gateway.</summary>
    public Lab Lab => _lab!.Services.GetRequiredService<Lab>();

    /// <summary>Starts all of it; what cannot start leaves nothing running.</summary>
    /// <exception cref="OptionsValidationException">A setting is not valid, or an address is taken.</exception>
    public static async Task<StandaloneHosts> StartAsync(string? report, string? store, CancellationToken cancellationToken)
    {
        var topology = await Topology.ReadAsync(new ConfigurationBuilder().AddEnvironmentVariables().Build(), store);
        var hosts = new StandaloneHosts();
        try
        {
            // First the gateway: it checks the whole of pools.json and every address.
            // The regions forget when they stop, and so may the gateway; a file that is set is kept.
            var sessions = Path.Combine(hosts._folder.FullName, "sessions.db");
            var gateway = new WebNodeHost(topology.Gateway, sessions, builder => builder.AddGateway(), app => app.MapGateway());
            await hosts.StartWebAsync(topology.Gateway, gateway, cancellationToken);
            foreach (var region in topology.Regions)
            {
                var host = new WebNodeHost(region, sessions, builder => builder.AddFakeResponsesBackend(), app => app.MapFakeResponsesBackend());
                await hosts.StartWebAsync(region, host, cancellationToken);
            }

            hosts._addresses.AddRange(topology.Deployments);
            await hosts.StartLabAsync(topology, gateway, report, cancellationToken);
            return hosts;
        }
        catch
        {
            await hosts.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // The gateway is the first: nobody's request meets a region that is gone.
        foreach (var node in _nodes)
            await node.DisposeAsync();
        _nodes.Clear();
        if (_lab is not null)
        {
            await _lab.StopAsync();
            await ((IAsyncDisposable)_lab).DisposeAsync();
            _lab = null;
        }

        _folder.Delete(recursive: true);
    }

    private async Task StartWebAsync(WebNode node, WebNodeHost host, CancellationToken cancellationToken)
    {
        _nodes.Add(host);
        await host.StartAsync(cancellationToken);
        _addresses.Add((node.Name, node.Url));
    }

    private async Task StartLabAsync(Topology topology, IGatewayRestart restart, string? report, CancellationToken cancellationToken)
    {
        var builder = Host.CreateApplicationBuilder();
        var settings = topology.Regions.ToDictionary(region => $"Lab:Regions:{region.Name}", region => (string?)region.Url);
        settings["Lab:GatewayUrl"] = topology.Gateway.Url;
        settings["Lab:Store"] = topology.Store;
        if (report is not null)
            settings["Lab:Report"] = report;
        InProcess.Adapt(builder, settings);
        builder.AddServiceDefaults();
        builder.AddLab();
        builder.Services.AddSingleton(restart);
        _lab = builder.Build();
        await _lab.StartAsync(cancellationToken);
    }
}
