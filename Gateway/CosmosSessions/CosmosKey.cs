using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using SessionAware.Gateway.SessionKeys;

namespace SessionAware.Gateway.CosmosSessions;

/// <summary>
/// Where in the container an id is. Each owner has documents of their own: what is another's is not at the place where one looks, exactly like what never was.
/// </summary>
internal static class CosmosKey
{
    /// <summary>The partition of what was erased.</summary>
    public const string Erasures = "erasures";

    private static readonly SearchValues<char> s_lowerHex = SearchValues.Create("0123456789abcdef");

    private const int HexLength = 50;
    private const int ChainLength = 16;
    private const int ShortLength = 32;

    /// <summary>The document of <paramref name="id"/> as <paramref name="owner"/>'s.</summary>
    public static (string Id, string Partition) Of(SessionId id, string owner)
    {
        var document = Digest($"{id.Kind}\n{owner.Length}\n{owner}\n{id.Text}");
        return (document, ChainOf(id) ?? document);
    }

    /// <summary>The document that says whose <paramref name="id"/> is: the same one for everybody.</summary>
    public static string ClaimOf(SessionId id) => Digest($"claim\n{id.Kind}\n{id.Text}");

    /// <summary>How a turn names an item that it carries.</summary>
    public static string ItemOf(string text) => Digest(text)[..ShortLength];

    /// <summary>
    /// The 16 digits that a response shares with its items and with all that continues it, by the shape of the services' ids; null for any other id, which is a
    /// partition by itself. The shape decides nothing but what is found together.
    /// </summary>
    public static string? ChainOf(SessionId id)
    {
        if (id.Kind is not (SessionKeyKind.Response or SessionKeyKind.Item))
            return null;
        var hex = id.Text.AsSpan(id.Text.IndexOf('_') + 1);
        return hex.Length == HexLength && hex.Length < id.Text.Length && !hex.ContainsAnyExcept(s_lowerHex) ? hex[..ChainLength].ToString() : null;
    }

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
