using System.Text.Json.Serialization;

namespace SessionAware.FakeResponsesBackend.Control;

/// <summary>One request to the region's API and what became of it.</summary>
public sealed class JournalEntry
{
    /// <summary>From 1 on, in the order of arrival.</summary>
    [JsonPropertyName("number")]
    public required long Number { get; init; }

    /// <summary>When it arrived.</summary>
    [JsonPropertyName("at")]
    public required DateTimeOffset At { get; init; }

    /// <summary>The HTTP method; <c>WS</c> for a frame of a WebSocket.</summary>
    [JsonPropertyName("method")]
    public required string Method { get; init; }

    /// <summary>Path and query.</summary>
    [JsonPropertyName("path")]
    public required string Path { get; init; }

    /// <summary>The header <c>x-session-attempt</c>, by which a gateway marks what another region may have executed already; null without it.</summary>
    [JsonPropertyName("attempt")]
    public string? Attempt { get; init; }

    /// <summary>The body as text, as far as the journal keeps it.</summary>
    [JsonPropertyName("body")]
    public required string Body { get; init; }

    /// <summary>Whether the journal kept only the beginning of the body.</summary>
    [JsonPropertyName("body_truncated")]
    public required bool BodyTruncated { get; init; }

    /// <summary>Faults that struck, by id.</summary>
    [JsonPropertyName("faults")]
    public IReadOnlyList<string> Faults { get; set; } = [];

    /// <summary>The response, completion or run that was made.</summary>
    [JsonPropertyName("made")]
    public string? Made { get; set; }

    /// <summary>The HTTP status; null until an answer begins, and for ever where there was none.</summary>
    [JsonPropertyName("status")]
    public int? Status { get; set; }

    /// <summary>How long it took, in milliseconds; null while it runs.</summary>
    [JsonPropertyName("duration_ms")]
    public double? DurationMs { get; set; }
}
