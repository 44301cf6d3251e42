using System.ClientModel;
using System.ClientModel.Primitives;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using OpenAI.Responses;
using SessionAware.Tests.ApimDoor;
using SessionAware.Tests.Owners;
using SessionAware.Tests.Infra;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.ApimPolicies;

/// <summary>What <c>infra/</c> deploys over the shipped pools, on the loopback: API Management's stand-in, the gateway that knows it by its token, and two regions.</summary>
public sealed class ApimWorld : IAsyncDisposable
{
    public const string KeyOfA = OwnersWorld.KeyOfA;
    public const string KeyOfB = OwnersWorld.KeyOfB;

    private readonly List<IAsyncDisposable> _parts = [];
    private readonly HeaderTap _tap = new();

    public Door Door { get; private set; } = null!;

    public WebNode Gateway { get; private set; } = null!;

    /// <summary>The headers of every request that reached a region, each as "name: value".</summary>
    public IReadOnlyCollection<IReadOnlyList<string>> Seen => _tap.Seen;

    public static async Task<ApimWorld> StartAsync()
    {
        Bicep.SkipWhereMissing();
        var preview = await AzurePreview.OfAsync("apis");
        var world = new ApimWorld();
        var issuer = world.Add(await TokenIssuer.StartAsync());
        // As API Management does, it keeps its token. Regions know it, too, and the gateway by a key of its own.
        var tokens = new ConcurrentDictionary<string, string>();
        string TokenFor(string resource) => tokens.GetOrAdd(resource, _ => issuer.Token([("oid", TokenIssuer.User), ("tid", TokenIssuer.Tenant)], token => token.Audience = resource));
        const string Audience = "https://cognitiveservices.azure.com";
        var (east, west) = (await world.StartRegionAsync("eastus2", TokenFor(Audience)), await world.StartRegionAsync("westus", TokenFor(Audience)));
        world.Gateway = world.Add(await OwnersWorld.StartGatewayAsync(east.Url, west.Url,
        [
            .. issuer.Settings,
            ("Gateway:Owners:Tokens:Audience", Audience),
            ("Gateway:Owners:FrontDoor:Owner", $"token:{issuer.Url}|{TokenIssuer.Tenant}|oid={TokenIssuer.User}"),
        ]));
        world.Door = world.Add(await Door.StartAsync(preview.Resources, new()
        {
            Subscriptions = new Dictionary<string, string> { ["a"] = KeyOfA, ["b"] = KeyOfB },
            Addresses = new Dictionary<string, string>
            {
                ["sessionaware-preview-eastus2.openai.azure.com"] = east.Url,
                ["sessionaware-preview-westus.openai.azure.com"] = west.Url,
                ["gateway.preview.example"] = world.Gateway.Url,
            },
            Token = TokenFor,
        }));
        return world;
    }

    /// <summary>The official client of subscription A, with its key where these APIs want it.</summary>
    public ResponsesClient Client(string api, HttpClient transport) => new(
        ApiKeyAuthenticationPolicy.CreateHeaderApiKeyPolicy(new ApiKeyCredential(KeyOfA), "api-key"),
        new ResponsesClientOptions { Endpoint = new Uri($"{Door.Url}/{api}/openai/v1/"), Transport = new HttpClientPipelineTransport(transport) });

    public async ValueTask DisposeAsync()
    {
        foreach (var part in Enumerable.Reverse(_parts))
            await part.DisposeAsync();
    }

    private async Task<WebNode> StartRegionAsync(string name, string token) => Add(await Nodes.StartRegionAsync(
        name, [new("Region:ApiKeys:0", Nodes.ApiKey), new("Region:ApiKeys:1", token)], services => services.AddSingleton<IStartupFilter>(_tap)));

    private T Add<T>(T part) where T : IAsyncDisposable
    {
        _parts.Add(part);
        return part;
    }

    /// <summary>Looks at a region's requests before the region does.</summary>
    private sealed class HeaderTap : IStartupFilter
    {
        public ConcurrentQueue<IReadOnlyList<string>> Seen { get; } = [];

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, serve) =>
            {
                Seen.Enqueue([.. context.Request.Headers.Select(header => $"{header.Key}: {header.Value}")]);
                return serve(context);
            });
            next(app);
        };
    }
}
