using System.Buffers.Binary;
using System.Globalization;

namespace SessionAware.FakeResponsesBackend.Items;

/// <summary>What is known of an image or a file: its media type and size in bytes, or only the address that it stands at.</summary>
public sealed record Attachment(string? MediaType, long? Bytes, string? Address)
{
    private const int PngHeader = 24;

    /// <summary>Nothing is known.</summary>
    public static Attachment Unknown { get; } = new(null, null, null);

    /// <summary>Width and height, where the bytes tell them at their beginning, as a PNG's do.</summary>
    public (int Width, int Height)? Pixels { get; init; }

    /// <summary>Reads what the bytes of a PNG tell.</summary>
    internal static (int Width, int Height)? PixelsOf(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= PngHeader && bytes.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G'])
            ? (BinaryPrimitives.ReadInt32BigEndian(bytes[16..]), BinaryPrimitives.ReadInt32BigEndian(bytes[20..]))
            : null;

    /// <inheritdoc/>
    public override string ToString() =>
        Bytes is { } bytes ? string.Create(CultureInfo.InvariantCulture, $"{MediaType}, {bytes} bytes") : Address ?? MediaType ?? "unknown";
}
