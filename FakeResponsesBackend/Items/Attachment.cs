using System.Globalization;

namespace SessionAware.FakeResponsesBackend.Items;

/// <summary>What is known of an image or a file: its media type and size in bytes, or only the address that it stands at.</summary>
public sealed record Attachment(string? MediaType, long? Bytes, string? Address)
{
    /// <summary>Nothing is known.</summary>
    public static Attachment Unknown { get; } = new(null, null, null);

    /// <inheritdoc/>
    public override string ToString() =>
        Bytes is { } bytes ? string.Create(CultureInfo.InvariantCulture, $"{MediaType}, {bytes} bytes") : Address ?? MediaType ?? "unknown";
}
