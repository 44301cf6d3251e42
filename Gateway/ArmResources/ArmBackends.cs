using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SessionAware.Gateway.ArmResources;

/// <summary>
/// Finds APIM's backend resources in what Azure's tools print: one resource or a list by <c>az rest</c>, the flattened form by <c>az apim</c>, an ARM template,
/// the resources that <c>bicep snapshot</c> predicts, or the body of a PUT or PATCH, which has no name.
/// </summary>
internal static partial class ArmBackends
{
    /// <summary>The resource type.</summary>
    public const string ResourceType = "Microsoft.ApiManagement/service/backends";

    private const string ChildType = "backends";

    private static readonly string[] s_lists = ["value", "predictedResources"];

    /// <summary>Every backend in <paramref name="document"/>, whatever else is beside it.</summary>
    public static IEnumerable<ArmBackend> FindAll(JsonNode? document) => document switch
    {
        JsonArray list => list.SelectMany(FindAll),
        JsonObject template when template["$schema"] is not null && template["resources"] is { } resources => FindIn(TemplateText.Unescape(resources)),
        JsonObject holder when s_lists.Select(name => holder[name]).OfType<JsonArray>().FirstOrDefault() is { } list && holder["pool"] is null => FindAll(list),
        // A module: a template within the template.
        JsonObject module when module["properties"]?["template"]?["resources"] is { } nested => FindIn(nested),
        // A service with its children inside.
        JsonObject service when !IsBackend(service) && service["resources"] is { } children => FindIn(children),
        JsonObject resource when IsBackend(resource) => [Read(resource)],
        _ => [],
    };

    // A template with symbolic names keeps its resources in an object.
    private static IEnumerable<ArmBackend> FindIn(JsonNode? resources) =>
        resources is JsonObject named ? named.SelectMany(resource => FindAll(resource.Value)) : FindAll(resources);

    private static bool IsBackend(JsonObject resource) => resource["type"]?.ToString() is { } type
        ? type.Equals(ResourceType, StringComparison.OrdinalIgnoreCase) || type.Equals(ChildType, StringComparison.OrdinalIgnoreCase)
        : resource["properties"] is JsonObject || IsFlat(resource);

    // az flattens: what belongs under "properties" stands beside the name, and "properties" is the Service Fabric cluster's.
    private static bool IsFlat(JsonObject resource) => resource.ContainsKey("url") || resource.ContainsKey("pool");

    private static ArmBackend Read(JsonObject resource)
    {
        var name = resource["name"]?.ToString() is { } written ? ShortName(written) : null;
        var isFlat = IsFlat(resource) || resource["properties"] is not JsonObject;
        var properties = (JsonObject)(isFlat ? resource : resource["properties"]!).DeepClone();
        if (isFlat)
            RemoveEnvelope(properties);
        RemoveNulls(properties);
        foreach (var service in (properties["pool"]?["services"] as JsonArray ?? []).OfType<JsonObject>())
        {
            // A reference within a template.
            if (service["id"]?.ToString() is ['[', ..] id && ShortName(id) is { } member)
                service["id"] = $"/backends/{member}";
        }

        var type = properties["type"]?.ToString();
        properties.Remove("type");
        return new(name, "Pool".Equals(type, StringComparison.OrdinalIgnoreCase) || properties.ContainsKey("pool"), properties);
    }

    private static void RemoveEnvelope(JsonObject properties)
    {
        foreach (var name in (string[])["id", "name", "type", "apiVersion", "resourceGroup", "etag", "systemData", "typePropertiesType", "dependsOn"])
            properties.Remove(name);
    }

    private static void RemoveNulls(JsonNode? node)
    {
        if (node is JsonArray list)
        {
            foreach (var item in list)
                RemoveNulls(item);
        }
        else if (node is JsonObject properties)
        {
            foreach (var name in properties.Where(property => property.Value is null).Select(property => property.Key).ToList())
                properties.Remove(name);
            foreach (var property in properties)
                RemoveNulls(property.Value);
        }
    }

    /// <summary>"apim/eastus2" without the service's name; of an expression, such as "[format('{0}/eastus2', parameters('apim'))]", the last literal says it. Null where none does.</summary>
    private static string? ShortName(string written)
    {
        var literal = written.StartsWith('[') ? Literal().Matches(Reference().Replace(written, "")).LastOrDefault()?.Groups["text"].Value ?? "" : written;
        var name = literal[(literal.LastIndexOf('/') + 1)..];
        return name.Length == 0 || name.Contains('{', StringComparison.Ordinal) ? null : name;
    }

    [GeneratedRegex(@"(parameters|variables)\('[^']*'\)")]
    private static partial Regex Reference();

    [GeneratedRegex("'(?<text>[^']*)'")]
    private static partial Regex Literal();
}

/// <summary>A backend resource of ARM.</summary>
/// <param name="Name">Its name without the service's; null where the body has none.</param>
/// <param name="IsPool">Whether it is a pool.</param>
/// <param name="Properties">Its properties without their type and without nulls.</param>
internal sealed record ArmBackend(string? Name, bool IsPool, JsonObject Properties);
