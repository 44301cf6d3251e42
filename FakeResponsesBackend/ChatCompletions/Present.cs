using System.Text.Json;
using System.Text.Json.Serialization;

namespace SessionAware.FakeResponsesBackend.ChatCompletions;

/// <summary>A value that is on the wire even where it is null; a property without one is absent. The service tells the two apart.</summary>
public sealed record Present<T>(T? Value) where T : class;

/// <summary>Writes the value that is present.</summary>
internal sealed class PresentConverter<T> : JsonConverter<Present<T>> where T : class
{
    public override Present<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Answers are only written.");

    public override void Write(Utf8JsonWriter writer, Present<T> value, JsonSerializerOptions options)
    {
        if (value.Value is { } present)
            JsonSerializer.Serialize(writer, present, options.GetTypeInfo(typeof(T)));
        else
            writer.WriteNullValue();
    }
}
