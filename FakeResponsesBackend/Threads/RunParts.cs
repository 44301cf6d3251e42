using System.Text.Json.Serialization;

namespace SessionAware.FakeResponsesBackend.Threads;

/// <summary>The states of a run. The first four are active: the thread takes no message and no other run.</summary>
public static class RunStatus
{
    /// <summary>Not begun, or not taken up again after tool outputs.</summary>
    public const string Queued = "queued";

    /// <summary>The model works.</summary>
    public const string InProgress = "in_progress";

    /// <summary>The caller must run tools.</summary>
    public const string RequiresAction = "requires_action";

    /// <summary>The caller cancelled it; it has not stopped yet.</summary>
    public const string Cancelling = "cancelling";

    /// <summary>Ended by the caller.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>Ended by an error.</summary>
    public const string Failed = "failed";

    /// <summary>Whole.</summary>
    public const string Completed = "completed";

    /// <summary>Cut by a limit.</summary>
    public const string Incomplete = "incomplete";

    /// <summary>Not finished in time, usually for want of tool outputs.</summary>
    public const string Expired = "expired";
}

/// <summary>What the caller must do for the run to go on.</summary>
public sealed record RequiredAction([property: JsonPropertyName("submit_tool_outputs"), JsonPropertyOrder(1)] PendingCalls SubmitToolOutputs)
{
    /// <summary>Always <c>submit_tool_outputs</c>.</summary>
    [JsonPropertyName("type"), JsonPropertyOrder(0)]
    public string Type => "submit_tool_outputs";
}

/// <summary>Calls without outputs.</summary>
public sealed record PendingCalls([property: JsonPropertyName("tool_calls")] IReadOnlyList<PendingCall> ToolCalls);

/// <summary>One call of a function.</summary>
public sealed record PendingCall(
    [property: JsonPropertyName("id"), JsonPropertyOrder(0)] string Id,
    [property: JsonPropertyName("function"), JsonPropertyOrder(2)] PendingFunction Function)
{
    /// <summary>Always <c>function</c>.</summary>
    [JsonPropertyName("type"), JsonPropertyOrder(1)]
    public string Type => "function";
}

/// <summary>The function and its arguments, a JSON object as text.</summary>
public sealed record PendingFunction([property: JsonPropertyName("name")] string Name, [property: JsonPropertyName("arguments")] string Arguments);

/// <summary>Why a run failed: <c>server_error</c>, <c>rate_limit_exceeded</c> or <c>invalid_prompt</c>.</summary>
public sealed record RunError([property: JsonPropertyName("code")] string Code, [property: JsonPropertyName("message")] string Message);

/// <summary>Why a run is incomplete: <c>max_completion_tokens</c> or <c>max_prompt_tokens</c>.</summary>
public sealed record RunIncompleteDetails([property: JsonPropertyName("reason")] string Reason);

/// <summary>Which messages the model is given: <c>auto</c>, as many as fit, or only the <c>last_messages</c>.</summary>
public sealed record TruncationStrategy(
    [property: JsonPropertyName("type")] string Type = "auto",
    [property: JsonPropertyName("last_messages")] int? LastMessages = null);

/// <summary>Tokens of a run or of a step.</summary>
/// <param name="PromptTokens">Of all prompts.</param>
/// <param name="CompletionTokens">Of all output.</param>
/// <param name="Cached">Singular in name, unlike everywhere else; so recorded.</param>
/// <param name="Reasoning">Absent on Azure.</param>
public sealed record RunUsage(
    [property: JsonPropertyName("prompt_tokens"), JsonPropertyOrder(0)] int PromptTokens,
    [property: JsonPropertyName("completion_tokens"), JsonPropertyOrder(1)] int CompletionTokens,
    [property: JsonPropertyName("prompt_token_details"), JsonPropertyOrder(3)] CachedTokens Cached,
    [property: JsonPropertyName("completion_tokens_details"), JsonPropertyOrder(4), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ReasoningTokens? Reasoning)
{
    /// <summary>Both together.</summary>
    [JsonPropertyName("total_tokens"), JsonPropertyOrder(2)]
    public int TotalTokens => PromptTokens + CompletionTokens;

    internal RunUsage Plus(RunUsage other) => new(
        PromptTokens + other.PromptTokens,
        CompletionTokens + other.CompletionTokens,
        new(Cached.Tokens + other.Cached.Tokens),
        Reasoning is null ? null : new(Reasoning.Tokens + (other.Reasoning?.Tokens ?? 0)));
}

/// <summary>Tokens read from the prompt cache.</summary>
public sealed record CachedTokens([property: JsonPropertyName("cached_tokens")] int Tokens);

/// <summary>Tokens of thought.</summary>
public sealed record ReasoningTokens([property: JsonPropertyName("reasoning_tokens")] int Tokens);
