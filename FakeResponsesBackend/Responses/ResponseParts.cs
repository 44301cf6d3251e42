using System.Text.Json.Serialization;

namespace SessionAware.FakeResponsesBackend.Responses;

/// <summary>The states of a response.</summary>
public static class ResponseStatus
{
    /// <summary>In the background, not begun.</summary>
    public const string Queued = "queued";

    /// <summary>Being made.</summary>
    public const string InProgress = "in_progress";

    /// <summary>Whole.</summary>
    public const string Completed = "completed";

    /// <summary>Cut by a limit.</summary>
    public const string Incomplete = "incomplete";

    /// <summary>Ended by an error.</summary>
    public const string Failed = "failed";

    /// <summary>Ended by the caller.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>Whether a response in this state will change by itself.</summary>
    internal static bool IsRunning(string status) => status is Queued or InProgress;
}

/// <summary>The conversation of a response.</summary>
public sealed record ConversationReference([property: JsonPropertyName("id")] string Id);

/// <summary>Why a response failed.</summary>
public sealed record ResponseError([property: JsonPropertyName("code")] string Code, [property: JsonPropertyName("message")] string Message);

/// <summary>Why a response ended early: <c>max_output_tokens</c> or <c>content_filter</c>.</summary>
public sealed record IncompleteDetails([property: JsonPropertyName("reason")] string Reason);

/// <summary>Settings of a reasoning model.</summary>
public sealed record Reasoning(
    [property: JsonPropertyName("effort"), JsonPropertyOrder(1)] string? Effort = null,
    [property: JsonPropertyName("summary"), JsonPropertyOrder(3)] string? Summary = null)
{
    /// <summary>Whose thoughts it goes on from; null for a model that does not reason.</summary>
    [JsonPropertyName("context"), JsonPropertyOrder(0)]
    public string? Context { get; init; }

    /// <summary>Absent for a model that does not reason.</summary>
    [JsonPropertyName("mode"), JsonPropertyOrder(2), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Mode { get; init; }
}

/// <summary>Who pays for a response.</summary>
public sealed record Billing([property: JsonPropertyName("payer")] string Payer);

/// <summary>What hosted tools cost.</summary>
public sealed record ToolUsage
{
    /// <summary>Tokens of image generation.</summary>
    [JsonPropertyName("image_gen")]
    public ImageGenerationUsage ImageGeneration { get; init; } = new();

    /// <summary>Searches of the web.</summary>
    [JsonPropertyName("web_search")]
    public WebSearchUsage WebSearch { get; init; } = new(0);
}

/// <summary>Tokens of image generation.</summary>
public sealed record ImageGenerationUsage
{
    /// <summary>Tokens of prompts.</summary>
    [JsonPropertyName("input_tokens")]
    public int InputTokens { get; init; }

    /// <summary>By kind.</summary>
    [JsonPropertyName("input_tokens_details")]
    public ImageTokens InputTokensDetails { get; init; } = new(0, 0);

    /// <summary>Tokens of images.</summary>
    [JsonPropertyName("output_tokens")]
    public int OutputTokens { get; init; }

    /// <summary>By kind.</summary>
    [JsonPropertyName("output_tokens_details")]
    public ImageTokens OutputTokensDetails { get; init; } = new(0, 0);

    /// <summary>Both together.</summary>
    [JsonPropertyName("total_tokens")]
    public int TotalTokens { get; init; }
}

/// <summary>Tokens of images and of text.</summary>
public sealed record ImageTokens([property: JsonPropertyName("image_tokens")] int Image, [property: JsonPropertyName("text_tokens")] int Text);

/// <summary>Searches of the web.</summary>
public sealed record WebSearchUsage([property: JsonPropertyName("num_requests")] int Requests);
