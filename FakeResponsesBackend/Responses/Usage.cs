using System.Text.Json.Serialization;

namespace SessionAware.FakeResponsesBackend.Responses;

/// <summary>Tokens that a response cost.</summary>
public sealed record Usage(
    [property: JsonPropertyName("input_tokens")] int InputTokens,
    [property: JsonPropertyName("input_tokens_details")] InputTokensDetails InputTokensDetails,
    [property: JsonPropertyName("output_tokens")] int OutputTokens,
    [property: JsonPropertyName("output_tokens_details")] OutputTokensDetails OutputTokensDetails)
{
    /// <summary>Input and output together.</summary>
    [JsonPropertyName("total_tokens")]
    public int TotalTokens => InputTokens + OutputTokens;

    /// <summary>Usage of one response.</summary>
    public static Usage Of(int input, int cached, int output, int reasoning) => new(input, new(cached, 0), output, new(reasoning));
}

/// <summary>Prompt tokens read from and written to the prompt cache.</summary>
public sealed record InputTokensDetails(
    [property: JsonPropertyName("cached_tokens")] int CachedTokens,
    [property: JsonPropertyName("cache_write_tokens")] int CacheWriteTokens);

/// <summary>Output tokens spent on reasoning.</summary>
public sealed record OutputTokensDetails([property: JsonPropertyName("reasoning_tokens")] int ReasoningTokens);
