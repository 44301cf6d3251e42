using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using SessionAware.Gateway;
using SessionAware.Gateway.Pools;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Standalone;

/// <summary>What to start where: a gateway over a session store, and an emulated region for each backend of <c>pools.json</c>.</summary>
internal sealed record Topology(WebNode Gateway, string Store, IReadOnlyList<WebNode> Regions)
{
    private const string GatewaySetting = "Gateway__Url";
    private const string DefaultGatewayUrl = "http://localhost:5080";
    private const int FirstRegionPort = 5081;

    /// <summary>Reads the addresses that are set and fills in the default ones.</summary>
    /// <exception cref="OptionsValidationException">The pools file has faults, or an address is none that this process could listen at.</exception>
    public static async Task<Topology> ReadAsync(IConfiguration configuration, string? store)
    {
        var file = await PoolsFile.ReadAsync(configuration[$"{GatewayOptions.Section}:{nameof(GatewayOptions.PoolsFile)}"] ?? new GatewayOptions().PoolsFile);
        var regions = file.Backends.Select((backend, index) =>
            Region(backend, configuration[$"Backends:{backend.Name}:Url"] ?? $"http://localhost:{FirstRegionPort + index}")).ToList();
        var backends = regions.ToDictionary(region => $"Backends:{region.Name}:Url", region => (string?)region.Url);
        const string storeSetting = $"{SessionsOptions.Section}:{nameof(SessionsOptions.Store)}";
        store ??= configuration[storeSetting] ?? new SessionsOptions().Store;
        backends[storeSetting] = store;
        var gateway = new WebNode("gateway", configuration["Gateway:Url"] ?? DefaultGatewayUrl, GatewaySetting, backends);

        var faults = regions.Prepend(gateway).Where(node => !IsListenable(node.Url)).Select(node =>
            $"{node.Setting} is '{node.Url}'. Everything runs in this process here, so it must be http, on this machine, with a port and no path: for example http://localhost:5080.").ToList();
        return faults.Count == 0 ? new(gateway, store, regions) : throw new OptionsValidationException("addresses", typeof(Topology), faults);
    }

    private static bool IsListenable(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && address is { Scheme: "http", IsLoopback: true, Port: > 0, PathAndQuery: "/" };

    private static WebNode Region(BackendResource backend, string url)
    {
        var settings = new Dictionary<string, string?> { ["Region:Name"] = backend.Properties?.AzureRegion ?? backend.Name };
        foreach (var (index, deployment) in (backend.SessionAware?.Deployments ?? []).Index())
        {
            settings[$"Region:Deployments:{index}:Name"] = deployment.Name;
            settings[$"Region:Deployments:{index}:Model"] = deployment.Model;
            settings[$"Region:Deployments:{index}:Version"] = deployment.Version;
            settings[$"Region:Deployments:{index}:Capacity"] = deployment.Capacity?.ToString(provider: null);
        }

        return new(backend.Name, url, BackendAddresses.SettingOf(backend.Name), settings);
    }
}
