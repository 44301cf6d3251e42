using System.Text.Json.Nodes;

namespace SessionAware.Gateway.ArmResources;

/// <summary>Texts in an ARM template: one that begins with a bracket is an expression unless the bracket is doubled.</summary>
internal static class TemplateText
{
    /// <summary>The same with every text meant literally.</summary>
    public static JsonNode Escape(JsonNode node) => Map(node, text => text.StartsWith('[') ? "[" + text : text)!;

    /// <summary>Undoes <see cref="Escape"/>; expressions stay as they are.</summary>
    public static JsonNode? Unescape(JsonNode? node) => Map(node, text => text.StartsWith("[[", StringComparison.Ordinal) ? text[1..] : text);

    private static JsonNode? Map(JsonNode? node, Func<string, string> map) => node switch
    {
        JsonArray list => new JsonArray([.. list.Select(item => Map(item, map))]),
        JsonObject properties => new JsonObject(properties.Select(property => KeyValuePair.Create(property.Key, Map(property.Value, map)))),
        JsonValue value when value.TryGetValue<string>(out var text) => map(text),
        _ => node?.DeepClone(),
    };
}
