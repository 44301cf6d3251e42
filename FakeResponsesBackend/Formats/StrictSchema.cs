using System.Text.Json;
using System.Text.Json.Nodes;

namespace SessionAware.FakeResponsesBackend.Formats;

/// <summary>The service's rules for a schema that output must obey to the letter: every object closed, every property required.</summary>
internal static class StrictSchema
{
    // Keywords under which schemas stand by name.
    private static readonly string[] s_named = ["properties", "$defs", "definitions"];

    /// <summary>What is wrong, in the service's words; null where nothing is.</summary>
    public static string? Fault(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object || !IsObject(schema))
            return $"schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{TypeOf(schema)}\"'.";
        return Fault(schema, []);
    }

    /// <summary>The schema with every object closed and every property required; null where that would change what it means.</summary>
    public static JsonElement? Normalize(JsonElement schema)
    {
        var node = JsonNode.Parse(schema.GetRawText());
        if (node is JsonObject { Count: 0 } empty)
            (empty["type"], empty["properties"]) = ("object", new JsonObject());
        else if (!Close(node))
            return null;
        return JsonSerializer.SerializeToElement(node, Responses.WireJson.Default.JsonNode);
    }

    private static bool Close(JsonNode? node)
    {
        if (node is not JsonObject schema)
            return true;
        if (schema.ContainsKey("oneOf") || schema.ContainsKey("allOf") || schema.ContainsKey("not") || schema.ContainsKey("patternProperties"))
            return false;
        if (schema["properties"] is JsonObject properties)
        {
            if (schema["additionalProperties"] is { } additional && additional.GetValueKind() != JsonValueKind.False)
                return false;
            schema["additionalProperties"] = false;
            schema["required"] = new JsonArray([.. properties.Select(property => JsonValue.Create(property.Key))]);
        }
        else if (schema["additionalProperties"] is { } map && map.GetValueKind() != JsonValueKind.False)
        {
            return false;
        }

        return Nested(schema).All(Close);
    }

    private static IEnumerable<JsonNode?> Nested(JsonObject schema) =>
        s_named.SelectMany(keyword => schema[keyword] is JsonObject named ? named.Select(property => property.Value) : [])
            .Append(schema["items"])
            .Concat(schema["anyOf"] as JsonArray ?? []);

    private static string? Fault(JsonElement schema, string[] path)
    {
        if (schema.ValueKind != JsonValueKind.Object)
            return null;
        if (IsObject(schema) && ObjectFault(schema) is { } broken)
            return $"In context=({string.Join(", ", path.Select(step => $"'{step}'"))}{(path.Length == 1 ? "," : "")}), {broken}";
        return Children(schema).Select(child => Fault(child.Schema, [.. path, .. child.Path])).FirstOrDefault(fault => fault is not null);
    }

    private static string? ObjectFault(JsonElement schema)
    {
        if (!schema.TryGetProperty("additionalProperties", out var additional) || additional.ValueKind != JsonValueKind.False)
            return "'additionalProperties' is required to be supplied and to be false.";
        HashSet<string> required = schema.TryGetProperty("required", out var listed) && listed.ValueKind == JsonValueKind.Array
            ? [.. listed.EnumerateArray().Where(name => name.ValueKind == JsonValueKind.String).Select(name => name.GetString()!)]
            : [];
        if (!schema.TryGetProperty("properties", out var properties) || properties.ValueKind != JsonValueKind.Object)
            return null;
        const string Rule = "'required' is required to be supplied and to be an array including every key in properties.";
        List<string> names = [.. properties.EnumerateObject().Select(property => property.Name)];
        return names.Except(required).FirstOrDefault() is { } missing ? $"{Rule} Missing '{missing}'."
            : required.Except(names).FirstOrDefault() is { } extra ? $"{Rule} Extra required key '{extra}' supplied."
            : null;
    }

    private static IEnumerable<(string[] Path, JsonElement Schema)> Children(JsonElement schema)
    {
        foreach (var keyword in s_named)
        {
            if (schema.TryGetProperty(keyword, out var named) && named.ValueKind == JsonValueKind.Object)
            {
                foreach (var property in named.EnumerateObject())
                    yield return ([keyword, property.Name], property.Value);
            }
        }

        if (schema.TryGetProperty("items", out var items))
            yield return (["items"], items);
        if (schema.TryGetProperty("anyOf", out var anyOf) && anyOf.ValueKind == JsonValueKind.Array)
        {
            foreach (var (index, option) in anyOf.EnumerateArray().Index())
                yield return (["anyOf", $"{index}"], option);
        }
    }

    private static bool IsObject(JsonElement schema) => schema.TryGetProperty("type", out var type) && (type.ValueKind == JsonValueKind.String
        ? type.ValueEquals("object")
        : type.ValueKind == JsonValueKind.Array && type.EnumerateArray().Any(option => option.ValueKind == JsonValueKind.String && option.ValueEquals("object")));

    private static string TypeOf(JsonElement schema) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String ? type.GetString()! : "None";
}
