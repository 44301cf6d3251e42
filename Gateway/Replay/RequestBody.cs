using System.Buffers;
using System.Text;
using System.Text.Json;
using SessionAware.Gateway.SessionKeys;

namespace SessionAware.Gateway.Replay;

/// <summary>Makes the bodies that a backend gets instead of the caller's. What is not about the session stays byte for byte.</summary>
internal static class RequestBody
{
    /// <summary>The request with the whole conversation as its <c>input</c>, continuing nothing.</summary>
    /// <param name="body">The caller's body.</param>
    /// <param name="items">All items, the request's own at the end.</param>
    /// <param name="store">Whether the backend is to keep the response; null: as the caller says.</param>
    public static byte[] WithHistory(ReadOnlyMemory<byte> body, IReadOnlyList<ReadOnlyMemory<byte>> items, bool? store = null)
    {
        var written = Copy(body, name => name is "previous_response_id" or "input" || (store is not null && name is "store"), items.Sum(item => item.Length + 1));
        Begin(written, "input");
        WriteList(written, items);
        if (store is { } value)
        {
            Begin(written, "store");
            written.Write(value ? "true"u8 : "false"u8);
        }

        written.Write("}"u8);
        return written.WrittenSpan.ToArray();
    }

    /// <summary>The request without reasoning whose encrypted content is one of <paramref name="unreadable"/>.</summary>
    /// <returns>The body, and how many items were left out.</returns>
    public static (byte[] Body, int Left) WithoutReasoning(ReadOnlyMemory<byte> body, IReadOnlySet<SessionId> unreadable)
    {
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
        var written = Copy(body, name => name is "input", body.Length);
        Begin(written, "input");
        WriteList(written, kept);
        written.Write("}"u8);
        return (written.WrittenSpan.ToArray(), left);
    }

    /// <summary>A list of items as the service answers it, all on one page.</summary>
    public static byte[] ListOf(IReadOnlyList<ReadOnlyMemory<byte>> items)
    {
        var written = new ArrayBufferWriter<byte>(items.Sum(item => item.Length + 1) + 128);
        written.Write("""{"object":"list","data":"""u8);
        WriteList(written, items);
        foreach (var (name, item) in new[] { ("first_id", items is [var first, ..] ? first : default), ("last_id", items is [.., var last] ? last : default) })
        {
            Begin(written, name);
            var id = item.IsEmpty ? default : HistoryBuilder.ValueOf(item, "id"u8);
            written.Write(id.IsEmpty ? "null"u8 : id.Span);
        }

        written.Write(""","has_more":false}"""u8);
        return written.WrittenSpan.ToArray();
    }

    /// <summary>The request that asks the backend to keep nothing.</summary>
    public static byte[] WithoutStore(ReadOnlyMemory<byte> body)
    {
        var written = Copy(body, name => name is "store", more: 0);
        Begin(written, "store");
        written.Write("false}"u8);
        return written.WrittenSpan.ToArray();
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

    /// <summary>The object without its end and without some properties.</summary>
    private static ArrayBufferWriter<byte> Copy(ReadOnlyMemory<byte> body, Func<string, bool> isLeftOut, int more)
    {
        // Space before an object may be a mark of its encoding.
        body = body[body.Span.IndexOf((byte)'{')..];
        var written = new ArrayBufferWriter<byte>(body.Length + more + 64);
        var reader = new Utf8JsonReader(body.Span, HistoryBuilder.ReaderOptions);
        reader.Read();
        written.Write("{"u8);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (start, name) = ((int)reader.TokenStartIndex, reader.GetString()!);
            reader.Read();
            reader.Skip();
            if (isLeftOut(name))
                continue;
            if (written.WrittenCount > 1)
                written.Write(","u8);
            written.Write(body.Span[start..(int)reader.BytesConsumed]);
        }

        return written;
    }

    private static void Begin(ArrayBufferWriter<byte> written, string name)
    {
        if (written.WrittenCount > 1)
            written.Write(","u8);
        written.Write(Encoding.UTF8.GetBytes($"\"{name}\":"));
    }

    private static void WriteList(ArrayBufferWriter<byte> written, IReadOnlyList<ReadOnlyMemory<byte>> items)
    {
        written.Write("["u8);
        for (var index = 0; index < items.Count; index++)
        {
            if (index > 0)
                written.Write(","u8);
            written.Write(items[index].Span);
        }

        written.Write("]"u8);
    }
}
