using System.Text.Json;
using SessionAware.FakeResponsesBackend.Formats;
using SessionAware.FakeResponsesBackend.Items;

namespace SessionAware.FakeResponsesBackend.Responses;

/// <summary>One response that the region remembers; anyone may continue from it, more than once.</summary>
/// <param name="Body">The response as it stands.</param>
/// <param name="Before">What the model was given before this turn's input.</param>
/// <param name="Input">Items of this turn, with ids.</param>
/// <param name="After">The history that a follow-up continues.</param>
public sealed record StoredResponse(ResponseBody Body, History Before, IReadOnlyList<Item> Input, History After)
{
    // Body, ids, nodes of the collections.
    private const int BytesPerResponse = 2048;
    private const long BytesPerEvent = 256;

    /// <summary>When the region begins to find it: a region may lag behind what it has streamed.</summary>
    public DateTimeOffset VisibleFrom { get; init; } = DateTimeOffset.MinValue;

    /// <summary>The run in the background that makes or made it; null for a response of the foreground.</summary>
    internal BackgroundRun? Run { get; init; }

    /// <summary>Roughly what it takes in memory beside the items of its history.</summary>
    internal long Bytes => BytesPerResponse + (2L * BodyCharacters()) + ((Run?.Events?.Count ?? 0) * BytesPerEvent);

    /// <summary>What the model was given, oldest first.</summary>
    public IReadOnlyList<Item> InputItems() => [.. Before.Items(), .. Input];

    // What a caller can make as long as they like.
    private long BodyCharacters() => (Body.Instructions?.Length ?? 0)
        + (Body.PromptCacheKey?.Length ?? 0)
        + (Body.SafetyIdentifier?.Length ?? 0)
        + Body.Metadata.Sum(pair => pair.Key.Length + pair.Value.Length)
        + Body.Offered.Sum(tool => tool.Characters)
        + (Body.Text.Format is JsonSchemaFormat format ? format.Schema.GetRawText().Length + (format.Description?.Length ?? 0) : 0)
        + (Body.ToolChoice.ValueKind == JsonValueKind.Object ? Body.ToolChoice.GetRawText().Length : 0);
}
