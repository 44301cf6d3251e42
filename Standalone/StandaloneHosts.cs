using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SessionAware.ClientWorker.Labs;
using SessionAware.FakeResponsesBackend.Regions;
using SessionAware.Gateway;
using SessionAware.Gateway.Sessions;
using SessionAware.ServiceDefaults;

namespace SessionAware.Standalone;

/// <summary>The gateway, the regions and the lab as hosts of one process, composed of the same calls as the separate programs.</summary>
internal sealed class StandaloneHosts : IAsyncDisposable
{
    // Requests that are still running after that are cut off: Ctrl+C means now.
    private static readonly TimeSpan s_longestStop = TimeSpan.FromSeconds(2);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sessionaware-");
    private readonly List<IHost> _hosts = [];
    private readonly List<(string Name, string Address)> _addresses = [];

    /// <summary>What listens where.</summary>
    public IReadOnlyList<(string Name, string Address)> Addresses => _addresses;

    /// <summary>The lab, aimed at the gateway.</summary>
    public Lab Lab => _hosts[^1].Services.GetRequiredService<Lab>();

    /// <summary>Starts all of it; what cannot start leaves nothing running.</summary>
    /// <exception cref="OptionsValidationException">A setting is not valid, or an address is taken.</exception>
    public static async Task<StandaloneHosts> StartAsync(string? report, CancellationToken cancellationToken)
    {
        var topology = await Topology.ReadAsync(new ConfigurationBuilder().AddEnvironmentVariables().Build());
        var hosts = new StandaloneHosts();
        try
        {
            // First the gateway: it checks the whole of pools.json and every address.
            await hosts.StartWebAsync(topology.Gateway, builder => builder.AddGateway(), app => app.MapGateway(), cancellationToken);
            foreach (var region in topology.Regions)
                await hosts.StartWebAsync(region, builder => builder.AddFakeResponsesBackend(), app => app.MapFakeResponsesBackend(), cancellationToken);
            await hosts.StartLabAsync(topology.Gateway.Url, report, cancellationToken);
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
        foreach (var host in _hosts)
        {
            await host.StopAsync();
            await ((IAsyncDisposable)host).DisposeAsync();
        }

        _hosts.Clear();
        _folder.Delete(recursive: true);
    }

    private async Task StartWebAsync(WebNode node, Action<WebApplicationBuilder> add, Action<WebApplication> map, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development });
        builder.WebHost.UseUrls(node.Url);
        // The regions forget when they stop, and so may the gateway; a file that is set is kept.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = [new($"{SessionsOptions.Section}:{nameof(SessionsOptions.File)}", Path.Combine(_folder.FullName, "sessions.db"))],
        });
        Adapt(builder, node.Settings);
        builder.AddServiceDefaults();
        add(builder);
        var app = builder.Build();
        app.MapDefaultEndpoints();
        map(app);
        _hosts.Add(app);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (Exception unbindable) when (WebProgram.ExplainAddress(unbindable) is { } reason)
        {
            throw new OptionsValidationException(node.Setting, typeof(WebNode), [$"{reason} Set {node.Setting} to a free address."]);
        }

        _addresses.Add((node.Name, node.Url));
    }

    private async Task StartLabAsync(string gatewayUrl, string? report, CancellationToken cancellationToken)
    {
        var builder = Host.CreateApplicationBuilder();
        var settings = new Dictionary<string, string?> { ["Lab:GatewayUrl"] = gatewayUrl };
        if (report is not null)
            settings["Lab:Report"] = report;
        Adapt(builder, settings);
        builder.AddServiceDefaults();
        builder.AddLab();
        var host = builder.Build();
        _hosts.Add(host);
        await host.StartAsync(cancellationToken);
    }

    /// <summary>Fits a host into this process: its settings last, warnings alone and on standard error, and no Ctrl+C handler of its own.</summary>
    private static void Adapt(IHostApplicationBuilder builder, IReadOnlyDictionary<string, string?> settings)
    {
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = [new("Logging:LogLevel:Default", "Warning")] });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = s_longestStop);
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
