using System.Text;
using System.Text.Json;
using SessionAware.Gateway.SessionKeys;

namespace SessionAware.Gateway.Replay;

/// <summary>Makes the bodies that a backend gets instead of the caller's. What is not about the session stays byte for byte.</summary>
internal static class RequestBody
{
    private static readonly byte[] s_open = "{"u8.ToArray(), s_comma = ","u8.ToArray(), s_end = "]"u8.ToArray(), s_close = "}"u8.ToArray();

    /// <summary>The request with the whole conversation as its <c>input</c>, continuing nothing.</summary>
    /// <param name="body">The caller's body.</param>
    /// <param name="items">All items, the request's own at the end.</param>
    /// <param name="store">Whether the backend is to keep the response; null: as the caller says.</param>
    public static byte[] WithHistory(ReadOnlyMemory<byte> body, IReadOnlyList<ReadOnlyMemory<byte>> items, bool? store = null)
    {
        var pieces = Without(body, name => name is "previous_response_id" or "input" || (store is not null && name is "store"));
        AddList(pieces, "input", items);
        if (store is { } value)
            Add(pieces, "store", value ? "true" : "false");
        return Join(pieces);
    }

    /// <summary>The request without reasoning whose encrypted content is one of <paramref name="unreadable"/>.</summary>
    /// <returns>The body, and how many items were left out.</returns>
    public static (byte[] Body, int Left) WithoutReasoning(ReadOnlyMemory<byte> body, IReadOnlySet<SessionId> unreadable)
    {
        body = ObjectIn(body);
        List<ReadOnlyMemory<byte>> kept = [];
        var left = 0;
        HistoryBuilder.ForEach(HistoryBuilder.ValueOf(body, "input"u8), item =>
        {
            // A compaction stands for a history: without it the region must say that it cannot read it.
            if (IsReasoning(item) && ContentOf(item) is { } content && unreadable.Contains(content))
                left++;
            else
                kept.Add(item);
        });
        var pieces = Without(body, name => name is "input");
        AddList(pieces, "input", kept);
        return (Join(pieces), left);
    }

    /// <summary>A list of items as the service answers it, all on one page.</summary>
    public static byte[] ListOf(IReadOnlyList<ReadOnlyMemory<byte>> items)
    {
        List<ReadOnlyMemory<byte>> pieces = [s_open];
        Add(pieces, "object", "\"list\"");
        AddList(pieces, "data", items);
        foreach (var (name, item) in new[] { ("first_id", items is [var first, ..] ? first : default), ("last_id", items is [.., var last] ? last : default) })
        {
            var id = item.IsEmpty ? default : HistoryBuilder.ValueOf(item, "id"u8);
            if (id.IsEmpty)
                Add(pieces, name, "null");
            else
                Add(pieces, name, id);
        }

        Add(pieces, "has_more", "false");
        return Join(pieces);
    }

    /// <summary>The request that asks the backend to keep nothing.</summary>
    public static byte[] WithoutStore(ReadOnlyMemory<byte> body)
    {
        var pieces = Without(body, name => name is "store");
        Add(pieces, "store", "false");
        return Join(pieces);
    }

    private static bool IsReasoning(ReadOnlyMemory<byte> item) =>
        item.Span.TrimStart(" \t\r\n"u8) is [(byte)'{', ..] && HistoryItem.Read(item.Span).Type == "reasoning";

    private static SessionId? ContentOf(ReadOnlyMemory<byte> item)
    {
        var content = item.Span.TrimStart(" \t\r\n"u8) is [(byte)'{', ..] ? HistoryBuilder.ValueOf(item, "encrypted_content"u8) : default;
        return content.IsEmpty || JsonSerializer.Deserialize<JsonElement>(content.Span) is not { ValueKind: JsonValueKind.String } text
            ? null
            : SessionId.EncryptedContent(Encoding.UTF8.GetBytes(text.GetString()!));
    }

    /// <summary>What stands before an object may be a mark of its encoding.</summary>
    private static ReadOnlyMemory<byte> ObjectIn(ReadOnlyMemory<byte> body) => body[body.Span.IndexOf((byte)'{')..];

    /// <summary>The beginning of the object, without its end and without some properties.</summary>
    private static List<ReadOnlyMemory<byte>> Without(ReadOnlyMemory<byte> body, Func<string, bool> isLeftOut)
    {
        body = ObjectIn(body);
        List<ReadOnlyMemory<byte>> pieces = [s_open];
        var reader = new Utf8JsonReader(body.Span, HistoryBuilder.ReaderOptions);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (start, name) = ((int)reader.TokenStartIndex, reader.GetString()!);
            reader.Read();
            reader.Skip();
            if (isLeftOut(name))
                continue;
            if (pieces.Count > 1)
                pieces.Add(s_comma);
            pieces.Add(body[start..(int)reader.BytesConsumed]);
        }

        return pieces;
    }

    private static void Add(List<ReadOnlyMemory<byte>> pieces, string name, string value) => Add(pieces, name, Encoding.UTF8.GetBytes(value));

    private static void Add(List<ReadOnlyMemory<byte>> pieces, string name, ReadOnlyMemory<byte> value)
    {
        if (pieces.Count > 1)
            pieces.Add(s_comma);
        pieces.Add(Encoding.UTF8.GetBytes($"\"{name}\":"));
        pieces.Add(value);
    }

    private static void AddList(List<ReadOnlyMemory<byte>> pieces, string name, IReadOnlyList<ReadOnlyMemory<byte>> items)
    {
        Add(pieces, name, "[");
        for (var index = 0; index < items.Count; index++)
        {
            if (index > 0)
                pieces.Add(s_comma);
            pieces.Add(items[index]);
        }

        pieces.Add(s_end);
    }

    /// <summary>The whole object, in one array of its length: it may be many megabytes.</summary>
    private static byte[] Join(List<ReadOnlyMemory<byte>> pieces)
    {
        pieces.Add(s_close);
        var whole = GC.AllocateUninitializedArray<byte>(pieces.Sum(piece => piece.Length));
        var rest = whole.AsSpan();
        foreach (var piece in pieces)
        {
            piece.Span.CopyTo(rest);
            rest = rest[piece.Length..];
        }

        return whole;
    }
}
