using System.Text.Json;
using System.Text.Json.Serialization;
using SessionAware.FakeResponsesBackend.Formats;
using SessionAware.FakeResponsesBackend.Items;
using SessionAware.FakeResponsesBackend.Tools;

namespace SessionAware.FakeResponsesBackend.Responses;

/// <summary>The <c>response</c> object; every field is present, null where the service sends null. Each flavour adds its own.</summary>
[JsonDerivedType(typeof(AzureResponseBody))]
[JsonDerivedType(typeof(OpenAIResponseBody))]
public abstract record ResponseBody
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

    /// <summary>One of <see cref="ResponseStatus"/>.</summary>
    [JsonPropertyName("status")]
    public required string Status { get; init; }

    /// <summary>Whether the response was asked for in the background.</summary>
    [JsonPropertyName("background")]
    public bool Background { get; init; }

    /// <summary>Unix seconds; null until completed.</summary>
    [JsonPropertyName("completed_at")]
    public long? CompletedAt { get; init; }

    /// <summary>The conversation that the response belongs to; absent outside of one.</summary>
    [JsonPropertyName("conversation"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ConversationReference? Conversation { get; init; }

    /// <summary>Why the response failed; null where it did not.</summary>
    [JsonPropertyName("error")]
    public ResponseError? Error { get; init; }

    /// <summary>The caller's penalty; it changes nothing here.</summary>
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

    /// <summary>What the model made; empty until it is done.</summary>
    [JsonPropertyName("output")]
    public IReadOnlyList<Item> Output { get; init; } = [];

    /// <summary>Whether the model may call several tools at once.</summary>
    [JsonPropertyName("parallel_tool_calls")]
    public bool ParallelToolCalls { get; init; } = true;

    /// <summary>The caller's penalty; it changes nothing here.</summary>
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

    /// <summary>How the model chooses tools, as the caller wrote it.</summary>
    [JsonPropertyName("tool_choice")]
    public JsonElement ToolChoice { get; init; } = Tools.ToolChoice.Auto.Echo;

    /// <summary>Tools offered.</summary>
    [JsonPropertyName("tools")]
    public IReadOnlyList<Tool> Offered { get; init; } = [];

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

    /// <summary>The response as a JSON answer shows it, which may be more than an event does.</summary>
    internal virtual ResponseBody AsJsonAnswer() => this;
}

/// <summary>What Azure adds.</summary>
public sealed record AzureResponseBody : ResponseBody
{
    /// <summary>What the content filter found in prompt and completion; null until the response is done.</summary>
    [JsonPropertyName("content_filters"), JsonPropertyOrder(1)]
    public IReadOnlyList<ContentFilter>? ContentFilters { get; init; }
}

/// <summary>What api.openai.com adds.</summary>
public sealed record OpenAIResponseBody : ResponseBody
{
    /// <summary>Who pays; only in a JSON answer, and only once the response is done.</summary>
    [JsonPropertyName("billing"), JsonPropertyOrder(1), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Billing? Billing { get; init; }

    /// <summary>Null: no moderation was asked for.</summary>
    [JsonPropertyName("moderation"), JsonPropertyOrder(1)]
    public JsonElement? Moderation { get; init; }

    /// <summary>What hosted tools cost: nothing, there are none.</summary>
    [JsonPropertyName("tool_usage"), JsonPropertyOrder(1)]
    public ToolUsage ToolUsage { get; init; } = new();

    internal override ResponseBody AsJsonAnswer() =>
        Status is ResponseStatus.Queued or ResponseStatus.InProgress ? this : this with { Billing = new("developer") };
}
