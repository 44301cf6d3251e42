using System.Text.Json;
using System.Text.Json.Serialization;

namespace SessionAware.FakeResponsesBackend.Items;

/// <summary>A tool's output: a string as it came, or a list of parts.</summary>
[JsonConverter(typeof(ToolOutputConverter))]
public sealed record ToolOutput(string Plain, IReadOnlyList<ContentPart>? Parts = null)
{
    /// <summary>What the model reads of it.</summary>
    public string Text => Parts is null ? Plain : string.Join('\n', Parts.Select(part => part.PlainText));
}

/// <summary>Writes a string or an array, whichever it is.</summary>
internal sealed class ToolOutputConverter : JsonConverter<ToolOutput>
{
    public override ToolOutput Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Tool outputs are read by the item reader.");

    public override void Write(Utf8JsonWriter writer, ToolOutput value, JsonSerializerOptions options)
    {
        if (value.Parts is { } parts)
            JsonSerializer.Serialize(writer, parts, options.GetTypeInfo(typeof(IReadOnlyList<ContentPart>)));
        else
            writer.WriteStringValue(value.Plain);
    }
}
