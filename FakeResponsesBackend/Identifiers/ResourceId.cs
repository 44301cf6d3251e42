using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace SessionAware.FakeResponsesBackend.Identifiers;

/// <summary>
/// Mints ids in the grammar of recorded ones: prefix, 16 hex of partition (shared by a whole chain), <c>00</c> stored or <c>01</c> not stored,
/// 8 hex of Unix seconds, 24 hex random. Ids of a conversation and of what a caller puts into it have the partition last.
/// </summary>
public static partial class ResourceId
{
    /// <summary>Prefix of a response's id.</summary>
    public const string Response = "resp_";

    /// <summary>Prefix of a message's id.</summary>
    public const string Message = "msg_";

    /// <summary>Prefix of the id of a function call and of its output; what ties them is their <c>call_id</c>.</summary>
    public const string FunctionCall = "fc_";

    /// <summary>Prefix of the id of a custom tool call and of its output.</summary>
    public const string CustomToolCall = "ctc_";

    /// <summary>Prefix of a reasoning item's id.</summary>
    public const string Reasoning = "rs_";

    /// <summary>Prefix of a compaction's id.</summary>
    public const string Compaction = "cmp_";

    /// <summary>Prefix of a conversation's id.</summary>
    public const string Conversation = "conv_";

    private const int PartitionLength = 16;
    private const string Alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>A partition for a new chain: 16 hex digits, the first one 0 as recorded.</summary>
    public static string NewPartition() => "0" + Hex(PartitionLength - 1);

    /// <summary>The partition in the id of a response or of its items, minted here.</summary>
    public static string PartitionOf(string id) => id.Substring(id.IndexOf('_', StringComparison.Ordinal) + 1, PartitionLength);

    /// <summary>The partition in the id of a conversation minted here.</summary>
    public static string PartitionOfConversation(string id) => id[^PartitionLength..];

    /// <summary>The partition of the first of these ids that a response's items have; null where there is none.</summary>
    public static string? InheritedPartition(IEnumerable<string> ids) =>
        ids.Select(id => OfResponse().Match(id)).FirstOrDefault(match => match.Success)?.Groups["partition"].Value;

    /// <summary>A new id of a response or of an item in one.</summary>
    public static string Mint(string prefix, string partition, bool stored, DateTimeOffset at) => $"{prefix}{partition}{(stored ? "00" : "01")}{Seconds(at)}{Hex(24)}";

    /// <summary>A new id of a conversation, or of an item that a caller put into it.</summary>
    public static string MintInConversation(string prefix, string partition, DateTimeOffset at) => $"{prefix}{Seconds(at)}{Hex(24)}{partition}";

    /// <summary>A new <c>call_id</c>.</summary>
    public static string NewCallId() => Opaque("call_");

    /// <summary>A new id of a chat completion: 29 letters and digits, as recorded.</summary>
    public static string NewCompletionId() => Opaque("chatcmpl-", 29);

    /// <summary>A new id of the older families: the prefix and letters and digits, 24 unless said otherwise.</summary>
    public static string Opaque(string prefix, int length = 24) => prefix + RandomNumberGenerator.GetString(Alphanumeric, length);

    private static string Seconds(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString("x8", provider: null);

    [GeneratedRegex("^[a-z]+_(?<partition>[0-9a-f]{16})0[01][0-9a-f]{32}$")]
    private static partial Regex OfResponse();

    private static string Hex(int length) => RandomNumberGenerator.GetHexString(length, lowercase: true);
}
