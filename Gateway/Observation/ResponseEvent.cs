using System.Net.ServerSentEvents;
using System.Text.Json;

namespace SessionAware.Gateway.Observation;

/// <summary>One event of a Responses API stream, as far as sessions go.</summary>
/// <param name="Type">Its <c>type</c>; null where it has none.</param>
/// <param name="Response">Its <c>response</c>; empty where it has none.</param>
/// <param name="Item">Its <c>item</c>; empty where it has none.</param>
/// <param name="Data">All of it.</param>
/// <param name="IsWhole">False where only its beginning is there: then these may be beginnings, too.</param>
internal readonly record struct ResponseEvent(string? Type, ReadOnlyMemory<byte> Response, ReadOnlyMemory<byte> Item, ReadOnlyMemory<byte> Data, bool IsWhole)
{
    private const string Prefix = "response.";

    private static readonly JsonReaderOptions s_options = new() { MaxDepth = 512 };

    /// <summary>Whether it is the last that says anything of the response.</summary>
    public bool IsTerminal => TerminalStatus is not null;

    /// <summary>The response's status where it is the last; null where it is not.</summary>
    public string? TerminalStatus => Type is "response.completed" or "response.incomplete" or "response.failed" or "response.cancelled" ? Type[Prefix.Length..] : null;

    /// <summary>Reads one event, from its first byte to its blank line; default where it holds none that matters.</summary>
    /// <param name="bytes">The event.</param>
    /// <param name="isWhole">Whether it is there to its end.</param>
    public static ResponseEvent Read(ReadOnlyMemory<byte> bytes, bool isWhole = true)
    {
        // Nearly all events of a stream are deltas: they say nothing of sessions, and looking is cheaper than parsing.
        if (IsDelta(bytes.Span))
            return default;
        // An event that does not end is none for the parser.
        using var stream = new MemoryStream(isWhole ? bytes.ToArray() : [.. bytes.Span, .. "\n\n"u8]);
        foreach (var item in SseParser.Create(stream, static (_, data) => data.ToArray()).Enumerate())
            return ReadData(item.EventType, item.Data, isWhole);
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

    private static ResponseEvent ReadData(string name, byte[] data, bool isWhole)
    {
        // Of a beginning the type may be what is missing.
        var type = isWhole ? null : name;
        ReadOnlyMemory<byte> response = default, item = default;
        try
        {
            var json = new Utf8JsonReader(data, isWhole, new JsonReaderState(s_options));
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
                return default;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var isType = json.ValueTextEquals("type"u8);
                var isResponse = json.ValueTextEquals("response"u8);
                var isItem = json.ValueTextEquals("item"u8);
                if (!json.Read())
                    break;
                var start = (int)json.TokenStartIndex;
                if (isType && json.TokenType == JsonTokenType.String)
                    type = json.GetString();
                var isThere = json.TrySkip();
                var value = isThere ? data.AsMemory(start..(int)json.BytesConsumed) : data.AsMemory(start);
                if (isResponse)
                    response = value;
                else if (isItem)
                    item = value;
                if (!isThere)
                    break;
            }

            return new(type, response, item, data, isWhole);
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            // No JSON: another kind of stream, or its end marker.
            return default;
        }
    }
}
