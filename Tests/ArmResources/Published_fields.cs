using Azure.Bicep.Types.Az;
using Azure.Bicep.Types.Concrete;
using NJsonSchema;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.ArmResources;

/// <summary>The schema of <c>pools.json</c> against the published type of the resource: no field is missing and none is made up.</summary>
public sealed class Published_fields
{
    private const string Resource = "Microsoft.ApiManagement/service/backends@2025-09-01-preview";

    [Fact]
    public async Task Backends_and_pools_know_every_field_of_the_resource_and_no_other()
    {
        var schema = await JsonSchema.FromFileAsync(Path.Combine(Repository.Root, "docs", "pools.schema.json"), TestContext.Current.CancellationToken);
        var loader = new AzTypeLoader();
        var resource = loader.LoadResourceType(loader.LoadTypeIndex().Resources[Resource]);
        var published = Fields((ObjectType)((ObjectType)resource.Body.Type).Properties["properties"].Type.Type, "").ToList();
        IEnumerable<string> Known(string entry) => Fields(schema.Definitions[entry].Properties["properties"], "").Order(StringComparer.Ordinal);
        bool IsOf(string field, string part) => field == part || field.StartsWith(part + ".", StringComparison.Ordinal);

        // The type is told by the list that an entry stands in.
        Assert.Equal(published.Where(field => !IsOf(field, "pool") && field != "type").Order(StringComparer.Ordinal), Known("backend"));
        // What APIM itself refuses of a pool.
        Assert.Equal(published.Where(field => !((string[])["url", "protocol", "circuitBreaker", "type"]).Any(part => IsOf(field, part))).Order(StringComparer.Ordinal), Known("pool"));
        Assert.Contains("pool.services[].preferredCarbonEmission", Known("pool"));
    }

    private static IEnumerable<string> Fields(TypeBase type, string prefix) => type switch
    {
        ObjectType fields when fields.AdditionalProperties is not null => [prefix + "{}"],
        ObjectType fields => fields.Properties.SelectMany(field => Fields(field.Value.Type.Type, prefix.Length == 0 ? field.Key : $"{prefix}.{field.Key}")),
        ArrayType { ItemType.Type: ObjectType item } => Fields(item, prefix + "[]"),
        _ => [prefix],
    };

    private static IEnumerable<string> Fields(JsonSchema schema, string prefix)
    {
        schema = schema.ActualSchema;
        if (schema.AdditionalPropertiesSchema is not null)
            return [prefix + "{}"];
        if (schema.Item?.ActualSchema is { Properties.Count: > 0 } item)
            return Fields(item, prefix + "[]");
        return schema.Properties.Count == 0
            ? [prefix]
            : schema.Properties.SelectMany(property => Fields(property.Value, prefix.Length == 0 ? property.Key : $"{prefix}.{property.Key}"));
    }
}
