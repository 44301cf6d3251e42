using System.Text.Json;
using SessionAware.FakeResponsesBackend.Formats;
using SessionAware.FakeResponsesBackend.Responses;
using SessionAware.FakeResponsesBackend.Tools;

namespace SessionAware.FakeResponsesBackend.Tokens;

/// <summary>What tools and an output schema cost in a prompt.</summary>
internal static class ToolTokens
{
    /// <summary>The cost of what stands beside the messages.</summary>
    public static int Of(IReadOnlyList<Tool> tools, TextFormat format)
    {
        var tokens = tools.Sum(tool => O200k.Count(JsonSerializer.Serialize(tool, WireJson.Default.Tool)));
        return format is JsonSchemaFormat schema ? tokens + O200k.Count(schema.Schema.GetRawText()) : tokens;
    }
}
