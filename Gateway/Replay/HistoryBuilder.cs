using System.Text.Json;

namespace SessionAware.Gateway.Replay;

/// <summary>
/// Puts a conversation together as one <c>input</c> that any region takes: every item whole and in order, without ids and without reasoning that only its maker
/// reads. What cannot go elsewhere is noted, never left out.
/// </summary>
internal sealed class HistoryBuilder
{
    /// <summary>How deep JSON may go here.</summary>
    public static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = 512 };

    private readonly List<ReadOnlyMemory<byte>> _items = [];
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _byId = new(StringComparer.Ordinal);
    private readonly HashSet<string> _wanted = new(StringComparer.Ordinal);
    private readonly HashSet<string> _pending = new(StringComparer.Ordinal);
    private int _ids;
    private int _reasoning;

    /// <summary>The items.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Items => _items;

    /// <summary>Their bytes.</summary>
    public long Length { get; private set; }

    /// <summary>What cannot leave its region: an item's type; null where everything can.</summary>
    public string? Bound { get; private set; }

    /// <summary>Ids of items that are referred to and not known yet.</summary>
    public IReadOnlySet<string> Wanted => _wanted;

    /// <summary>References to items that are not on record.</summary>
    public List<string> Missing { get; } = [];

    /// <summary>Calls that no output answers.</summary>
    public IReadOnlyCollection<string> Pending => _pending;

    /// <summary>What was done.</summary>
    /// <param name="turns">Earlier turns.</param>
    /// <param name="items">Items of theirs.</param>
    public ReplayReport Report(int turns, int items) => new(turns, items, _ids, _reasoning);

    /// <summary>Adds a list of items.</summary>
    public void AddAll(ReadOnlyMemory<byte> items) => ForEach(items, Add);

    /// <summary>Notes what a list of items refers to. What is known and what is added comes later.</summary>
    public void Want(ReadOnlyMemory<byte> items) => ForEach(items, json =>
    {
        var item = HistoryItem.Read(json.Span);
        if (item.IsReference && item.Id is { } id)
            _wanted.Add(id);
    });

    /// <summary>Makes those of a list of items known that are wanted, without adding them.</summary>
    /// <returns>Whether one is.</returns>
    public bool Know(ReadOnlyMemory<byte> items)
    {
        var before = _wanted.Count;
        ForEach(items, json =>
        {
            var item = HistoryItem.Read(json.Span);
            if (!item.IsReference && item.Id is { } id && _wanted.Remove(id))
                _byId[id] = json;
        });
        return _wanted.Count < before;
    }

    /// <summary>An <c>input</c> as a list: a text is a message of the user's.</summary>
    public static ReadOnlyMemory<byte> AsItems(ReadOnlyMemory<byte> input) => input.Span.TrimStart(" \t\r\n"u8) is [(byte)'"', ..]
        ? (byte[])[.. """[{"type":"message","role":"user","content":"""u8, .. input.Span, .. "}]"u8]
        : input;

    /// <summary>The value of a property at the top of an object; empty where it has none, or there is no object.</summary>
    public static ReadOnlyMemory<byte> ValueOf(ReadOnlyMemory<byte> json, ReadOnlySpan<byte> name)
    {
        if (json.IsEmpty)
            return default;
        var reader = new Utf8JsonReader(json.Span, ReaderOptions);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = reader.ValueTextEquals(name);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (isIt)
                return json[start..(int)reader.BytesConsumed];
        }

        return default;
    }

    /// <summary>Goes through the objects of a list; nothing where it is none.</summary>
    public static void ForEach(ReadOnlyMemory<byte> list, Action<ReadOnlyMemory<byte>> act)
    {
        if (list.IsEmpty)
            return;
        var reader = new Utf8JsonReader(list.Span, ReaderOptions);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
            return;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            act(list[start..(int)reader.BytesConsumed]);
        }
    }

    private void Add(ReadOnlyMemory<byte> json)
    {
        var item = HistoryItem.Read(json.Span);
        if (item.Type == "reasoning")
        {
            _reasoning++;
            return;
        }

        if (item.IsReference)
        {
            if (item.Id is { } named && _byId.TryGetValue(named, out var known))
                Add(known);
            else
                Missing.Add(item.Id ?? "?");
            return;
        }

        if (!item.IsPortable)
            Bound ??= item.IsBound ? "file" : item.Type;
        if (item.CallId is { } call && item.IsCall)
            _pending.Add(call);
        else if (item.CallId is { } answered && item.IsOutput)
            _pending.Remove(answered);

        var sent = item.HasId ? Without(json, item.IdStart, item.IdEnd) : json;
        _ids += item.HasId ? 1 : 0;
        _items.Add(sent);
        Length += sent.Length + 1;
    }

    /// <summary>An object without the property that stands between the two, and without the comma that parted it.</summary>
    private static byte[] Without(ReadOnlyMemory<byte> json, int start, int end)
    {
        var before = json.Span[..start];
        var after = json.Span[end..];
        var rest = after.TrimStart(" \t\r\n"u8);
        if (rest is [(byte)',', ..])
            return [.. before, .. rest[1..]];
        before = before.TrimEnd(" \t\r\n"u8);
        return before is [.. var first, (byte)','] ? [.. first, .. after] : [.. before, .. after];
    }
}
