using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace SessionAware.Gateway.CosmosSessions;

/// <summary>Content as JSON: text where it is some, which it nearly always is, <c>{"base64"}</c> where it is not UTF-8, else the names of its parts.</summary>
internal sealed class StoredContentConverter : JsonConverter<StoredContent>
{
    private const string Base64 = "base64", Series = "series", Count = "count", Length = "length", Sha256 = "sha256";

    /// <inheritdoc/>
    public override StoredContent Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            var buffer = new byte[reader.HasValueSequence ? reader.ValueSequence.Length : reader.ValueSpan.Length];
            return new(buffer.AsMemory(0, reader.CopyString(buffer)));
        }

        using var json = JsonDocument.ParseValue(ref reader);
        var content = json.RootElement;
        return content.TryGetProperty(Base64, out var bytes)
            ? new(bytes.GetBytesFromBase64())
            : new(default, new(
                content.GetProperty(Series).GetString()!,
                content.GetProperty(Count).GetInt32(),
                content.GetProperty(Length).GetInt64(),
                content.GetProperty(Sha256).GetString()!));
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, StoredContent value, JsonSerializerOptions options)
    {
        if (value.Parts is null && Utf8.IsValid(value.Bytes.Span))
        {
            writer.WriteStringValue(value.Bytes.Span);
            return;
        }

        writer.WriteStartObject();
        if (value.Parts is { } parts)
        {
            writer.WriteString(Series, parts.Series);
            writer.WriteNumber(Count, parts.Count);
            writer.WriteNumber(Length, parts.Length);
            writer.WriteString(Sha256, parts.Sha256);
        }
        else
        {
            writer.WriteBase64String(Base64, value.Bytes.Span);
        }

        writer.WriteEndObject();
    }
}
