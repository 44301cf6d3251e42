using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.SqliteSessions;

/// <summary>
/// The output items that a response's row carries, each a byte of its key's length and its key. An item is found through its response where its id says which
/// chain it belongs to and was made within <see cref="LongestSearch"/> seconds of it; any other item has a row of its own.
/// </summary>
internal readonly record struct ItemList(byte[] Bytes)
{
    /// <summary>Seconds before an item's own in which its response may have begun. Each is one more step to find it.</summary>
    public const uint LongestSearch = 60;

    /// <summary>No items.</summary>
    public static readonly ItemList Empty = new([]);

    /// <summary>The items among <paramref name="pins"/> that the row of <paramref name="response"/> carries.</summary>
    public static ItemList Of(byte[] response, IReadOnlyList<Pin> pins)
    {
        if (SqliteKey.ShapeOf(response) is not { } parent)
            return Empty;
        List<byte> bytes = [];
        foreach (var pin in pins)
        {
            if (pin.Id.Kind != SessionKeyKind.Item)
                continue;
            var key = SqliteKey.Of(pin.Id);
            if (SqliteKey.ShapeOf(key) is not { } item || item.Chain != parent.Chain || item.Second < parent.Second || item.Second - parent.Second > LongestSearch)
                continue;
            bytes.Add((byte)key.Length);
            bytes.AddRange(key);
        }

        return new([.. bytes]);
    }

    /// <summary>Whether <paramref name="key"/> is one of them.</summary>
    public bool Contains(ReadOnlySpan<byte> key) => Contains(Bytes, key);

    /// <summary>Whether <paramref name="key"/> is one of <paramref name="list"/>.</summary>
    public static bool Contains(ReadOnlySpan<byte> list, ReadOnlySpan<byte> key)
    {
        while (!list.IsEmpty)
        {
            if (list.Slice(1, list[0]).SequenceEqual(key))
                return true;
            list = list[(1 + list[0])..];
        }

        return false;
    }
}
