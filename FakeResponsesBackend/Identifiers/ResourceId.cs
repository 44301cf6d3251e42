using System.Security.Cryptography;

namespace SessionAware.FakeResponsesBackend.Identifiers;

/// <summary>
/// Mints ids in the grammar of recorded ones: prefix, 16 hex of partition (shared by a whole chain), <c>00</c> stored or <c>01</c> not stored,
/// 8 hex of Unix seconds, 24 hex random.
/// </summary>
public static class ResourceId
{
    /// <summary>Prefix of a response's id.</summary>
    public const string Response = "resp_";

    /// <summary>Prefix of a message's id.</summary>
    public const string Message = "msg_";

    private const int PartitionLength = 16;

    /// <summary>A partition for a new chain: 16 hex digits, the first one 0 as recorded.</summary>
    public static string NewPartition() => "0" + RandomNumberGenerator.GetHexString(PartitionLength - 1, lowercase: true);

    /// <summary>The partition in an id minted here.</summary>
    public static string PartitionOf(string id) => id.Substring(id.IndexOf('_', StringComparison.Ordinal) + 1, PartitionLength);

    /// <summary>A new id.</summary>
    public static string Mint(string prefix, string partition, bool stored, DateTimeOffset at) =>
        $"{prefix}{partition}{(stored ? "00" : "01")}{at.ToUnixTimeSeconds():x8}{RandomNumberGenerator.GetHexString(24, lowercase: true)}";
}
