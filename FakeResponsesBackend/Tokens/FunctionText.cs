using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SessionAware.FakeResponsesBackend.Tools;

namespace SessionAware.FakeResponsesBackend.Tokens;

/// <summary>Functions as the model is shown them: types in TypeScript's manner, with comments. Found by fitting token counts of recordings.</summary>
/// <param name="onOneLine">Whether an object without a comment stands on one line: so responses are counted, chat completions always have a line a property.</param>
internal sealed class FunctionText(bool onOneLine)
{
    // A schema may contain itself.
    private const int Deepest = 16;

    /// <summary>Compact, with nothing escaped that need not be.</summary>
    public static JsonSerializerOptions Json { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text of tools, of which there is at least one.</summary>
    public string Of(IEnumerable<Tool> tools) =>
        $"# Tools\n\n## functions\n\nnamespace functions {{\n\n{string.Join("\n\n", tools.Select(Of))}\n\n}} // namespace functions";

    private string Of(Tool tool)
    {
        var schema = (tool as FunctionTool)?.Parameters is { } parameters ? JsonNode.Parse(parameters.GetRawText()) as JsonObject : null;
        var lines = Comment(tool.Description);
        if (schema?["properties"] is JsonObject { Count: > 0 })
        {
            var head = string.Concat(new[] { Text(schema, "title"), Text(schema, "description") }.OfType<string>().SelectMany(text => text.Trim().Split('\n')).Select(line => $"// {line}\n"));
            lines.Add($"type {tool.Name} = (_: {head}{Object(schema, schema, depth: 0)}) => any;");
        }
        else
        {
            lines.Add($"type {tool.Name} = () => any;");
        }

        return string.Join('\n', lines);
    }

    private string Object(JsonObject schema, JsonObject root, int depth)
    {
        HashSet<string> required = schema["required"] is JsonArray names ? [.. names.Select(name => name!.ToString())] : [];
        var properties = (JsonObject)schema["properties"]!;
        List<string> extra = schema["additionalProperties"]?.GetValueKind() == JsonValueKind.True ? ["[k: string]: any"] : [];
        string Declare(string name, JsonNode? value) => $"{name}{(required.Contains(name) ? "" : "?")}: {Type(value, root, depth)}";

        if (onOneLine && properties.All(property => Comments(property.Value).Count == 0 && (property.Value as JsonObject)?["default"] is null))
            return $"{{ {string.Join(", ", properties.Select(property => Declare(property.Key, property.Value)).Concat(extra))} }}";
        var lines = properties.SelectMany(property => Comments(property.Value)
            .Append(Declare(property.Key, property.Value) + ((property.Value as JsonObject)?["default"] is { } value ? $" // default: {value.ToJsonString(Json)}" : ",")));
        return string.Join('\n', ["{", .. lines, .. extra.Select(line => $"{line},"), "}"]);
    }

    private string Type(JsonNode? node, JsonObject root, int depth)
    {
        if (node is not JsonObject schema || depth > Deepest)
            return "any";
        if (Text(schema, "$ref") is { } reference)
        {
            var name = reference.Split('/')[^1];
            return (root["$defs"] as JsonObject)?[name] is JsonObject target && !ReferenceEquals(target, root)
                ? (Text(target, "title") is { } title ? $"// {title}\n" : "") + Type(target, root, depth + 1)
                : "any";
        }

        if ((schema["anyOf"] ?? schema["oneOf"]) is JsonArray options)
            return string.Join(" | ", options.Select(option => Type(option, root, depth + 1)));
        if (schema["enum"] is JsonArray values)
            return string.Join(" | ", values.Select(value => value?.ToJsonString(Json) ?? "null"));
        if (schema["const"] is { } constant)
            return constant.ToJsonString(Json);
        if (schema["type"] is JsonArray types)
            return string.Join(" | ", types.Select(type => Simple(type!.ToString(), schema, root, depth)));
        return Simple(Text(schema, "type") ?? (schema["properties"] is null ? "" : "object"), schema, root, depth);
    }

    private string Simple(string type, JsonObject schema, JsonObject root, int depth) => type switch
    {
        "integer" => "number",
        "string" or "boolean" or "null" or "number" => type,
        "array" => schema["items"] is { } items ? $"{Type(items, root, depth + 1)}[]" : "any[]",
        "object" => schema["properties"] is JsonObject { Count: > 0 } ? Object(schema, root, depth + 1) : "object",
        _ => "any",
    };

    private static List<string> Comments(JsonNode? node)
    {
        List<string> lines = [];
        if (node is not JsonObject schema)
            return lines;
        if (Text(schema, "title") is { } title)
        {
            lines.Add($"// {title}");
            if (Text(schema, "description") is not null)
                lines.Add("//");
        }

        lines.AddRange(Comment(Text(schema, "description")));
        return lines;
    }

    private static List<string> Comment(string? text) => string.IsNullOrEmpty(text)
        ? []
        : [.. text.Trim().Split('\n').Select(line => line.Trim()).Select(line => line.Length > 0 ? $"// {line}" : "//")];

    private static string? Text(JsonObject schema, string name) => schema[name] is { } value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
}
