using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using SessionAware.FakeResponsesBackend.Items;
using SessionAware.FakeResponsesBackend.Responses;

namespace SessionAware.FakeResponsesBackend.Streaming;

/// <summary>An event of a streamed response.</summary>
/// <param name="Type">The event's name, in its <c>event:</c> line and in its data.</param>
public abstract record ResponseEvent([property: JsonPropertyName("type"), JsonPropertyOrder(-4)] string Type) : IStreamEvent
{
    /// <summary>From 0, without gaps.</summary>
    [JsonPropertyName("sequence_number"), JsonPropertyOrder(-3)]
    public int SequenceNumber { get; init; }

    /// <summary>Whether no event follows it.</summary>
    internal virtual bool IsLast => false;

    string? IStreamEvent.EventName => Type;

    bool IStreamEvent.ComesFromModel => this is not ResponseSnapshotEvent { Response.Status: ResponseStatus.Queued or ResponseStatus.InProgress };

    bool IStreamEvent.IsLast => IsLast;

    bool IStreamEvent.BringsToken => this is IDeltaEvent;

    void IStreamEvent.WriteTo(IBufferWriter<byte> buffer)
    {
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = WireJson.Options.Encoder });
        JsonSerializer.Serialize(json, this, WireJson.Options.GetTypeInfo(GetType()));
    }
}

/// <summary><c>response.created</c>, <c>.queued</c>, <c>.in_progress</c> and the terminal events.</summary>
public sealed record ResponseSnapshotEvent(string Type, [property: JsonPropertyName("response")] ResponseBody Response) : ResponseEvent(Type)
{
    internal override bool IsLast => !ResponseStatus.IsRunning(Response.Status);
}

/// <summary><c>error</c>: something went wrong after the stream had begun.</summary>
public sealed record ErrorEvent([property: JsonPropertyName("error")] StreamError Error) : ResponseEvent("error")
{
    // As the very first event it stands alone: no response had been made.
    internal override bool IsLast => SequenceNumber == 0;
}

