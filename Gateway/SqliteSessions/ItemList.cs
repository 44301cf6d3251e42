using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.SqliteSessions;

/// <summary>The output items that a response's row carries: each one's key after two bytes of its length. Rows of their own would cost more than the turn itself.</summary>
internal readonly record struct ItemList(byte[] Bytes)
{
    /// <summary>No items.</summary>
    public static readonly ItemList Empty = new([]);

    /// <summary>How many there are.</summary>
    public int Count => Keys.Count();

    /// <summary>Their keys.</summary>
    public IEnumerable<byte[]> Keys
    {
        get
        {
            for (var start = 0; start < Bytes.Length; start += 2 + LengthAt(start))
                yield return Bytes[(start + 2)..(start + 2 + LengthAt(start))];
        }
    }

    /// <summary>The items among <paramref name="pins"/> that are where <paramref name="turn"/> is.</summary>
    public static ItemList Of(Turn turn, IReadOnlyList<Pin> pins)
    {
        List<byte>? bytes = null;
        foreach (var pin in pins)
        {
            if (!IsCarried(turn, pin))
                continue;
            var key = SqliteKey.Of(pin.Id);
            bytes ??= new(key.Length + 2);
            bytes.AddRange((byte)(key.Length >> 8), (byte)key.Length);
            bytes.AddRange(key);
        }

        return bytes is null ? Empty : new([.. bytes]);
    }

    /// <summary>Whether <paramref name="turn"/>'s row carries <paramref name="pin"/>.</summary>
    public static bool IsCarried(Turn turn, Pin pin) => pin.Id.Kind == SessionKeyKind.Item && pin.Owner == turn.Owner && pin.Backend == turn.Backend && pin.Session == turn.Session;

    private int LengthAt(int start) => Bytes[start] << 8 | Bytes[start + 1];
}
