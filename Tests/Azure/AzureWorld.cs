using Azure.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SessionAware.Tests.Owners;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Azure;

/// <summary>Two regions that take tokens alone, and a gateway in target Azure with two subscriptions A and B: its tokens, and everybody's time, are the test's.</summary>
public sealed class AzureWorld : IAsyncDisposable
{
    public const string Api = "session-aware/openai/v1";
    public const string Plain = "no-affinity/openai/v1";

    private EndpointCredential _credential = null!;
    private Caller _a = null!;

    public FakeTimeProvider Time { get; } = new(TimeProvider.System.GetUtcNow());

    public TokenIssuer Issuer { get; private set; } = null!;

    public IdentityEndpoint Identity { get; private set; } = null!;

    public AzureRegion EastUs2 { get; private set; } = null!;

    public AzureRegion WestUs { get; private set; } = null!;

    public WebNode Gateway { get; private set; } = null!;

    public IReadOnlyList<AzureRegion> Regions => [EastUs2, WestUs];

    /// <summary>What the gateway has logged, each as "Level: message".</summary>
    public IReadOnlyList<string> Log => [.. Gateway.App.Services.GetFakeLogCollector().GetSnapshot().Select(record => $"{record.Level}: {record.Message}")];

    /// <summary>Starts it.</summary>
    /// <param name="prepare">Before the gateway starts.</param>
    /// <param name="settings">More of the gateway.</param>
    public static async Task<AzureWorld> StartAsync(Action<AzureWorld>? prepare = null, params (string Name, string? Value)[] settings)
    {
        var world = new AzureWorld();
        world.Issuer = await TokenIssuer.StartAsync();
        world.Identity = await IdentityEndpoint.StartAsync(world.Issuer, world.Time);
        world._credential = new(world.Identity);
        world.EastUs2 = await AzureRegion.StartAsync("eastus2", world.Issuer, world.Time);
        world.WestUs = await AzureRegion.StartAsync("westus", world.Issuer, world.Time);
        prepare?.Invoke(world);
        world.Gateway = await StartGatewayAsync(
            [("Backends:eastus2:Url", world.EastUs2.Url), ("Backends:westus:Url", world.WestUs.Url), .. OwnersWorld.TwoSubscriptions, .. settings], world._credential, world.Time);
        world._a = new(world.Gateway.Url, apiKey: OwnersWorld.KeyOfA);
        return world;
    }

    /// <summary>A gateway in target Azure that is open to nobody unless <paramref name="settings"/> say so.</summary>
    public static Task<WebNode> StartGatewayAsync(IEnumerable<(string Name, string? Value)> settings, TokenCredential credential, TimeProvider? time = null) => Nodes.StartGatewayAsync(
        // The last word on a setting counts.
        [.. new (string Name, string? Value)[] { ("SessionAware:Target", "Azure"), ("Gateway:Owners:AllowAnonymous", "false") }.Concat(settings)
            .GroupBy(setting => setting.Name).Select(same => KeyValuePair.Create(same.Key, same.Last().Value))],
        services => services.AddSingleton(credential).AddSingleton(time ?? TimeProvider.System).AddFakeLogging());

    /// <summary>Another gateway over the same regions, where nobody is known.</summary>
    public Task<WebNode> StartReplicaAsync(params (string Name, string? Value)[] settings) =>
        StartGatewayAsync([("Backends:eastus2:Url", EastUs2.Url), ("Backends:westus:Url", WestUs.Url), .. settings], _credential, Time);

    /// <summary>A says hello, or continues <paramref name="previous"/>.</summary>
    public Task<Answer> AskAsync(string api, string? previous = null, string model = "gpt-4o-mini") =>
        _a.CreateAsync(new { model, input = "My name is Ada.", previous_response_id = previous }, api);

    /// <summary>A reads.</summary>
    public Task<Answer> GetAsync(string path) => _a.GetAsync(path);

    /// <summary>Restarts both regions with these settings.</summary>
    public async Task RestartRegionsAsync(params (string Name, string? Value)[] settings)
    {
        foreach (var region in Regions)
            await region.RestartAsync(settings);
    }

    public async ValueTask DisposeAsync()
    {
        _a.Dispose();
        await Gateway.DisposeAsync();
        foreach (var region in Regions)
            await region.DisposeAsync();
        _credential.Dispose();
        await Identity.DisposeAsync();
        await Issuer.DisposeAsync();
    }
}
