using System.Buffers;
using System.Text;
using System.Text.Json;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.Replay;

/// <summary>
/// The one exception to passing bytes on as a region sent them: where it was sent a history instead of what the caller continues, the answer says what the caller
/// said.
/// </summary>
/// <param name="previousResponseId">What the caller continues; null where that is nothing.</param>
/// <param name="store">What the caller said of keeping it; null: the region was told the same.</param>
internal sealed class AnswerEditor(string? previousResponseId, bool? store = null)
{
    private readonly byte[]? _previous = previousResponseId is null ? null : JsonSerializer.SerializeToUtf8Bytes(previousResponseId);
    private readonly byte[]? _store = store is null ? null : Encoding.UTF8.GetBytes(store.Value ? "true" : "false");

    /// <summary>The editor of the answer to <paramref name="session"/>; null where it passes as it is.</summary>
    public static AnswerEditor? For(SessionRequest? session) => session switch
    {
        { Path.Operation: ApiOperation.CreateResponse, Pool.Ids.Replay.Injects: true } => new(session.Keys.PreviousResponseId, session.Keys.Store),
        { Path.Operation: ApiOperation.CreateResponse, Replay: not null, Keys.PreviousResponseId: { } previous } => new(previous),
        { Path.Operation: ApiOperation.Response, Pin.Continues: { } continues } => new(continues),
        _ => null,
    };

    /// <summary>A response object, restored. What is not one is as it was.</summary>
    public ReadOnlyMemory<byte> EditResponse(ReadOnlyMemory<byte> json)
    {
        try
        {
            return Edit(json, 0, "object"u8) ?? json;
        }
        catch (JsonException)
        {
            return json;
        }
    }

    /// <summary>Whole events, those that carry a response restored.</summary>
    public ReadOnlyMemory<byte> EditEvents(ReadOnlyMemory<byte> events)
    {
        ArrayBufferWriter<byte>? edited = null;
        var passed = 0;
        for (var start = 0; start < events.Length;)
        {
            var length = Observation.EventBoundary.EndOfFirst(events.Span[start..]);
            if (length == 0)
                length = events.Length - start;
            if (EditEvent(events.Slice(start, length)) is { } other)
            {
                edited ??= new(events.Length + 256);
                edited.Write(events.Span[passed..start]);
                edited.Write(other.Span);
                passed = start + length;
            }

            start += length;
        }

        if (edited is null)
            return events;
        edited.Write(events.Span[passed..]);
        return edited.WrittenMemory;
    }

    private ReadOnlyMemory<byte>? EditEvent(ReadOnlyMemory<byte> whole)
    {
        var span = whole.Span;
        // Deltas carry none.
        if (span.IndexOf("\"response\""u8) < 0)
            return null;
        var data = span.StartsWith("data:"u8) ? 0 : span.IndexOf("\ndata:"u8) + 1;
        if (data == 0 && !span.StartsWith("data:"u8))
            return null;
        var begin = data + "data:"u8.Length;
        try
        {
            var reader = new Utf8JsonReader(span[begin..], isFinalBlock: false, new JsonReaderState(HistoryBuilder.ReaderOptions));
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isResponse = reader.ValueTextEquals("response"u8);
                if (!reader.Read())
                    return null;
                var start = begin + (int)reader.TokenStartIndex;
                if (isResponse && reader.TokenType == JsonTokenType.StartObject)
                    return Edit(whole, start, name: default);
                if (!reader.TrySkip())
                    return null;
            }
        }
        catch (JsonException)
        {
            // No JSON: nothing to restore.
        }

        return null;
    }

    /// <summary>Replaces the values in the object that begins at <paramref name="start"/>.</summary>
    /// <param name="bytes">What it stands in; nothing outside of it changes.</param>
    /// <param name="start">Where it begins.</param>
    /// <param name="name">Unless empty, a property that says <c>response</c> where it is one.</param>
    private ReadOnlyMemory<byte>? Edit(ReadOnlyMemory<byte> bytes, int start, ReadOnlySpan<byte> name)
    {
        var span = bytes.Span;
        var isResponse = name.IsEmpty;
        List<(int From, int To, byte[] Value)> changes = [];
        var reader = new Utf8JsonReader(span[start..], isFinalBlock: false, new JsonReaderState(HistoryBuilder.ReaderOptions));
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var value = reader.ValueTextEquals("previous_response_id"u8) ? _previous : reader.ValueTextEquals("store"u8) ? _store : null;
            var saysWhat = !name.IsEmpty && reader.ValueTextEquals(name);
            if (!reader.Read())
                return null;
            var from = start + (int)reader.TokenStartIndex;
            isResponse |= saysWhat && reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("response"u8);
            if (!reader.TrySkip())
                return null;
            if (value is not null)
                changes.Add((from, start + (int)reader.BytesConsumed, value));
        }

        if (!isResponse || changes.Count == 0)
            return null;
        var edited = new ArrayBufferWriter<byte>(bytes.Length + 128);
        var passed = 0;
        foreach (var (from, to, value) in changes)
        {
            edited.Write(span[passed..from]);
            edited.Write(value);
            passed = to;
        }

        edited.Write(span[passed..]);
        return edited.WrittenMemory;
    }
}
