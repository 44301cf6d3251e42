using System.Text.Json;
using System.Text.Json.Serialization;

namespace SessionAware.FakeResponsesBackend.Threads;

/// <summary>The <c>thread.message</c> object as streams show it: with its status.</summary>
public sealed record StreamedMessageBody(
    [property: JsonPropertyName("id"), JsonPropertyOrder(0)] string Id,
    [property: JsonPropertyName("created_at"), JsonPropertyOrder(2)] long CreatedAt,
    [property: JsonPropertyName("assistant_id"), JsonPropertyOrder(3)] string? AssistantId,
    [property: JsonPropertyName("thread_id"), JsonPropertyOrder(4)] string ThreadId,
    [property: JsonPropertyName("run_id"), JsonPropertyOrder(5)] string? RunId,
    [property: JsonPropertyName("status"), JsonPropertyOrder(6)] string Status,
    [property: JsonPropertyName("incomplete_details"), JsonPropertyOrder(7)] RunIncompleteDetails? IncompleteDetails,
    [property: JsonPropertyName("incomplete_at"), JsonPropertyOrder(8)] long? IncompleteAt,
    [property: JsonPropertyName("completed_at"), JsonPropertyOrder(9)] long? CompletedAt,
    [property: JsonPropertyName("role"), JsonPropertyOrder(10)] string Role,
    [property: JsonPropertyName("content"), JsonPropertyOrder(11)] IReadOnlyList<MessagePart> Content,
    [property: JsonPropertyName("attachments"), JsonPropertyOrder(12)] IReadOnlyList<JsonElement> Attachments,
    [property: JsonPropertyName("metadata"), JsonPropertyOrder(13)] IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>Always <c>thread.message</c>.</summary>
    [JsonPropertyName("object"), JsonPropertyOrder(1)]
    public string Object => "thread.message";

    /// <summary>A message that has begun.</summary>
    internal static StreamedMessageBody Begun(MessageBody message) => Of(message with { Content = [] }, RunStatus.InProgress, null, null);

    /// <summary>A message that has ended; <paramref name="reason"/> says what cut it, if something did.</summary>
    internal static StreamedMessageBody Ended(MessageBody message, string? reason, long at) =>
        Of(message, reason is null ? RunStatus.Completed : RunStatus.Incomplete, reason, at);

    private static StreamedMessageBody Of(MessageBody message, string status, string? reason, long? endedAt) => new(
        message.Id, message.CreatedAt, message.AssistantId, message.ThreadId, message.RunId, status, reason is null ? null : new(reason),
        reason is null ? null : endedAt, reason is null ? endedAt : null, message.Role, message.Content, message.Attachments, message.Metadata);
}

/// <summary>The next piece of a message.</summary>
public sealed record MessageDeltaBody(
    [property: JsonPropertyName("id"), JsonPropertyOrder(0)] string Id,
    [property: JsonPropertyName("delta"), JsonPropertyOrder(2)] MessageDelta Delta)
{
    /// <summary>Always <c>thread.message.delta</c>.</summary>
    [JsonPropertyName("object"), JsonPropertyOrder(1)]
    public string Object => "thread.message.delta";

    internal static MessageDeltaBody Of(string id, string text, bool first, bool refuses) => new(id, new([
        refuses ? new("refusal", null, text) : new("text", new(text, first ? [] : null), null)]));
}

/// <summary>The parts that grow: one.</summary>
public sealed record MessageDelta([property: JsonPropertyName("content")] IReadOnlyList<PartDelta> Content);

/// <summary>The growth of the first part: of a text or of a refusal.</summary>
public sealed record PartDelta(
    [property: JsonPropertyName("type"), JsonPropertyOrder(1)] string Type,
    [property: JsonPropertyName("text"), JsonPropertyOrder(2), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TextDelta? Text,
    [property: JsonPropertyName("refusal"), JsonPropertyOrder(3), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Refusal)
{
    /// <summary>Always 0.</summary>
    [JsonPropertyName("index"), JsonPropertyOrder(0)]
    public int Index => 0;
}

/// <summary>More text; the first piece alone has annotations.</summary>
public sealed record TextDelta(
    [property: JsonPropertyName("value")] string Value,
    [property: JsonPropertyName("annotations"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<JsonElement>? Annotations);

/// <summary>The next piece of a step's calls.</summary>
public sealed record StepDeltaBody(
    [property: JsonPropertyName("id"), JsonPropertyOrder(0)] string Id,
    [property: JsonPropertyName("delta"), JsonPropertyOrder(2)] StepDelta Delta)
{
    /// <summary>Always <c>thread.run.step.delta</c>.</summary>
    [JsonPropertyName("object"), JsonPropertyOrder(1)]
    public string Object => "thread.run.step.delta";

    internal static StepDeltaBody Of(string id, CallDelta call) => new(id, new(new([call])));
}

/// <summary>What grows.</summary>
public sealed record StepDelta([property: JsonPropertyName("step_details")] CallsDelta Details);

/// <summary>The calls that grow: one.</summary>
public sealed record CallsDelta([property: JsonPropertyName("tool_calls"), JsonPropertyOrder(1)] IReadOnlyList<CallDelta> Calls)
{
    /// <summary>Always <c>tool_calls</c>.</summary>
    [JsonPropertyName("type"), JsonPropertyOrder(0)]
    public string Type => "tool_calls";
}

/// <summary>The growth of one call; id and name come with its first piece.</summary>
public sealed record CallDelta(
    [property: JsonPropertyName("index"), JsonPropertyOrder(0)] int Index,
    [property: JsonPropertyName("id"), JsonPropertyOrder(1), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Id,
    [property: JsonPropertyName("function"), JsonPropertyOrder(3)] FunctionDelta Function)
{
    /// <summary>Always <c>function</c>.</summary>
    [JsonPropertyName("type"), JsonPropertyOrder(2)]
    public string Type => "function";

    internal static CallDelta First(int index, string id, string name) => new(index, id, new(name, "", ThreadJson.Null));

    internal static CallDelta Next(int index, string arguments) => new(index, null, new(null, arguments, null));
}

/// <summary>More arguments.</summary>
public sealed record FunctionDelta(
    [property: JsonPropertyName("name"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Name,
    [property: JsonPropertyName("arguments")] string Arguments,
    [property: JsonPropertyName("output"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonElement? Output);
