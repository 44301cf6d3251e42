using SessionAware.FakeResponsesBackend.Formats;
using SessionAware.FakeResponsesBackend.Tools;

namespace SessionAware.FakeResponsesBackend.ChatCompletions;

/// <summary>A checked <c>POST /chat/completions</c>: what the region acts on.</summary>
internal sealed record ChatRequest
{
    /// <summary>The deployment; on the path of a deployment, that one.</summary>
    public required string Model { get; init; }

    /// <summary>The whole conversation: the region keeps none.</summary>
    public required IReadOnlyList<ChatMessage> Messages { get; init; }

    /// <summary>Functions that the caller offers to run.</summary>
    public IReadOnlyList<FunctionTool> Tools { get; init; } = [];

    /// <summary>Which of them may or must be called.</summary>
    public ToolChoice ToolChoice { get; init; } = ToolChoice.Auto;

    /// <summary>The one function that must be called; null: none is named.</summary>
    public string? ForcedFunction { get; init; }

    /// <summary>Whether the model may make several calls in one turn.</summary>
    public bool ParallelToolCalls { get; init; } = true;

    /// <summary>The form of the text.</summary>
    public TextFormat Format { get; init; } = new PlainFormat();

    /// <summary>Limit of the completion in tokens, thoughts included.</summary>
    public int? MaxCompletionTokens { get; init; }

    /// <summary>The same by its older name.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Texts before which the answer ends; four at most.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>Whether the answer is a stream of events.</summary>
    public bool Stream { get; init; }

    /// <summary>Whether the stream states its usage.</summary>
    public bool IncludeUsage { get; init; }

    /// <summary>Whether events are padded; null: as the service does by default.</summary>
    public bool? IncludeObfuscation { get; init; }

    /// <summary>Whether log probabilities are shown.</summary>
    public bool Logprobs { get; init; }

    /// <summary>How many candidates each log probability shows; 0 to 20.</summary>
    public int? TopLogprobs { get; init; }

    /// <summary>0 to 2; checked and no more, like the three that follow.</summary>
    public double? Temperature { get; init; }

    /// <summary>0 to 1.</summary>
    public double? TopP { get; init; }

    /// <summary>-2 to 2.</summary>
    public double? FrequencyPenalty { get; init; }

    /// <summary>-2 to 2.</summary>
    public double? PresencePenalty { get; init; }

    /// <summary>How much a reasoning model thinks.</summary>
    public string? ReasoningEffort { get; init; }

    /// <summary>The tier asked for.</summary>
    public string? ServiceTier { get; init; }

    /// <summary>Groups requests that share a prompt.</summary>
    public string? PromptCacheKey { get; init; }

    /// <summary><c>in_memory</c> or <c>24h</c>.</summary>
    public string? PromptCacheRetention { get; init; }
}
