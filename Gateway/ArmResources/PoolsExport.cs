using System.Text.Json.Nodes;
using SessionAware.Gateway.Pools;

namespace SessionAware.Gateway.ArmResources;

/// <summary>Backends and pools of <c>pools.json</c> as an ARM template: what <c>az deployment group create</c> takes and <c>bicep decompile</c> reads.</summary>
internal static class PoolsExport
{
    private const string ApiVersion = "2025-09-01-preview";
    private const string ServiceParameter = "apimServiceName";

    /// <summary>Makes the template. Addresses are those that the gateway itself would use.</summary>
    /// <param name="file">A pools file that the gateway would run.</param>
    /// <param name="configuration">Where addresses come from.</param>
    public static JsonObject Write(PoolsFile file, IConfiguration configuration)
    {
        // What the gateway does not read is exported all the same.
        var json = JsonNode.Parse(file.Text)!.AsObject();
        var resources = new JsonArray();
        foreach (var backend in Entries(json, "backends"))
        {
            var properties = (JsonObject?)backend["properties"]?.DeepClone() ?? [];
            properties.Insert(0, "type", "Single");
            if (BackendAddresses.Configured(configuration, NameOf(backend)) is { } address)
                properties["url"] = address;
            properties.TryAdd("protocol", "http");
            resources.Add(Resource(NameOf(backend), properties, dependsOn: null));
        }

        foreach (var pool in Entries(json, "pools"))
        {
            var properties = (JsonObject)pool["properties"]!.DeepClone();
            properties.Insert(0, "type", "Pool");
            // APIM refuses a pool whose members are not there yet.
            var ids = properties["pool"]!["services"]!.AsArray().Select(service => service!["id"]!.GetValue<string>()).ToList();
            var members = file.Backends.Select(backend => backend.Name).Where(name => ids.Any(id => id.EndsWith($"/{name}", StringComparison.OrdinalIgnoreCase)));
            var dependsOn = members.Select(name => (JsonNode)$"[resourceId('{ArmBackends.ResourceType}', parameters('{ServiceParameter}'), '{name}')]");
            resources.Add(Resource(NameOf(pool), properties, new JsonArray([.. dependsOn])));
        }

        return new()
        {
            ["$schema"] = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
            ["contentVersion"] = "1.0.0.0",
            ["parameters"] = new JsonObject { [ServiceParameter] = new JsonObject { ["type"] = "string" } },
            ["resources"] = resources,
        };
    }

    private static JsonObject Resource(string name, JsonObject properties, JsonArray? dependsOn)
    {
        var resource = new JsonObject
        {
            ["type"] = ArmBackends.ResourceType,
            ["apiVersion"] = ApiVersion,
            ["name"] = $"[format('{{0}}/{{1}}', parameters('{ServiceParameter}'), '{name}')]",
            ["properties"] = TemplateText.Escape(properties),
        };
        if (dependsOn is not null)
            resource["dependsOn"] = dependsOn;
        return resource;
    }

    private static IEnumerable<JsonObject> Entries(JsonObject json, string name) => json[name]!.AsArray().Select(entry => entry!.AsObject());

    private static string NameOf(JsonObject entry) => entry["name"]!.GetValue<string>();
}
