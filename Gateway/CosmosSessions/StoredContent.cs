namespace SessionAware.Gateway.CosmosSessions;

/// <summary>What was said, byte for byte: in the document itself, or in parts of its own beside it.</summary>
/// <param name="Bytes">The bytes; nothing where they are in parts that have not been read.</param>
/// <param name="Parts">The parts; null where there are none.</param>
internal sealed record StoredContent(ReadOnlyMemory<byte> Bytes, ContentParts? Parts = null)
{
    /// <summary>Of what is recorded; null where nothing is.</summary>
    public static StoredContent? Of(ReadOnlyMemory<byte> bytes) => bytes.IsEmpty ? null : new(bytes);
}

/// <summary>The parts of what is too large for one document.</summary>
/// <param name="Series">What their ids have in common; another one each time that something is written.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Length">Bytes of all.</param>
/// <param name="Sha256">Their digest.</param>
internal sealed record ContentParts(string Series, int Count, long Length, string Sha256);
