using System.Text.Json.Serialization;

namespace SessionAware.FakeResponsesBackend.Formats;

/// <summary>Output format and verbosity.</summary>
public sealed record TextSettings([property: JsonPropertyName("verbosity"), JsonPropertyOrder(1)] string Verbosity = "medium")
{
    /// <summary>The form of the text.</summary>
    [JsonPropertyName("format")]
    public TextFormat Format { get; init; } = new PlainFormat();
}
