using System.Text.Json.Serialization;

namespace SessionAware.FakeResponsesBackend.ChatCompletions;

/// <summary>Tokens that a completion cost.</summary>
public sealed record ChatUsage(
    [property: JsonPropertyName("prompt_tokens")] int PromptTokens,
    [property: JsonPropertyName("completion_tokens")] int CompletionTokens)
{
    /// <summary>Both together.</summary>
    [JsonPropertyName("total_tokens")]
    public int TotalTokens => PromptTokens + CompletionTokens;

    /// <summary>The prompt's tokens by kind.</summary>
    [JsonPropertyName("prompt_tokens_details")]
    public required PromptTokensDetails PromptTokensDetails { get; init; }

    /// <summary>The completion's tokens by kind.</summary>
    [JsonPropertyName("completion_tokens_details")]
    public required CompletionTokensDetails CompletionTokensDetails { get; init; }

    /// <summary>Usage of one completion.</summary>
    public static ChatUsage Of(int prompt, int cached, int completion, int reasoning) => new(prompt, completion)
    {
        PromptTokensDetails = new(cached, 0),
        CompletionTokensDetails = new(reasoning, 0, 0, 0),
    };
}

/// <summary>Tokens of a prompt that came from the prompt cache, and of audio.</summary>
public sealed record PromptTokensDetails(
    [property: JsonPropertyName("cached_tokens")] int CachedTokens,
    [property: JsonPropertyName("audio_tokens")] int AudioTokens);

/// <summary>Tokens of a completion that were thoughts, audio, or predicted by the caller.</summary>
public sealed record CompletionTokensDetails(
    [property: JsonPropertyName("reasoning_tokens")] int ReasoningTokens,
    [property: JsonPropertyName("audio_tokens")] int AudioTokens,
    [property: JsonPropertyName("accepted_prediction_tokens")] int AcceptedPredictionTokens,
    [property: JsonPropertyName("rejected_prediction_tokens")] int RejectedPredictionTokens);
