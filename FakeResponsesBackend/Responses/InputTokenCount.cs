using System.Text.Json.Serialization;

namespace SessionAware.FakeResponsesBackend.Responses;

/// <summary>The answer of <c>POST /responses/input_tokens</c>.</summary>
public sealed record InputTokenCount([property: JsonPropertyName("input_tokens"), JsonPropertyOrder(1)] int InputTokens)
{
    /// <summary>Always <c>response.input_tokens</c>.</summary>
    [JsonPropertyName("object")]
    public string Object => "response.input_tokens";
}
