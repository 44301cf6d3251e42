using System.Text.Json;
using System.Text.Json.Serialization;

namespace SessionAware.FakeResponsesBackend.Responses;

/// <summary>The <c>response</c> object; every field is present, null where the service sends null.</summary>
public sealed record ResponseBody
{
    /// <summary><c>resp_…</c>.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary>Always <c>response</c>.</summary>
    [JsonPropertyName("object")]
    public string Object => "response";

    /// <summary>Unix seconds.</summary>
    [JsonPropertyName("created_at")]
    public required long CreatedAt { get; init; }

    /// <summary><c>in_progress</c>, <c>completed</c> or <c>incomplete</c>.</summary>
    [JsonPropertyName("status")]
    public required string Status { get; init; }

    /// <summary>Whether the response was asked for in the background.</summary>
    [JsonPropertyName("background")]
    public bool Background { get; init; }

    /// <summary>Unix seconds; null until completed.</summary>
    [JsonPropertyName("completed_at")]
    public long? CompletedAt { get; init; }

    /// <summary>Null: this response did not fail.</summary>
    [JsonPropertyName("error")]
    public JsonElement? Error { get; init; }

    /// <summary>OpenAI's penalty, 0 for these models.</summary>
    [JsonPropertyName("frequency_penalty")]
    public double FrequencyPenalty { get; init; }

    /// <summary>Why the response is incomplete, if it is.</summary>
    [JsonPropertyName("incomplete_details")]
    public IncompleteDetails? IncompleteDetails { get; init; }

    /// <summary>Instructions of this request; they do not carry over to the next.</summary>
    [JsonPropertyName("instructions")]
    public string? Instructions { get; init; }

    /// <summary>The caller's limit, in tokens.</summary>
    [JsonPropertyName("max_output_tokens")]
    public int? MaxOutputTokens { get; init; }

    /// <summary>The caller's limit of tool calls.</summary>
    [JsonPropertyName("max_tool_calls")]
    public int? MaxToolCalls { get; init; }

    /// <summary>The model, as <see cref="Deployments.DeploymentCatalog.Echo"/> states it.</summary>
    [JsonPropertyName("model")]
    public required string Model { get; init; }

    /// <summary>What the model said; empty until it is done.</summary>
    [JsonPropertyName("output")]
    public IReadOnlyList<MessageItem> Output { get; init; } = [];

    /// <summary>Whether the model may call several tools at once.</summary>
    [JsonPropertyName("parallel_tool_calls")]
    public bool ParallelToolCalls { get; init; } = true;

    /// <summary>OpenAI's penalty, 0 for these models.</summary>
    [JsonPropertyName("presence_penalty")]
    public double PresencePenalty { get; init; }

    /// <summary>The response that this one continues.</summary>
    [JsonPropertyName("previous_response_id")]
    public string? PreviousResponseId { get; init; }

    /// <summary>The caller's cache hint.</summary>
    [JsonPropertyName("prompt_cache_key")]
    public string? PromptCacheKey { get; init; }

    /// <summary>How long a prompt stays in the cache.</summary>
    [JsonPropertyName("prompt_cache_retention")]
    public string? PromptCacheRetention { get; init; }

    /// <summary>Settings of reasoning; null inside for a model that does not reason.</summary>
    [JsonPropertyName("reasoning")]
    public Reasoning Reasoning { get; init; } = new();

    /// <summary>The caller's word for its end user.</summary>
    [JsonPropertyName("safety_identifier")]
    public string? SafetyIdentifier { get; init; }

    /// <summary><c>default</c> once the tier is known, <c>auto</c> before.</summary>
    [JsonPropertyName("service_tier")]
    public required string ServiceTier { get; init; }

    /// <summary>Whether the region keeps the response.</summary>
    [JsonPropertyName("store")]
    public required bool Store { get; init; }

    /// <summary>Sampling temperature.</summary>
    [JsonPropertyName("temperature")]
    public double? Temperature { get; init; } = 1.0;

    /// <summary>Output format and verbosity.</summary>
    [JsonPropertyName("text")]
    public TextSettings Text { get; init; } = new();

    /// <summary>How the model chooses tools.</summary>
    [JsonPropertyName("tool_choice")]
    public string ToolChoice { get; init; } = "auto";

    /// <summary>Tools offered.</summary>
    [JsonPropertyName("tools")]
    public IReadOnlyList<JsonElement> Tools { get; init; } = [];

    /// <summary>Log probabilities asked for.</summary>
    [JsonPropertyName("top_logprobs")]
    public int TopLogprobs { get; init; }

    /// <summary>Nucleus sampling.</summary>
    [JsonPropertyName("top_p")]
    public double? TopP { get; init; } = 1.0;

    /// <summary>What happens to a prompt that is too long.</summary>
    [JsonPropertyName("truncation")]
    public string Truncation { get; init; } = "disabled";

    /// <summary>Tokens; null until the response is done.</summary>
    [JsonPropertyName("usage")]
    public Usage? Usage { get; init; }

    /// <summary>Always null in answers, whatever the caller sent.</summary>
    [JsonPropertyName("user")]
    public string? User => null;

    /// <summary>The caller's own key-value pairs.</summary>
    [JsonPropertyName("metadata")]
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}

/// <summary>Why a response ended early: <c>max_output_tokens</c>.</summary>
public sealed record IncompleteDetails([property: JsonPropertyName("reason")] string Reason);

/// <summary>Settings of a reasoning model.</summary>
public sealed record Reasoning(
    [property: JsonPropertyName("effort")] string? Effort = null,
    [property: JsonPropertyName("summary")] string? Summary = null);

/// <summary>Output format (plain text) and verbosity.</summary>
public sealed record TextSettings([property: JsonPropertyName("verbosity"), JsonPropertyOrder(1)] string Verbosity = "medium")
{
    /// <summary>Plain text.</summary>
    [JsonPropertyName("format")]
    public TextFormat Format { get; init; } = new("text");
}

/// <summary>An output format by its type.</summary>
public sealed record TextFormat([property: JsonPropertyName("type")] string Type);
