using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using SessionAware.Gateway;
using SessionAware.ServiceDefaults;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Owners;

/// <summary>Two emulated regions, two subscriptions A and B, and two gateways over one store.</summary>
public sealed class OwnersWorld : IAsyncDisposable
{
    public const string KeyOfA = "the-key-of-subscription-a";
    public const string KeyOfB = "the-key-of-subscription-b";
    public const string Api = "session-aware/openai/v1";

    private readonly List<IAsyncDisposable> _parts = [];

    public WebNode EastUs2 { get; private set; } = null!;

    public WebNode WestUs { get; private set; } = null!;

    /// <summary>The replica that A talks to.</summary>
    public WebNode First { get; private set; } = null!;

    public WebNode Second { get; private set; } = null!;

    /// <summary>The file of the store that both replicas share.</summary>
    public string SessionsFile { get; } = Path.Combine(Scratch.Folder("owners"), "sessions.db");

    public IReadOnlyList<WebNode> Replicas => [First, Second];

    public IReadOnlyList<WebNode> Regions => [EastUs2, WestUs];

    /// <summary>The setting's value for a key.</summary>
    public static string HashOf(string key) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}";

    /// <summary>Settings that make subscriptions known by these keys.</summary>
    public static IEnumerable<(string Name, string? Value)> Subscriptions(params (string Name, string Key)[] subscriptions) => subscriptions.Index().SelectMany(
        subscription => new (string, string?)[]
        {
            ($"Gateway:Owners:Subscriptions:{subscription.Index}:Name", subscription.Item.Name),
            ($"Gateway:Owners:Subscriptions:{subscription.Index}:KeyHashes:0", HashOf(subscription.Item.Key)),
        });

    /// <summary>A and B.</summary>
    public static IEnumerable<(string Name, string? Value)> TwoSubscriptions => Subscriptions(("a", KeyOfA), ("b", KeyOfB));

    /// <summary>Starts everything, with <paramref name="settings"/> and <paramref name="services"/> for both gateways.</summary>
    public static async Task<OwnersWorld> StartAsync(
        IEnumerable<(string Name, string? Value)>? settings = null, Action<IServiceCollection>? services = null, Action<IServiceCollection>? regionServices = null)
    {
        var world = new OwnersWorld();
        var given = settings ?? TwoSubscriptions;
        KeyValuePair<string, string?>[] models = [new("Region:Deployments:0:Name", "gpt-4o-mini"), new("Region:Deployments:1:Name", "o4-mini")];
        world.EastUs2 = world.Add(await Nodes.StartRegionAsync("eastus2", models, regionServices));
        world.WestUs = world.Add(await Nodes.StartRegionAsync("westus", models, regionServices));
        world.First = await world.StartGatewayAsync(given, services);
        world.Second = await world.StartGatewayAsync(given, services);
        return world;
    }

    /// <summary>One more gateway over the same store.</summary>
    public async Task<WebNode> StartGatewayAsync(IEnumerable<(string Name, string? Value)> settings, Action<IServiceCollection>? services = null) =>
        Add(await StartGatewayAsync(EastUs2.Url, WestUs.Url, [("Gateway:Sessions:File", SessionsFile), .. settings], services));

    /// <summary>A gateway with keys of its own for backends at these addresses, open to nobody unless <paramref name="settings"/> say so.</summary>
    public static Task<WebNode> StartGatewayAsync(string eastus2, string westus, IEnumerable<(string Name, string? Value)> settings, Action<IServiceCollection>? services = null)
    {
        Dictionary<string, string?> all = new()
        {
            ["Backends:eastus2:Url"] = eastus2,
            ["Backends:westus:Url"] = westus,
            ["Backends:eastus2:ApiKey"] = Nodes.ApiKey,
            ["Backends:westus:ApiKey"] = Nodes.ApiKey,
        };
        all["Gateway:Sessions:File"] = Path.Combine(Scratch.Folder("owners"), "sessions.db");
        foreach (var (name, value) in settings)
            all[name] = value;
        return WebNode.StartAsync(
            builder =>
            {
                builder.AddServiceDefaults();
                builder.AddGateway();
                // After the gateway's own, so that they can take their place.
                services?.Invoke(builder.Services);
            },
            app =>
            {
                app.MapDefaultEndpoints();
                app.MapGateway();
            },
            all);
    }

    /// <summary>What both regions were sent so far, each with its number.</summary>
    public async Task<IReadOnlyList<string>> SentAsync()
    {
        List<string> sent = [];
        foreach (var region in Regions)
        {
            using var caller = new Caller(region.Url);
            sent.AddRange((await caller.JournalAsync()).Select(entry => $"{region.Url} {entry!["number"]} {entry["method"]} {entry["path"]} {entry["body"]}"));
        }

        return sent;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in Enumerable.Reverse(_parts))
            await part.DisposeAsync();
    }

    private WebNode Add(WebNode node)
    {
        _parts.Add(node);
        return node;
    }
}
