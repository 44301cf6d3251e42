using SessionAware.FakeResponsesBackend.Formats;
using SessionAware.FakeResponsesBackend.Items;
using SessionAware.FakeResponsesBackend.Tools;

namespace SessionAware.FakeResponsesBackend.Requests;

/// <summary>A checked <c>POST /responses</c>: what the region acts on or echoes.</summary>
public sealed record CreateRequest
{
    /// <summary>The deployment.</summary>
    public required string Model { get; init; }

    /// <summary>New items of this turn, as the caller sent them.</summary>
    public required IReadOnlyList<InputEntry> Input { get; init; }

    /// <summary>Instructions for this turn alone.</summary>
    public string? Instructions { get; init; }

    /// <summary>The response to continue.</summary>
    public string? PreviousResponseId { get; init; }

    /// <summary>The conversation to continue and to add to.</summary>
    public string? ConversationId { get; init; }

    /// <summary>The stored prompt to begin with; the region has none.</summary>
    public string? PromptId { get; init; }

    /// <summary>Whether the region keeps the response; default true.</summary>
    public bool Store { get; init; } = true;

    /// <summary>Whether the answer is a stream of events.</summary>
    public bool Stream { get; init; }

    /// <summary>Whether the response is made whether or not anybody waits for it.</summary>
    public bool Background { get; init; }

    /// <summary>Whether the model answers; a warm-up only hands it the prompt. Default true.</summary>
    public bool Generate { get; init; } = true;

    /// <summary>Whether deltas are padded against traffic analysis; default true.</summary>
    public bool IncludeObfuscation { get; init; } = true;

    /// <summary>What the answer shows on top.</summary>
    public Inclusion Include { get; init; }

    /// <summary>Tools that the caller offers to run.</summary>
    public IReadOnlyList<Tool> Tools { get; init; } = [];

    /// <summary>The first tool among those offered that the service would run itself; the region runs none.</summary>
    public string? HostedTool { get; init; }

    /// <summary>Which of them may or must be called.</summary>
    public ToolChoice ToolChoice { get; init; } = ToolChoice.Auto;

    /// <summary>Form and verbosity of the text.</summary>
    public TextSettings Text { get; init; } = new();

    /// <summary>Settings of a reasoning model, as sent.</summary>
    public ReasoningSettings Reasoning { get; init; } = new(null, null);

    /// <summary>Limit of the output in tokens, at least 16.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>Limit of calls of hosted tools; echoed.</summary>
    public int? MaxToolCalls { get; init; }

    /// <summary>Echoed; 0 to 2; null where the caller sent none.</summary>
    public double? Temperature { get; init; }

    /// <summary>Echoed; 0 to 1; null where the caller sent none.</summary>
    public double? TopP { get; init; }

    /// <summary>Echoed; -2 to 2; null where the caller sent none.</summary>
    public double? PresencePenalty { get; init; }

    /// <summary>Echoed; -2 to 2; null where the caller sent none.</summary>
    public double? FrequencyPenalty { get; init; }

    /// <summary>How many candidates each log probability shows; 0 to 20.</summary>
    public int TopLogprobs { get; init; }

    /// <summary>Whether the model may make several calls in one turn.</summary>
    public bool ParallelToolCalls { get; init; } = true;

    /// <summary>Groups requests that share a prompt.</summary>
    public string? PromptCacheKey { get; init; }

    /// <summary><c>in_memory</c> or <c>24h</c>.</summary>
    public string? PromptCacheRetention { get; init; }

    /// <summary>Echoed.</summary>
    public string? SafetyIdentifier { get; init; }

    /// <summary>The tier asked for.</summary>
    public string? ServiceTier { get; init; }

    /// <summary><c>auto</c> drops the oldest items of a prompt that is too long, <c>disabled</c> refuses it.</summary>
    public string Truncation { get; init; } = "disabled";

    /// <summary>Echoed.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}

/// <summary>Settings of a reasoning model.</summary>
/// <param name="Effort">How much it thinks.</param>
/// <param name="Summary">Whether and how it tells what it thought.</param>
public sealed record ReasoningSettings(string? Effort, string? Summary);

/// <summary>One entry of <c>input</c>: an item, or the id of one that the region holds.</summary>
public sealed record InputEntry(Item? Item, string? Reference, string Path);
