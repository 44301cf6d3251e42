using System.Text.Json.Serialization;
using SessionAware.FakeResponsesBackend.Items;

namespace SessionAware.FakeResponsesBackend.ChatCompletions;

/// <summary>How likely the tokens of a text or of a refusal were; the other of the two is null.</summary>
public sealed record ChatLogprobs(
    [property: JsonPropertyName("content")] IReadOnlyList<ChatTokenLogprob>? Content,
    [property: JsonPropertyName("refusal")] IReadOnlyList<ChatTokenLogprob>? Refusal);

/// <summary>How likely one token was, in this API's order of fields.</summary>
public sealed record ChatTokenLogprob(
    [property: JsonPropertyName("token")] string Token,
    [property: JsonPropertyName("logprob")] double Logprob,
    [property: JsonPropertyName("bytes")] IReadOnlyList<int> Bytes,
    [property: JsonPropertyName("top_logprobs")] IReadOnlyList<ChatCandidate> TopLogprobs)
{
    /// <summary>The certainty of <paramref name="token"/>.</summary>
    public static ChatTokenLogprob Of(string token, int top)
    {
        var sure = TokenLogprob.Of(token, top);
        return new(sure.Token, sure.Logprob, sure.Bytes, [.. sure.TopLogprobs.Select(one => new ChatCandidate(one.Token, one.Logprob, one.Bytes))]);
    }
}

/// <summary>A token that could have stood there.</summary>
public sealed record ChatCandidate(
    [property: JsonPropertyName("token")] string Token,
    [property: JsonPropertyName("logprob")] double Logprob,
    [property: JsonPropertyName("bytes")] IReadOnlyList<int> Bytes);
