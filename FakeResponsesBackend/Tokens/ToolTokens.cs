using System.Text.Json;
using System.Text.Json.Nodes;
using SessionAware.FakeResponsesBackend.Formats;
using SessionAware.FakeResponsesBackend.Tools;

namespace SessionAware.FakeResponsesBackend.Tokens;

/// <summary>What tools and an output schema cost in a prompt: the service shows them to the model as text. Fitted to recordings.</summary>
internal static class ToolTokens
{
    private const int LessForTools = -3;
    private const int ForForcing = 7;
    private static readonly FunctionText s_text = new(onOneLine: true);

    /// <summary>The cost of what stands beside the messages.</summary>
    public static int Of(IReadOnlyList<Tool> tools, ToolChoice choice, TextFormat format) => OfTools(tools, choice) + OfFormat(format);

    private static int OfTools(IReadOnlyList<Tool> tools, ToolChoice choice)
    {
        if (tools.Count == 0)
            return 0;
        return O200k.Count(s_text.Of(tools)) + LessForTools + (choice.Forces(tools) is { } forced ? ForForcing + O200k.Count(forced) : 0);
    }

    private static int OfFormat(TextFormat format)
    {
        if (format is not JsonSchemaFormat schema)
            return 0;
        var node = JsonNode.Parse(schema.Schema.GetRawText());
        Loosen(node);
        var description = schema.Description is { } text ? $"// {text}\n" : "";
        return 1 + O200k.Count($"# Response Formats\n\n## {schema.Name}\n\n{description}{node?.ToJsonString(FunctionText.Json)}");
    }

    /// <summary>Takes out what the model is not shown.</summary>
    private static void Loosen(JsonNode? node)
    {
        if (node is JsonArray array)
        {
            foreach (var item in array)
                Loosen(item);
        }

        if (node is not JsonObject schema)
            return;
        schema.Remove("additionalProperties");
        schema.Remove("required");
        foreach (var (keyword, value) in schema)
        {
            if (keyword == "properties" && value is JsonObject properties)
            {
                foreach (var (_, property) in properties)
                    Loosen(property);
            }
            else
            {
                Loosen(value);
            }
        }
    }
}
