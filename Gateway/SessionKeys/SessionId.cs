using System.Security.Cryptography;
using System.Text;

namespace SessionAware.Gateway.SessionKeys;

/// <summary>An id by which stored state is found.</summary>
/// <param name="Kind">What it names.</param>
/// <param name="Text">The id as the region wrote it, or the digest of what is too long, or too secret, to be one.</param>
public readonly record struct SessionId(SessionKeyKind Kind, string Text)
{
    /// <summary>A response, <c>resp_…</c>.</summary>
    public static SessionId Response(string id) => new(SessionKeyKind.Response, id);

    /// <summary>A conversation, <c>conv_…</c>.</summary>
    public static SessionId Conversation(string id) => new(SessionKeyKind.Conversation, id);

    /// <summary>An item: <c>msg_…</c>, <c>rs_…</c>, <c>fc_…</c>.</summary>
    public static SessionId Item(string id) => new(SessionKeyKind.Item, id);

    /// <summary>Encrypted reasoning or compaction.</summary>
    public static SessionId EncryptedContent(ReadOnlySpan<byte> content) => new(SessionKeyKind.EncryptedContent, Digest(content));

    /// <summary>An id that the pool declares under <paramref name="name"/>.</summary>
    public static SessionId Declared(string pool, string name, string id) => new(SessionKeyKind.Id, $"{pool}/{name}/{id}");

    /// <summary>A header's value, which may be anything.</summary>
    public static SessionId Header(string pool, string name, string value) =>
        new(SessionKeyKind.Header, $"{pool}/{name.ToLowerInvariant()}/{Digest(Encoding.UTF8.GetBytes(value))}");

    private static string Digest(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
