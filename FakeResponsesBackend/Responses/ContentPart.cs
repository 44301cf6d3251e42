using System.Text.Json;
using System.Text.Json.Serialization;

namespace SessionAware.FakeResponsesBackend.Responses;

/// <summary>A part of a message: <c>input_text</c> from the caller, <c>output_text</c> or <c>refusal</c> from the model.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(InputText), "input_text")]
[JsonDerivedType(typeof(OutputText), "output_text")]
[JsonDerivedType(typeof(Refusal), "refusal")]
public abstract record ContentPart
{
    /// <summary>What the model reads of this part.</summary>
    internal abstract string PlainText { get; }
}

/// <summary>Text from the caller.</summary>
public sealed record InputText([property: JsonPropertyName("text")] string Text) : ContentPart
{
    internal override string PlainText => Text;
}

/// <summary>Text from the model.</summary>
public sealed record OutputText([property: JsonPropertyName("text"), JsonPropertyOrder(2)] string Text) : ContentPart
{
    /// <summary>Citations; a text model makes none.</summary>
    [JsonPropertyName("annotations"), JsonPropertyOrder(0)]
    public IReadOnlyList<JsonElement> Annotations { get; init; } = [];

    /// <summary>Log probabilities; empty unless asked for.</summary>
    [JsonPropertyName("logprobs"), JsonPropertyOrder(1)]
    public IReadOnlyList<JsonElement> Logprobs { get; init; } = [];

    internal override string PlainText => Text;
}

/// <summary>The model's refusal, as a caller may send it back within the history.</summary>
public sealed record Refusal([property: JsonPropertyName("refusal")] string Text) : ContentPart
{
    internal override string PlainText => Text;
}
