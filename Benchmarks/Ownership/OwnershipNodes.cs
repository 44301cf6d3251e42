using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace SessionAware.Benchmarks.Ownership;

/// <summary>A region, and two gateways over one store that know two subscriptions.</summary>
internal sealed class OwnershipNodes : IAsyncDisposable
{
    private const string KeyOfA = "the-key-of-subscription-a", KeyOfB = "the-key-of-subscription-b";
    private const string RegionKey = "local-key";

    private readonly List<NodeProcess> _nodes = [];

    /// <summary>The ways of naming an id, each on a connection of its own.</summary>
    public IReadOnlyList<NamingWay> Ways { get; private set; } = [];

    public static async Task<OwnershipNodes> StartAsync(CancellationToken cancellationToken)
    {
        var nodes = new OwnershipNodes();
        try
        {
            var region = await NodeProcess.StartRegionAsync(cancellationToken);
            nodes._nodes.Add(region);
            Dictionary<string, string> settings = new()
            {
                ["Backends__eastus2__Url"] = region.Url,
                ["Backends__westus__Url"] = region.Url,
                ["Backends__eastus2__ApiKey"] = RegionKey,
                ["Backends__westus__ApiKey"] = RegionKey,
                ["Gateway__Sessions__File"] = Path.Combine(Directory.CreateTempSubdirectory("sessionaware-").FullName, "sessions.db"),
                ["Gateway__Owners__Subscriptions__0__Name"] = "a",
                ["Gateway__Owners__Subscriptions__0__KeyHashes__0"] = HashOf(KeyOfA),
                ["Gateway__Owners__Subscriptions__1__Name"] = "b",
                ["Gateway__Owners__Subscriptions__1__KeyHashes__0"] = HashOf(KeyOfB),
            };
            for (var replica = 0; replica < 2; replica++)
                nodes._nodes.Add(await NodeProcess.StartProgramAsync("SessionAware.Gateway", [], settings, core: null, cancellationToken));
            (string Url, string Place)[] places = [(nodes._nodes[1].Url, "in memory"), (nodes._nodes[2].Url, "in the store")];
            nodes.Ways =
            [
                .. places.SelectMany(place => new[]
                {
                    new NamingWay($"GET, {place.Place}", Caller(place.Url, KeyOfB), IsInPath: true, IsControl: false),
                    new NamingWay($"previous_response_id, {place.Place}", Caller(place.Url, KeyOfB), IsInPath: false, IsControl: false),
                }),
                new NamingWay("for comparison, GET, nobody's twice", Caller(places[0].Url, KeyOfB), IsInPath: true, IsControl: true),
            ];
            return nodes;
        }
        catch
        {
            await nodes.DisposeAsync();
            throw;
        }
    }

    /// <summary>Has A make responses through the first gateway.</summary>
    /// <returns>Their ids, each with one that nobody ever had: of the same chain and second.</returns>
    public async Task<IReadOnlyList<(string Theirs, string Nobodys)>> MakeAsync(int count, CancellationToken cancellationToken)
    {
        using var caller = Caller(_nodes[1].Url, KeyOfA);
        List<(string, string)> ids = [];
        while (ids.Count < count)
        {
            using var answer = await caller.PostAsJsonAsync("responses", new { model = "gpt-4o-mini", input = "Hi" }, cancellationToken);
            answer.EnsureSuccessStatusCode();
            var id = (await answer.Content.ReadFromJsonAsync<JsonNode>(cancellationToken))!["id"]!.GetValue<string>();
            ids.Add((id, NamingWay.Another(id)));
        }

        return ids;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var way in Ways)
            way.Caller.Dispose();
        foreach (var node in _nodes)
            await node.DisposeAsync();
    }

    private static HttpClient Caller(string url, string key) => new(new SocketsHttpHandler { MaxConnectionsPerServer = 1, UseCookies = false })
    {
        BaseAddress = new Uri($"{url}/session-aware/openai/v1/"),
        DefaultRequestHeaders = { { "api-key", key } },
    };

    private static string HashOf(string key) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}";
}
