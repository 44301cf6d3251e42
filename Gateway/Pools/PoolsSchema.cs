using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NJsonSchema;
using NJsonSchema.Validation;

namespace SessionAware.Gateway.Pools;

/// <summary>Checks the shape of <c>pools.json</c> against <c>docs/pools.schema.json</c>, the one that editors use too.</summary>
internal static partial class PoolsSchema
{
    // Of a single backend alone. APIM refuses them where a pool has them.
    private static readonly string[] s_refusedOfPools = ["url", "protocol", "circuitBreaker"];

    private static readonly Lazy<Task<JsonSchema>> s_schema = new(LoadAsync);

    /// <summary>Every fault of shape: malformed JSON alone, else unknown and missing properties and wrong types together.</summary>
    public static async Task<IReadOnlyList<string>> FindFaultsAsync(string json)
    {
        if (JsonText.FindFaults(json) is { Count: > 0 } faults)
            return faults;
        var schema = await s_schema.Value;
        return [.. schema.Validate(json).SelectMany(Describe)];
    }

    /// <summary>The same for one backend or pool alone.</summary>
    public static async Task<IReadOnlyList<string>> FindEntryFaultsAsync(JsonObject entry, bool isPool) =>
        [.. (await EntryAsync(isPool)).Validate(entry.ToJsonString()).SelectMany(Describe)];

    /// <summary>Takes out of one backend or pool what no published version of the resource has, with a warning each. What APIM itself refuses stays.</summary>
    public static async Task PruneAsync(JsonObject entry, bool isPool, string place, List<string> warnings) =>
        Prune(entry, await EntryAsync(isPool), place, isPool, warnings);

    private static async Task<JsonSchema> EntryAsync(bool isPool) => (await s_schema.Value).Definitions[isPool ? "pool" : "backend"];

    private static void Prune(JsonNode? node, JsonSchema schema, string place, bool isPool, List<string> warnings)
    {
        schema = schema.ActualSchema;
        if (node is JsonArray list && schema.Item is { } item)
        {
            foreach (var (index, element) in list.Index())
                Prune(element, item, $"{place}[{index}]", isPool, warnings);
        }
        else if (node is JsonObject properties && !schema.AllowAdditionalProperties)
        {
            foreach (var (name, value) in properties.ToList())
            {
                if (schema.ActualProperties.TryGetValue(name, out var known))
                {
                    Prune(value, known, $"{place}.{name}", isPool, warnings);
                }
                else if (!(isPool && s_refusedOfPools.Contains(name)))
                {
                    properties.Remove(name);
                    warnings.Add($"{place}.{name} is in no published version of the resource and is left out");
                }
            }
        }
    }

    private static IEnumerable<string> Describe(ValidationError error) => error switch
    {
        ChildSchemaValidationError nested => nested.Errors.Values.SelectMany(errors => errors).SelectMany(Describe),
        // A number or null: what is wrong with it as a number is what matters.
        MultiTypeValidationError either => either.Errors.Where(errors => errors.Key != JsonObjectType.Null).SelectMany(errors => errors.Value).SelectMany(Describe),
        _ => [$"{PathOf(error)}: {ExplainAsApim(error) ?? Explain(error)}"],
    };

    /// <summary>APIM's own words for what a single backend has and a pool must not.</summary>
    private static string? ExplainAsApim(ValidationError error) =>
        error is { Kind: ValidationErrorKind.NoAdditionalPropertiesAllowed, Property: { } name } && s_refusedOfPools.Contains(name) && OfPool().IsMatch(error.Path ?? "")
            ? $"ValidationError: {char.ToUpperInvariant(name[0])}{name[1..]} is not supported for backend pool."
            : null;

    [GeneratedRegex(@"^#/(pools\[\d+\]\.)?properties\.\w+$")]
    private static partial Regex OfPool();

    private static string PathOf(ValidationError error) => error.Path is { Length: > 2 } path ? path[2..] : "(the file)";

    private static string Explain(ValidationError error) => error.Kind switch
    {
        ValidationErrorKind.NoAdditionalPropertiesAllowed => "unknown property",
        ValidationErrorKind.PropertyRequired => "is missing",
        ValidationErrorKind.StringExpected => "must be a string",
        ValidationErrorKind.ObjectExpected => "must be an object",
        ValidationErrorKind.ArrayExpected => "must be an array",
        ValidationErrorKind.IntegerExpected => "must be an integer",
        ValidationErrorKind.BooleanExpected => "must be true or false",
        ValidationErrorKind.NumberTooSmall => $"must be at least {error.Schema.Minimum}",
        ValidationErrorKind.NumberTooBig => $"must be at most {error.Schema.Maximum}",
        ValidationErrorKind.TooFewItems => $"must have at least {error.Schema.MinItems} entry",
        ValidationErrorKind.ItemsNotUnique => "must not have an entry twice",
        ValidationErrorKind.TooManyItems => $"must have at most {error.Schema.MaxItems} entries",
        ValidationErrorKind.NotInEnumeration => $"must be one of: {string.Join(", ", error.Schema.Enumeration)}",
        ValidationErrorKind.PatternMismatch => $"must match {error.Schema.Pattern}",
        ValidationErrorKind.StringTooShort => "must not be empty",
        ValidationErrorKind.StringTooLong => $"must have at most {error.Schema.MaxLength} characters",
        var other => $"is not valid ({other})",
    };

    private static async Task<JsonSchema> LoadAsync()
    {
        await using var resource = typeof(PoolsSchema).Assembly.GetManifestResourceStream("pools.schema.json")!;
        return await JsonSchema.FromJsonAsync(resource);
    }
}
