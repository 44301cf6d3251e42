using System.Text.Json;
using NJsonSchema;
using NJsonSchema.Validation;

namespace SessionAware.Gateway.Pools;

/// <summary>Checks the shape of <c>pools.json</c> against <c>docs/pools.schema.json</c>, the one that editors use too.</summary>
internal static class PoolsSchema
{
    private static readonly Lazy<Task<JsonSchema>> s_schema = new(LoadAsync);

    /// <summary>Every fault of shape: malformed JSON alone, else unknown and missing properties and wrong types together.</summary>
    public static async Task<IReadOnlyList<string>> FindFaultsAsync(string json)
    {
        try
        {
            using var _ = JsonDocument.Parse(json);
        }
        catch (JsonException malformed)
        {
            return [$"line {malformed.LineNumber + 1}, byte {malformed.BytePositionInLine + 1}: not valid JSON"];
        }

        try
        {
            using var _ = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException duplicate)
        {
            return [$"a property is there twice: {duplicate.Message}"];
        }

        var schema = await s_schema.Value;
        return [.. schema.Validate(json).SelectMany(Describe)];
    }

    private static IEnumerable<string> Describe(ValidationError error) => error is ChildSchemaValidationError nested
        ? nested.Errors.Values.SelectMany(errors => errors).SelectMany(Describe)
        : [$"{PathOf(error)}: {Explain(error)}"];

    private static string PathOf(ValidationError error) => error.Path is { Length: > 2 } path ? path[2..] : "(the file)";

    private static string Explain(ValidationError error) => error.Kind switch
    {
        ValidationErrorKind.NoAdditionalPropertiesAllowed => "unknown property",
        ValidationErrorKind.PropertyRequired => "is missing",
        ValidationErrorKind.StringExpected => "must be a string",
        ValidationErrorKind.ObjectExpected => "must be an object",
        ValidationErrorKind.ArrayExpected => "must be an array",
        ValidationErrorKind.IntegerExpected => "must be an integer",
        ValidationErrorKind.NumberTooSmall => $"must be at least {error.Schema.Minimum}",
        ValidationErrorKind.NumberTooBig => $"must be at most {error.Schema.Maximum}",
        ValidationErrorKind.TooFewItems => $"must have at least {error.Schema.MinItems} entry",
        ValidationErrorKind.TooManyItems => $"must have at most {error.Schema.MaxItems} entries",
        ValidationErrorKind.NotInEnumeration => $"must be one of: {string.Join(", ", error.Schema.Enumeration)}",
        ValidationErrorKind.PatternMismatch => $"must match {error.Schema.Pattern}",
        ValidationErrorKind.StringTooShort => "must not be empty",
        var other => $"is not valid ({other})",
    };

    private static async Task<JsonSchema> LoadAsync()
    {
        await using var resource = typeof(PoolsSchema).Assembly.GetManifestResourceStream("pools.schema.json")!;
        return await JsonSchema.FromJsonAsync(resource);
    }
}
