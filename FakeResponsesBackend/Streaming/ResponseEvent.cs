using System.Text.Json.Serialization;
using SessionAware.FakeResponsesBackend.Responses;

namespace SessionAware.FakeResponsesBackend.Streaming;

/// <summary>An event of a streamed response.</summary>
/// <param name="Type">The event's name, in its <c>event:</c> line and in its data.</param>
/// <param name="SequenceNumber">From 0, without gaps.</param>
public abstract record ResponseEvent(
    [property: JsonPropertyName("type"), JsonPropertyOrder(-2)] string Type,
    [property: JsonPropertyName("sequence_number"), JsonPropertyOrder(-1)] int SequenceNumber);

/// <summary><c>response.created</c>, <c>response.in_progress</c> and the terminal events.</summary>
public sealed record ResponseSnapshotEvent(string Type, int SequenceNumber, [property: JsonPropertyName("response")] ResponseBody Response)
    : ResponseEvent(Type, SequenceNumber);

/// <summary><c>response.output_item.added</c> and <c>.done</c>.</summary>
public sealed record OutputItemEvent(string Type, int SequenceNumber, [property: JsonPropertyName("item")] MessageItem Item) : ResponseEvent(Type, SequenceNumber)
{
    /// <summary>Which item of the output.</summary>
    [JsonPropertyName("output_index")]
    public int OutputIndex { get; init; }
}

/// <summary>An event within one content part of a message.</summary>
public abstract record PartEvent(string Type, int SequenceNumber, [property: JsonPropertyName("item_id"), JsonPropertyOrder(-1)] string ItemId)
    : ResponseEvent(Type, SequenceNumber)
{
    /// <summary>Which item of the output.</summary>
    [JsonPropertyName("output_index"), JsonPropertyOrder(-1)]
    public int OutputIndex { get; init; }

    /// <summary>Which part of the item.</summary>
    [JsonPropertyName("content_index"), JsonPropertyOrder(-1)]
    public int ContentIndex { get; init; }
}

/// <summary><c>response.content_part.added</c> and <c>.done</c>.</summary>
public sealed record ContentPartEvent(string Type, int SequenceNumber, string ItemId, [property: JsonPropertyName("part")] ContentPart Part)
    : PartEvent(Type, SequenceNumber, ItemId);

/// <summary><c>response.output_text.delta</c>: one token.</summary>
public sealed record OutputTextDeltaEvent(int SequenceNumber, string ItemId, [property: JsonPropertyName("delta")] string Delta)
    : PartEvent("response.output_text.delta", SequenceNumber, ItemId)
{
    /// <summary>Empty unless asked for.</summary>
    [JsonPropertyName("logprobs")]
    public IReadOnlyList<string> Logprobs { get; init; } = [];

    /// <summary>Padding against traffic analysis; absent where the caller declined it.</summary>
    [JsonPropertyName("obfuscation"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Obfuscation { get; init; }
}

/// <summary><c>response.output_text.done</c>.</summary>
public sealed record OutputTextDoneEvent(int SequenceNumber, string ItemId, [property: JsonPropertyName("text")] string Text)
    : PartEvent("response.output_text.done", SequenceNumber, ItemId)
{
    /// <summary>Empty unless asked for.</summary>
    [JsonPropertyName("logprobs")]
    public IReadOnlyList<string> Logprobs { get; init; } = [];
}
