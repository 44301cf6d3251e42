using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SessionAware.Gateway.SessionKeys;

namespace SessionAware.Gateway.SqliteSessions;

/// <summary>
/// Ids as SQLite keeps them: in the order of time, so that new keys go to the end of their index, and in half the bytes. The services' ids are a prefix, 16 hex
/// digits of the chain, 2 of a flag, 8 of the second, 24 at random; any other id is kept as it is. Nothing but order depends on the shape.
/// </summary>
internal static class SqliteKey
{
    private static readonly SearchValues<char> s_lowerHex = SearchValues.Create("0123456789abcdef");

    private const int HexLength = 50;
    private const int LongestPrefix = 16;
    private const int LongestPlain = 256;
    private const byte Attempt = (byte)'a';
    private const byte Plain = 0, Shaped = 1, Digest = 2;

    /// <summary>The first byte, in SQL, of keys that are no part of any session.</summary>
    public const string AttemptInSql = "x'61'";

    /// <summary>The key of <paramref name="id"/>: a byte of its kind, then <see cref="Encode"/>.</summary>
    public static byte[] Of(SessionId id) => Encode([KindOf(id.Kind)], id.Text);

    /// <summary>The id of a key.</summary>
    public static string TextOf(ReadOnlySpan<byte> key) => Decode(key[1..]);

    /// <summary>The order in which SQLite keeps them.</summary>
    public static Comparer<byte[]> Order { get; } = Comparer<byte[]>.Create((one, other) => one.AsSpan().SequenceCompareTo(other));

    /// <summary>An id's text.</summary>
    public static byte[] Encode(string text) => Encode([], text);

    private static byte[] Encode(ReadOnlySpan<byte> kind, string text)
    {
        var separator = text.IndexOf('_');
        var hex = text.AsSpan(separator + 1);
        if (separator is > 0 and <= LongestPrefix && hex.Length == HexLength && !hex.ContainsAnyExcept(s_lowerHex) && Ascii.IsValid(text.AsSpan(0, separator)))
        {
            var key = new byte[kind.Length + 1 + HexLength / 2 + separator];
            kind.CopyTo(key);
            var shaped = key.AsSpan(kind.Length);
            shaped[0] = Shaped;
            Convert.FromHexString(hex[18..26], shaped[1..], out _, out _);
            Convert.FromHexString(hex[..18], shaped[5..], out _, out _);
            Convert.FromHexString(hex[26..], shaped[14..], out _, out _);
            Encoding.ASCII.GetBytes(text.AsSpan(0, separator), shaped[(1 + HexLength / 2)..]);
            return key;
        }

        var plain = Encoding.UTF8.GetBytes(text);
        return plain.Length <= LongestPlain ? [.. kind, Plain, .. plain] : [.. kind, Digest, .. SHA256.HashData(plain)];
    }

    /// <summary>The same; nothing where there is none.</summary>
    public static ReadOnlySpan<byte> EncodeOrNothing(string? text) => text is null ? [] : Encode(text);

    /// <summary>The text of <see cref="Encode"/>; of one that was too long to be kept, its digest.</summary>
    public static string Decode(ReadOnlySpan<byte> encoded)
    {
        const int head = 1 + HexLength / 2;
        return encoded[0] switch
        {
            Plain => Encoding.UTF8.GetString(encoded[1..]),
            Shaped => string.Create(
                CultureInfo.InvariantCulture,
                $"{Encoding.ASCII.GetString(encoded[head..])}_{Convert.ToHexStringLower(encoded[5..14])}{Convert.ToHexStringLower(encoded[1..5])}{Convert.ToHexStringLower(encoded[14..head])}"),
            _ => $"sha256:{Convert.ToHexStringLower(encoded[1..])}",
        };
    }

    private static byte KindOf(SessionKeyKind kind) => kind switch
    {
        SessionKeyKind.Attempt => Attempt,
        SessionKeyKind.Conversation => (byte)'c',
        SessionKeyKind.EncryptedContent => (byte)'e',
        SessionKeyKind.Header => (byte)'h',
        SessionKeyKind.Item => (byte)'i',
        SessionKeyKind.Id => (byte)'k',
        SessionKeyKind.Response => (byte)'r',
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not kept."),
    };
}
