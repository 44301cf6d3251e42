using System.Text;
using System.Text.Json;
using SessionAware.FakeResponsesBackend.Tools;

namespace SessionAware.FakeResponsesBackend.ChatCompletions;

/// <summary>Functions as this API shows them to its models, in TypeScript: measured prompts of chat completions are as long as this text.</summary>
internal static class ChatToolText
{
    /// <summary>The text for functions, of which there is at least one.</summary>
    public static string Of(IEnumerable<FunctionTool> functions)
    {
        var text = new StringBuilder("# Tools\n\n## functions\n\nnamespace functions {\n\n");
        foreach (var function in functions)
        {
            if (function.Description is { Length: > 0 } description)
                text.Append("// ").Append(description).Append('\n');
            text.Append("type ").Append(function.Name).Append(" = (");
            if (function.Parameters is { } parameters && HasProperties(parameters))
                text.Append("_: ").Append(TypeOf(parameters));
            text.Append(") => any;\n\n");
        }

        return text.Append("} // namespace functions").ToString();
    }

    private static string TypeOf(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object)
            return "any";
        if (schema.TryGetProperty("enum", out var choices) && choices.ValueKind == JsonValueKind.Array)
            return string.Join(" | ", choices.EnumerateArray().Select(choice => choice.GetRawText()));
        if (schema.TryGetProperty("anyOf", out var options) && options.ValueKind == JsonValueKind.Array)
            return string.Join(" | ", options.EnumerateArray().Select(TypeOf));
        if (HasProperties(schema))
            return ObjectOf(schema);
        if (!schema.TryGetProperty("type", out var type))
            return "any";
        return type.ValueKind == JsonValueKind.Array
            ? string.Join(" | ", type.EnumerateArray().Select(one => NameOf(one, schema)))
            : NameOf(type, schema);
    }

    private static string NameOf(JsonElement type, JsonElement schema) => type.ValueKind != JsonValueKind.String ? "any" : type.GetString() switch
    {
        "integer" => "number",
        "array" => $"{(schema.TryGetProperty("items", out var items) ? TypeOf(items) : "any")}[]",
        { } name => name,
        null => "any",
    };

    private static string ObjectOf(JsonElement schema)
    {
        HashSet<string?> required = schema.TryGetProperty("required", out var names) && names.ValueKind == JsonValueKind.Array
            ? [.. names.EnumerateArray().Where(name => name.ValueKind == JsonValueKind.String).Select(name => name.GetString())]
            : [];
        var text = new StringBuilder("{\n");
        foreach (var property in schema.GetProperty("properties").EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.Object && property.Value.TryGetProperty("description", out var description) && description.ValueKind == JsonValueKind.String)
                text.Append("// ").Append(description.GetString()).Append('\n');
            text.Append(property.Name).Append(required.Contains(property.Name) ? ": " : "?: ").Append(TypeOf(property.Value)).Append(",\n");
        }

        return text.Append('}').ToString();
    }

    private static bool HasProperties(JsonElement schema) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("properties", out var properties)
        && properties.ValueKind == JsonValueKind.Object && properties.EnumerateObject().Any();
}
