using System.Net.ServerSentEvents;
using System.Text.Json;

namespace SessionAware.Gateway.Observation;

/// <summary>One event of a Responses API stream, as far as sessions go.</summary>
/// <param name="Type">Its <c>type</c>; null where it has none.</param>
/// <param name="Response">Its <c>response</c>, whole; empty where it has none.</param>
/// <param name="Item">Its <c>item</c>, whole; empty where it has none.</param>
/// <param name="Data">All of it.</param>
internal readonly record struct ResponseEvent(string? Type, ReadOnlyMemory<byte> Response, ReadOnlyMemory<byte> Item, ReadOnlyMemory<byte> Data)
{
    /// <summary>Whether it is the last that says anything of the response.</summary>
    public bool IsTerminal => Type is "response.completed" or "response.incomplete" or "response.failed" or "response.cancelled";

    /// <summary>Reads one event, from its first byte to its blank line; default where it holds none that matters.</summary>
    public static ResponseEvent Read(ReadOnlyMemory<byte> whole)
    {
        // Nearly all events of a stream are deltas: they say nothing of sessions, and looking is cheaper than parsing.
        if (IsDelta(whole.Span))
            return default;
        using var stream = new MemoryStream(whole.ToArray());
        foreach (var item in SseParser.Create(stream, static (_, data) => data.ToArray()).Enumerate())
            return ReadData(item.Data);
        return default;
    }

    private static bool IsDelta(ReadOnlySpan<byte> whole)
    {
        if (!whole.StartsWith("event: "u8))
            return false;
        var line = whole[7..];
        var end = line.IndexOfAny((byte)'\n', (byte)'\r');
        return end > 0 && line[..end].EndsWith(".delta"u8);
    }

    private static ResponseEvent ReadData(byte[] data)
    {
        try
        {
            string? type = null;
            ReadOnlyMemory<byte> response = default, item = default;
            var json = new Utf8JsonReader(data, new JsonReaderOptions { MaxDepth = 512 });
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
                return default;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var isType = json.ValueTextEquals("type"u8);
                var isResponse = json.ValueTextEquals("response"u8);
                var isItem = json.ValueTextEquals("item"u8);
                json.Read();
                var start = (int)json.TokenStartIndex;
                if (isType && json.TokenType == JsonTokenType.String)
                    type = json.GetString();
                json.Skip();
                if (isResponse)
                    response = data.AsMemory(start..(int)json.BytesConsumed);
                else if (isItem)
                    item = data.AsMemory(start..(int)json.BytesConsumed);
            }

            return new(type, response, item, data);
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            // No JSON: another kind of stream, or its end marker.
            return default;
        }
    }
}