/// <summary>What went wrong in a stream; <paramref name="Headers"/> is Azure's note to its own front end, absent elsewhere.</summary>
public sealed record StreamError(
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("code")] string Code,
    [property: JsonPropertyName("message")] string Message,
    [property: JsonPropertyName("param")] string? Param,
    [property: JsonPropertyName("headers"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, string>? Headers);

/// <summary><c>response.output_item.added</c> and <c>.done</c>.</summary>
public sealed record OutputItemEvent(
    string Type,
    [property: JsonPropertyName("output_index")] int OutputIndex,
    [property: JsonPropertyName("item")] Item Item) : ResponseEvent(Type);

/// <summary>An event within one item of the output.</summary>
public abstract record ItemEvent(
    string Type,
    [property: JsonPropertyName("item_id"), JsonPropertyOrder(-2)] string ItemId,
    [property: JsonPropertyName("output_index"), JsonPropertyOrder(-2)] int OutputIndex) : ResponseEvent(Type);

/// <summary>An event within one content part of a message; a message of the model has one.</summary>
public abstract record PartEvent(string Type, string ItemId, int OutputIndex) : ItemEvent(Type, ItemId, OutputIndex)
{
    /// <summary>Which part of the item.</summary>
    [JsonPropertyName("content_index"), JsonPropertyOrder(-1)]
    public int ContentIndex { get; init; }
}

/// <summary><c>response.content_part.added</c> and <c>.done</c>.</summary>
public sealed record ContentPartEvent(string Type, string ItemId, int OutputIndex, [property: JsonPropertyName("part")] ContentPart Part)
    : PartEvent(Type, ItemId, OutputIndex);

/// <summary>An event that brings the next token.</summary>
public interface IDeltaEvent
{
    /// <summary>The token.</summary>
    string Delta { get; }

    /// <summary>Padding against traffic analysis; absent where the caller declined it, and in the background.</summary>
    string? Obfuscation { get; }
}

/// <summary><c>response.output_text.delta</c> and <c>response.refusal.delta</c>: one token.</summary>
public sealed record TextDeltaEvent(string Type, string ItemId, int OutputIndex, [property: JsonPropertyName("delta")] string Delta)
    : PartEvent(Type, ItemId, OutputIndex), IDeltaEvent
{
    /// <summary>Absent from a refusal, empty unless asked for.</summary>
    [JsonPropertyName("logprobs"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<TokenLogprob>? Logprobs { get; init; }

    /// <inheritdoc/>
    [JsonPropertyName("obfuscation"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Obfuscation { get; init; }
}

/// <summary><c>response.output_text.done</c>.</summary>
public sealed record TextDoneEvent(string ItemId, int OutputIndex, [property: JsonPropertyName("text")] string Text)
    : PartEvent("response.output_text.done", ItemId, OutputIndex)
{
    /// <summary>Empty unless asked for.</summary>
    [JsonPropertyName("logprobs")]
    public IReadOnlyList<TokenLogprob> Logprobs { get; init; } = [];
}

/// <summary><c>response.refusal.done</c>.</summary>
public sealed record RefusalDoneEvent(string ItemId, int OutputIndex, [property: JsonPropertyName("refusal")] string Refusal)
    : PartEvent("response.refusal.done", ItemId, OutputIndex);

/// <summary><c>response.function_call_arguments.delta</c> and <c>response.custom_tool_call_input.delta</c>: one token.</summary>
public sealed record CallDeltaEvent(string Type, string ItemId, int OutputIndex, [property: JsonPropertyName("delta")] string Delta)
    : ItemEvent(Type, ItemId, OutputIndex), IDeltaEvent
{
    /// <inheritdoc/>
    [JsonPropertyName("obfuscation"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Obfuscation { get; init; }
}

/// <summary><c>response.function_call_arguments.done</c>.</summary>
public sealed record ArgumentsDoneEvent(
    string ItemId, int OutputIndex, [property: JsonPropertyName("name")] string Name, [property: JsonPropertyName("arguments")] string Arguments)
    : ItemEvent("response.function_call_arguments.done", ItemId, OutputIndex);

/// <summary><c>response.custom_tool_call_input.done</c>.</summary>
public sealed record CustomInputDoneEvent(string ItemId, int OutputIndex, [property: JsonPropertyName("input")] string Input)
    : ItemEvent("response.custom_tool_call_input.done", ItemId, OutputIndex);

/// <summary>An event within one paragraph of a reasoning summary.</summary>
public abstract record SummaryEvent(string Type, string ItemId, int OutputIndex) : ItemEvent(Type, ItemId, OutputIndex)
{
    /// <summary>Which paragraph.</summary>
    [JsonPropertyName("summary_index"), JsonPropertyOrder(-1)]
    public int SummaryIndex { get; init; }
}

/// <summary><c>response.reasoning_summary_part.added</c> and <c>.done</c>.</summary>
public sealed record SummaryPartEvent(string Type, string ItemId, int OutputIndex, [property: JsonPropertyName("part")] SummaryText Part)
    : SummaryEvent(Type, ItemId, OutputIndex);

/// <summary><c>response.reasoning_summary_text.delta</c>: one token.</summary>
public sealed record SummaryDeltaEvent(string ItemId, int OutputIndex, [property: JsonPropertyName("delta")] string Delta)
    : SummaryEvent("response.reasoning_summary_text.delta", ItemId, OutputIndex), IDeltaEvent
{
    /// <inheritdoc/>
    [JsonPropertyName("obfuscation"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Obfuscation { get; init; }
}

/// <summary><c>response.reasoning_summary_text.done</c>.</summary>
public sealed record SummaryDoneEvent(string ItemId, int OutputIndex, [property: JsonPropertyName("text")] string Text)
    : SummaryEvent("response.reasoning_summary_text.done", ItemId, OutputIndex);
