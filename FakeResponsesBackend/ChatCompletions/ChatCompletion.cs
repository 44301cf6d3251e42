using System.Text.Json.Serialization;
using SessionAware.FakeResponsesBackend.Responses;

namespace SessionAware.FakeResponsesBackend.ChatCompletions;

/// <summary>The <c>chat.completion</c> object, in the order of api.openai.com; what only one of the two services sends is absent from the other.</summary>
public sealed record ChatCompletion
{
    /// <summary><c>chatcmpl-…</c>.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary>Always <c>chat.completion</c>.</summary>
    [JsonPropertyName("object")]
    public string Object => "chat.completion";

    /// <summary>Unix seconds.</summary>
    [JsonPropertyName("created")]
    public required long Created { get; init; }

    /// <summary>The dated name of the model, on Azure too.</summary>
    [JsonPropertyName("model")]
    public required string Model { get; init; }

    /// <summary>One choice.</summary>
    [JsonPropertyName("choices")]
    public required IReadOnlyList<ChatChoice> Choices { get; init; }

    /// <summary>Azure's verdict on the prompt.</summary>
    [JsonPropertyName("prompt_filter_results"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<PromptFilterResult>? PromptFilterResults { get; init; }

    /// <summary>Tokens.</summary>
    [JsonPropertyName("usage")]
    public required ChatUsage Usage { get; init; }

    /// <summary>The tier, which Azure does not state.</summary>
    [JsonPropertyName("service_tier"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ServiceTier { get; init; }

    /// <summary><c>fp_…</c>: the same as long as the region and the model are.</summary>
    [JsonPropertyName("system_fingerprint")]
    public required string SystemFingerprint { get; init; }
}

/// <summary>What the model answered.</summary>
public sealed record ChatChoice
{
    /// <summary>Always 0: there is one choice.</summary>
    [JsonPropertyName("index")]
    public int Index => 0;

    /// <summary>The message.</summary>
    [JsonPropertyName("message")]
    public required ChatAnswer Message { get; init; }

    /// <summary>Null unless asked for; absent from a reasoning model's answer on api.openai.com.</summary>
    [JsonPropertyName("logprobs"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonConverter(typeof(PresentConverter<ChatLogprobs>))]
    public Present<ChatLogprobs>? Logprobs { get; init; }

    /// <summary><c>stop</c>, <c>length</c> or <c>tool_calls</c>.</summary>
    [JsonPropertyName("finish_reason")]
    public required string FinishReason { get; init; }

    /// <summary>Azure's verdict on the answer; empty for calls.</summary>
    [JsonPropertyName("content_filter_results"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, FilterVerdict>? ContentFilterResults { get; init; }
}

/// <summary>The model's message.</summary>
public sealed record ChatAnswer
{
    /// <summary>Always <c>assistant</c>.</summary>
    [JsonPropertyName("role")]
    public string Role => "assistant";

    /// <summary>The text; null beside calls and a refusal.</summary>
    [JsonPropertyName("content")]
    public required string? Content { get; init; }

    /// <summary>Calls for the caller to run; absent where there are none.</summary>
    [JsonPropertyName("tool_calls"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ChatToolCall>? ToolCalls { get; init; }

    /// <summary>The refusal; null where there is none.</summary>
    [JsonPropertyName("refusal")]
    public required string? Refusal { get; init; }

    /// <summary>Citations, which a text model does not make; absent on Azure.</summary>
    [JsonPropertyName("annotations"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Annotations { get; init; }
}

/// <summary>A call of a function, whole or, in a stream, a piece of one.</summary>
public sealed record ChatToolCall
{
    /// <summary>Which call of the message; in streams only.</summary>
    [JsonPropertyName("index"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Index { get; init; }

    /// <summary><c>call_…</c>; in a stream only at the call's beginning.</summary>
    [JsonPropertyName("id"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    /// <summary><c>function</c>; in a stream only at the call's beginning.</summary>
    [JsonPropertyName("type"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Type { get; init; }

    /// <summary>What is called.</summary>
    [JsonPropertyName("function")]
    public required ChatFunctionCall Function { get; init; }
}

/// <summary>The function and its arguments, a JSON object as text or the next token of one.</summary>
public sealed record ChatFunctionCall(
    [property: JsonPropertyName("name"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Name,
    [property: JsonPropertyName("arguments")] string Arguments);

/// <summary>Azure's verdict on one prompt.</summary>
public sealed record PromptFilterResult(
    [property: JsonPropertyName("prompt_index")] int PromptIndex,
    [property: JsonPropertyName("content_filter_results")] IReadOnlyDictionary<string, FilterVerdict> ContentFilterResults);
