namespace SessionAware.Gateway.Forwarding;

/// <summary>An answer read ahead: all of it, or as much as may be held.</summary>
internal readonly record struct HeldAnswer(ReadOnlyMemory<byte> Bytes, bool IsWhole);
