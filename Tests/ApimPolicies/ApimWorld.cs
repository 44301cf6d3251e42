using System.ClientModel;
using System.ClientModel.Primitives;
using System.Collections.Concurrent;
using OpenAI.Responses;
using SessionAware.Tests.ApimDoor;
using SessionAware.Tests.Azure;
using SessionAware.Tests.Infra;
using SessionAware.Tests.Owners;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.ApimPolicies;

/// <summary>
/// What is deployed to Azure over the shipped pools, on the loopback: API Management's stand-in with its identity, the gateway with its own and with the settings
/// that the AppHost gives it, and two regions that take tokens alone.
/// </summary>
public sealed class ApimWorld : IAsyncDisposable
{
    public const string KeyOfA = OwnersWorld.KeyOfA;
    public const string KeyOfB = OwnersWorld.KeyOfB;

    private const string Audience = "https://cognitiveservices.azure.com";

    private readonly List<IAsyncDisposable> _parts = [];
    private EndpointCredential _credential = null!;
    private TokenIssuer _issuer = null!;
    private AzureRegion _east = null!;
    private AzureRegion _west = null!;

    public Door Door { get; private set; } = null!;

    public WebNode Gateway { get; private set; } = null!;

    /// <summary>Where the gateway gets its token.</summary>
    public IdentityEndpoint GatewayIdentity { get; private set; } = null!;

    /// <summary>Every request that reached a region, with its headers.</summary>
    public IReadOnlyList<string> Seen => [.. _east.Seen, .. _west.Seen];

    public static async Task<ApimWorld> StartAsync()
    {
        Bicep.SkipWhereMissing();
        var preview = await AzurePreview.OfAsync("apis");
        var world = new ApimWorld();
        world._issuer = world.Add(await TokenIssuer.StartAsync());
        world.GatewayIdentity = world.Add(await IdentityEndpoint.StartAsync(world._issuer));
        world._credential = new(world.GatewayIdentity);
        world._east = world.Add(await AzureRegion.StartAsync("eastus2", world._issuer));
        world._west = world.Add(await AzureRegion.StartAsync("westus", world._issuer));
        world.Gateway = world.Add(await AzureWorld.StartGatewayAsync(
        [
            ("Backends:eastus2:Url", world._east.Url),
            ("Backends:westus:Url", world._west.Url),
            ("Gateway:Owners:Tokens:Authority", world._issuer.Url),
            ("Gateway:Owners:Tokens:Audience", Audience),
            ("Gateway:Owners:FrontDoor:Owner", $"token:{world._issuer.Url}|{TokenIssuer.Tenant}|oid={TokenIssuer.User}"),
            ("Gateway:Owners:FrontDoor:Exclusive", "true"),
        ], world._credential));
        // As API Management does, it keeps its token.
        var tokens = new ConcurrentDictionary<string, string>();
        world.Door = world.Add(await Door.StartAsync(preview.Resources, new()
        {
            Subscriptions = new Dictionary<string, string> { ["a"] = KeyOfA, ["b"] = KeyOfB },
            Addresses = new Dictionary<string, string>
            {
                ["sessionaware-preview-eastus2.openai.azure.com"] = world._east.Url,
                ["sessionaware-preview-westus.openai.azure.com"] = world._west.Url,
                ["gateway.preview.example"] = world.Gateway.Url,
            },
            Token = resource => tokens.GetOrAdd(resource, _ => world.TokenOf(TokenIssuer.User, resource)),
        }));
        return world;
    }

    /// <summary>A good token of somebody in the tenant.</summary>
    public string TokenOf(string user, string audience = Audience) => _issuer.Token([("oid", user), ("tid", TokenIssuer.Tenant)], token => token.Audience = audience);

    /// <summary>The official client of subscription A, with its key where these APIs want it.</summary>
    public ResponsesClient Client(string api, HttpClient transport) => new(
        ApiKeyAuthenticationPolicy.CreateHeaderApiKeyPolicy(new ApiKeyCredential(KeyOfA), "api-key"),
        new ResponsesClientOptions { Endpoint = new Uri($"{Door.Url}/{api}/openai/v1/"), Transport = new HttpClientPipelineTransport(transport) });

    public async ValueTask DisposeAsync()
    {
        foreach (var part in Enumerable.Reverse(_parts))
            await part.DisposeAsync();
        _credential.Dispose();
    }

    private T Add<T>(T part) where T : IAsyncDisposable
    {
        _parts.Add(part);
        return part;
    }
}
