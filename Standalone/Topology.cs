using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using SessionAware.Gateway;
using SessionAware.Gateway.Pools;
using SessionAware.Gateway.Sessions;
using SessionAware.ServiceDefaults;

namespace SessionAware.Standalone;

/// <summary>What to start where: a gateway over a session store, and an emulated region for each backend of <c>pools.json</c>; none where the backends are in Azure.</summary>
/// <param name="Gateway">The gateway.</param>
/// <param name="Store">What it keeps its sessions in.</param>
/// <param name="Regions">The regions.</param>
/// <param name="Deployments">Backends that are there already, with their addresses.</param>
internal sealed record Topology(WebNode Gateway, string Store, IReadOnlyList<WebNode> Regions, IReadOnlyList<(string Name, string Address)> Deployments)
{
    private const string GatewaySetting = "Gateway__Url";
    private const string DefaultGatewayUrl = "http://localhost:5080";
    private const int FirstRegionPort = 5081;

    /// <summary>Reads the addresses that are set and fills in the default ones.</summary>
    /// <exception cref="OptionsValidationException">
    /// There is no such target, the pools file has faults, an address is none that this process could listen at, or that of a backend in Azure is not set.
    /// </exception>
    public static async Task<Topology> ReadAsync(IConfiguration configuration, string? store)
    {
        var isAzure = DeploymentTargets.Read(configuration) == DeploymentTarget.Azure;
        var file = await PoolsFile.ReadAsync(configuration[$"{GatewayOptions.Section}:{nameof(GatewayOptions.PoolsFile)}"] ?? new GatewayOptions().PoolsFile);
        List<WebNode> regions = isAzure ? [] : [.. file.Backends.Select((backend, index) =>
            Region(backend, configuration[$"Backends:{backend.Name}:Url"] ?? $"http://localhost:{FirstRegionPort + index}"))];
        var deployments = isAzure ? file.Backends.Select(backend => (backend.Name, Address: AddressOf(backend, configuration))).ToList() : [];
        var backends = regions.ToDictionary(region => $"Backends:{region.Name}:Url", region => (string?)region.Url);
        const string storeSetting = $"{SessionsOptions.Section}:{nameof(SessionsOptions.Store)}";
        store ??= configuration[storeSetting] ?? new SessionsOptions().Store;
        backends[storeSetting] = store;
        var gateway = new WebNode("gateway", configuration["Gateway:Url"] ?? DefaultGatewayUrl, GatewaySetting, backends);

        List<string> faults =
        [
            .. regions.Prepend(gateway).Where(node => !IsListenable(node.Url)).Select(node =>
                $"{node.Setting} is '{node.Url}'. Everything runs in this process here, so it must be http, on this machine, with a port and no path: for example http://localhost:5080."
                + (node == gateway ? "" : " Deployments in Azure need SessionAware__Target=Azure.")),
            .. deployments.Where(deployment => deployment.Address is null).Select(deployment =>
                $"{BackendAddresses.SettingOf(deployment.Name)} is not set, and {DeploymentTargets.Setting} is {nameof(DeploymentTarget.Azure)}: set it to the address of the deployment's account, for example https://my-account.openai.azure.com."),
        ];
        return faults.Count == 0
            ? new(gateway, store, regions, [.. deployments.Select(deployment => (deployment.Name, deployment.Address!))])
            : throw new OptionsValidationException("addresses", typeof(Topology), faults);
    }

    /// <summary>Where the gateway will look for it; null where it could not.</summary>
    private static string? AddressOf(BackendResource backend, IConfiguration configuration) =>
        BackendAddresses.Configured(configuration, backend.Name) ?? (backend.Properties?.Url is { Length: > 0 } url ? url : null);

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
