using System.Text.Json;
using System.Text.Json.Serialization;

namespace SessionAware.FakeResponsesBackend.Threads;

/// <summary>The <c>thread.run</c> object; what is not set is null, never absent.</summary>
public sealed record RunBody : IListed
{
    /// <summary><c>run_…</c>.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary>Always <c>thread.run</c>.</summary>
    [JsonPropertyName("object")]
    public string Object => "thread.run";

    /// <summary>Unix seconds, as all times here.</summary>
    [JsonPropertyName("created_at")]
    public required long CreatedAt { get; init; }

    /// <summary>Who works.</summary>
    [JsonPropertyName("assistant_id")]
    public required string AssistantId { get; init; }

    /// <summary>On what.</summary>
    [JsonPropertyName("thread_id")]
    public required string ThreadId { get; init; }

    /// <summary>One of <see cref="RunStatus"/>.</summary>
    [JsonPropertyName("status")]
    public required string Status { get; init; }

    /// <summary>When work began; again after tool outputs.</summary>
    [JsonPropertyName("started_at")]
    public long? StartedAt { get; init; }

    /// <summary>When an unfinished run expires; null once it has ended otherwise.</summary>
    [JsonPropertyName("expires_at")]
    public long? ExpiresAt { get; init; }

    /// <summary>When it was cancelled.</summary>
    [JsonPropertyName("cancelled_at")]
    public long? CancelledAt { get; init; }

    /// <summary>When it failed.</summary>
    [JsonPropertyName("failed_at")]
    public long? FailedAt { get; init; }

    /// <summary>When it was completed.</summary>
    [JsonPropertyName("completed_at")]
    public long? CompletedAt { get; init; }

    /// <summary>The calls that the caller must run.</summary>
    [JsonPropertyName("required_action")]
    public RequiredAction? RequiredAction { get; init; }

    /// <summary>Why it failed.</summary>
    [JsonPropertyName("last_error")]
    public RunError? LastError { get; init; }

    /// <summary>The deployment as the assistant or the caller named it.</summary>
    [JsonPropertyName("model")]
    public required string Model { get; init; }

    /// <summary>The assistant's instructions, or those of this run.</summary>
    [JsonPropertyName("instructions")]
    public required string? Instructions { get; init; }

    /// <summary>The assistant's tools, or those of this run.</summary>
    [JsonPropertyName("tools")]
    public required IReadOnlyList<AgentTool> Tools { get; init; }

    /// <summary>Always empty: the region has no files.</summary>
    [JsonPropertyName("tool_resources")]
    public ToolResources ToolResources { get; init; } = new();

    /// <summary>The caller's own key-value pairs.</summary>
    [JsonPropertyName("metadata")]
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <summary>0 to 2.</summary>
    [JsonPropertyName("temperature")]
    public required decimal Temperature { get; init; }

    /// <summary>0 to 1.</summary>
    [JsonPropertyName("top_p")]
    public required decimal TopP { get; init; }

    /// <summary>How much a reasoning model thinks; null or a text on api.openai.com, absent on Azure.</summary>
    [JsonPropertyName("reasoning_effort"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required JsonElement? ReasoningEffort { get; init; }

    /// <summary>Limit of all output in tokens.</summary>
    [JsonPropertyName("max_completion_tokens")]
    public required int? MaxCompletionTokens { get; init; }

    /// <summary>Limit of all prompts in tokens.</summary>
    [JsonPropertyName("max_prompt_tokens")]
    public required int? MaxPromptTokens { get; init; }

    /// <summary>Which messages the model is given.</summary>
    [JsonPropertyName("truncation_strategy")]
    public required TruncationStrategy TruncationStrategy { get; init; }

    /// <summary>Which limit ended it.</summary>
    [JsonPropertyName("incomplete_details")]
    public RunIncompleteDetails? IncompleteDetails { get; init; }

    /// <summary>What it cost; null until it has ended.</summary>
    [JsonPropertyName("usage")]
    public RunUsage? Usage { get; init; }

    /// <summary><c>auto</c>, or the form as the caller wrote it.</summary>
    [JsonPropertyName("response_format")]
    public required JsonElement ResponseFormat { get; init; }

    /// <summary>The choice as the caller wrote it.</summary>
    [JsonPropertyName("tool_choice")]
    public required JsonElement ToolChoice { get; init; }

    /// <summary>Whether the model may call several tools at once.</summary>
    [JsonPropertyName("parallel_tool_calls")]
    public required bool ParallelToolCalls { get; init; }
}
