using System.Buffers;
using System.Text.Json;
using SessionAware.FakeResponsesBackend.Responses;

namespace SessionAware.FakeResponsesBackend.Streaming;

/// <summary>Events as JSON, the same on every transport.</summary>
internal static class EventJson
{
    /// <summary>Writes an event as an object.</summary>
    public static void Write(ResponseEvent item, IBufferWriter<byte> buffer)
    {
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = WireJson.Options.Encoder });
        JsonSerializer.Serialize(json, item, WireJson.Options.GetTypeInfo(item.GetType()));
    }
}
