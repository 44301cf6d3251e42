using System.Text.Json.Serialization;
using SessionAware.FakeResponsesBackend.Responses;

namespace SessionAware.FakeResponsesBackend.ChatCompletions;

/// <summary>The <c>chat.completion.chunk</c> object: one event of a streamed completion, in the order of api.openai.com.</summary>
public sealed record ChatEventBody
{
    /// <summary>The completion's id, the same on every event; empty on the one that Azure sends before it.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary><c>chat.completion.chunk</c>, or empty like the id.</summary>
    [JsonPropertyName("object")]
    public required string Object { get; init; }

    /// <summary>Unix seconds, the same on every event.</summary>
    [JsonPropertyName("created")]
    public required long Created { get; init; }

    /// <summary>The dated name of the model.</summary>
    [JsonPropertyName("model")]
    public required string Model { get; init; }

    /// <summary>The tier, which Azure does not state.</summary>
    [JsonPropertyName("service_tier"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ServiceTier { get; init; }

    /// <summary><c>fp_…</c>.</summary>
    [JsonPropertyName("system_fingerprint"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SystemFingerprint { get; init; }

    /// <summary>What comes next of the one choice; empty where nothing does.</summary>
    [JsonPropertyName("choices")]
    public required IReadOnlyList<ChatEventChoice> Choices { get; init; }

    /// <summary>Azure's verdict on the prompt, before everything else.</summary>
    [JsonPropertyName("prompt_filter_results"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<PromptFilterResult>? PromptFilterResults { get; init; }

    /// <summary>Where the caller asked for it, null on every event but the one that states it; absent otherwise.</summary>
    [JsonPropertyName("usage"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonConverter(typeof(PresentConverter<ChatUsage>))]
    public Present<ChatUsage>? Usage { get; init; }

    /// <summary>Padding against traffic analysis.</summary>
    [JsonPropertyName("obfuscation"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Obfuscation { get; init; }
}

/// <summary>What comes next of a choice.</summary>
public sealed record ChatEventChoice
{
    /// <summary>Always 0: there is one choice.</summary>
    [JsonPropertyName("index")]
    public int Index => 0;

    /// <summary>What comes next of the message.</summary>
    [JsonPropertyName("delta")]
    public required ChatDelta Delta { get; init; }

    /// <summary>Null unless asked for; absent for a reasoning model on api.openai.com.</summary>
    [JsonPropertyName("logprobs"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonConverter(typeof(PresentConverter<ChatLogprobs>))]
    public Present<ChatLogprobs>? Logprobs { get; init; }

    /// <summary>Null until the choice's last event.</summary>
    [JsonPropertyName("finish_reason")]
    public string? FinishReason { get; init; }

    /// <summary>Azure's verdict on the text of this event; empty where it has none.</summary>
    [JsonPropertyName("content_filter_results"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, FilterVerdict>? ContentFilterResults { get; init; }
}

/// <summary>What comes next of a message.</summary>
public sealed record ChatDelta
{
    /// <summary><c>assistant</c>, on the first event.</summary>
    [JsonPropertyName("role"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Role { get; init; }

    /// <summary>The next token of the text.</summary>
    [JsonPropertyName("content"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonConverter(typeof(PresentConverter<string>))]
    public Present<string>? Content { get; init; }

    /// <summary>The beginning or the next token of a call.</summary>
    [JsonPropertyName("tool_calls"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ChatToolCall>? ToolCalls { get; init; }

    /// <summary>The next token of a refusal.</summary>
    [JsonPropertyName("refusal"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonConverter(typeof(PresentConverter<string>))]
    public Present<string>? Refusal { get; init; }
}
