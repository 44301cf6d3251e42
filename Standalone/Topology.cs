using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using SessionAware.Gateway;
using SessionAware.Gateway.Pools;

namespace SessionAware.Standalone;

/// <summary>What to start where: a gateway, and an emulated region for each backend of <c>pools.json</c>.</summary>
internal sealed record Topology(WebNode Gateway, IReadOnlyList<WebNode> Regions)
{
    private const string GatewaySetting = "Gateway__Url";
    private const string DefaultGatewayUrl = "http://localhost:5080";
    private const int FirstRegionPort = 5081;

    /// <summary>Reads the addresses that are set and fills in the default ones.</summary>
    public static async Task<Topology> ReadAsync(IConfiguration configuration)
    {
        var file = await PoolsFile.ReadAsync(configuration[$"{GatewayOptions.Section}:{nameof(GatewayOptions.PoolsFile)}"] ?? new GatewayOptions().PoolsFile);
        var regions = file.Backends.Select((backend, index) => Region(backend, AddressOf(configuration, backend.Name) ?? $"http://localhost:{FirstRegionPort + index}")).ToList();
        var gatewayUrl = configuration["Gateway:Url"] ?? DefaultGatewayUrl;
        if (!Uri.TryCreate(gatewayUrl, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("http" or "https"))
            throw new OptionsValidationException(GatewaySetting, typeof(Topology), [$"{GatewaySetting} is '{gatewayUrl}', which is no http(s) address."]);

        var backends = regions.ToDictionary(region => $"Backends:{region.Name}:Url", region => (string?)region.Url);
        return new(new("gateway", gatewayUrl, GatewaySetting, backends), regions);
    }

    private static string? AddressOf(IConfiguration configuration, string backend) => configuration[$"Backends:{backend}:Url"];

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
