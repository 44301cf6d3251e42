using System.Text;
using System.Text.Json.Serialization;

namespace SessionAware.FakeResponsesBackend.Items;

/// <summary>How likely a token was. The emulated model is always sure: 0, and there is no other candidate.</summary>
public sealed record TokenLogprob(
    [property: JsonPropertyName("token")] string Token,
    [property: JsonPropertyName("bytes")] IReadOnlyList<int> Bytes,
    [property: JsonPropertyName("logprob")] double Logprob)
{
    /// <summary>As many of the likeliest tokens as were asked for: one at most, the token itself.</summary>
    [JsonPropertyName("top_logprobs")]
    public IReadOnlyList<CandidateLogprob> TopLogprobs { get; init; } = [];

    /// <summary>The certainty of <paramref name="token"/>.</summary>
    internal static TokenLogprob Of(string token, int top)
    {
        List<int> bytes = [.. Encoding.UTF8.GetBytes(token).Select(value => (int)value)];
        return new(token, bytes, 0) { TopLogprobs = top > 0 ? [new(token, bytes, 0)] : [] };
    }
}

/// <summary>A token that could have stood there.</summary>
public sealed record CandidateLogprob(
    [property: JsonPropertyName("token")] string Token,
    [property: JsonPropertyName("bytes")] IReadOnlyList<int> Bytes,
    [property: JsonPropertyName("logprob")] double Logprob);
