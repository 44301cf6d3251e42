using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace SessionAware.Tests.ApimDoor;

/// <summary>APIs, operations, backends and policies, read from API Management's resources.</summary>
internal sealed class DoorModel
{
    private const string Root = "Microsoft.ApiManagement/service/";

    public IReadOnlyList<DoorApi> Apis { get; private init; } = [];

    public IReadOnlyDictionary<string, DoorBackend> Backends { get; private init; } = new Dictionary<string, DoorBackend>();

    public IReadOnlyDictionary<string, XElement> Fragments { get; private init; } = new Dictionary<string, XElement>();

    public static DoorModel Read(IReadOnlyList<JsonNode> resources)
    {
        var all = resources.Select(resource => (Type: Text(resource["type"])[Root.Length..], Name: Text(resource["name"]).Split('/')[1..], Properties: resource["properties"]!)).ToList();
        var policies = all.Where(resource => resource.Type == "apis/policies").ToDictionary(resource => resource.Name[0], resource => XElement.Parse(Text(resource.Properties["value"])));
        var operations = all.Where(resource => resource.Type == "apis/operations").ToLookup(
            resource => resource.Name[0], resource => new ContextOperation(resource.Name[1], Text(resource.Properties["method"]), Text(resource.Properties["urlTemplate"])));
        var model = new DoorModel
        {
            Backends = ReadBackends(all.Where(resource => resource.Type == "backends").Select(resource => (resource.Name[0], resource.Properties))),
            Fragments = all.Where(resource => resource.Type == "policyFragments").ToDictionary(resource => resource.Name[0], resource => XElement.Parse(Text(resource.Properties["value"]))),
            Apis = [.. all.Where(resource => resource.Type == "apis").Select(resource => new DoorApi(
                new ContextApi(resource.Name[0], Text(resource.Properties["path"])),
                (string?)resource.Properties["serviceUrl"] is { } url ? new Uri(url) : null,
                Text(resource.Properties["subscriptionKeyParameterNames"]!["header"]),
                Text(resource.Properties["subscriptionKeyParameterNames"]!["query"]),
                [.. operations[resource.Name[0]]],
                policies[resource.Name[0]]))],
        };
        foreach (var document in policies.Values.Concat(model.Fragments.Values))
            PlayedPolicies.Check(document);
        return model;
    }

    /// <summary>The API whose path the request's begins with, and the path behind that.</summary>
    public (DoorApi? Api, string BackendPath) Match(string path) => Apis
        .Where(api => path == $"/{api.Context.Path}" || path.StartsWith($"/{api.Context.Path}/", StringComparison.Ordinal))
        .Select(api => ((DoorApi?)api, path[(api.Context.Path.Length + 1)..]))
        .DefaultIfEmpty((null, "")).First();

    private static Dictionary<string, DoorBackend> ReadBackends(IEnumerable<(string Name, JsonNode Properties)> backends)
    {
        var all = backends.ToList();
        var singles = all.Where(backend => Text(backend.Properties["type"]) == "Single").ToDictionary(
            backend => backend.Name, backend => DoorBackend.Single(backend.Name, new Uri(Text(backend.Properties["url"]))));
        var pools = all.Where(backend => Text(backend.Properties["type"]) == "Pool").ToDictionary(backend => backend.Name, backend => DoorBackend.Pool(
            backend.Name,
            [.. backend.Properties["pool"]!["services"]!.AsArray().Select(member => new DoorMember(
                singles[Text(member!["id"]).Split('/')[^1]], (int?)member["priority"] ?? 1, (int?)member["weight"] ?? 1))],
            backend.Properties["pool"]!["sessionAffinity"]?["sessionId"] is { } session ? (string?)session["name"] ?? "APIM-Backend-Affinity" : null));
        return singles.Concat(pools).ToDictionary(backend => backend.Key, backend => backend.Value);
    }

    private static string Text(JsonNode? node) => node!.GetValue<string>();
}
