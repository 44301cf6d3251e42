using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using SessionAware.Gateway.CircuitBreakers;
using SessionAware.Gateway.Pools;
using SessionAware.Gateway.Telemetry;

namespace SessionAware.Tests.Pools;

/// <summary>Pools as the gateway reads them, without the gateway.</summary>
internal static class ReadPools
{
    /// <summary>The model of a file of this text; backends without an address have one.</summary>
    public static async Task<PoolsModel> OfAsync(string json)
    {
        var file = await PoolsFile.ParseAsync(json, "pools.json");
        using var services = new ServiceCollection().AddMetrics().AddSingleton<GatewayMetrics>().BuildServiceProvider();
        using var states = new BackendStates(TimeProvider.System, services.GetRequiredService<GatewayMetrics>(), NullLogger<CircuitBreaker>.Instance);
        var addresses = file.Backends.Select(backend => KeyValuePair.Create($"Backends:{backend.Name}:Url", (string?)"http://127.0.0.1:1"));
        return PoolsModelBuilder.Build(file, new ConfigurationBuilder().AddInMemoryCollection(addresses).Build(), states);
    }
}
