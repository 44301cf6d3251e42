using System.Text.Json;
using System.Text.Json.Serialization;

namespace SessionAware.FakeResponsesBackend.Items;

/// <summary>A part of a message: text, image or file from the caller, text or a refusal from the model.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(InputText), "input_text")]
[JsonDerivedType(typeof(InputImage), "input_image")]
[JsonDerivedType(typeof(InputFile), "input_file")]
[JsonDerivedType(typeof(OutputText), "output_text")]
[JsonDerivedType(typeof(Refusal), "refusal")]
public abstract record ContentPart
{
    /// <summary>What the model reads of this part.</summary>
    internal abstract string PlainText { get; }

    /// <summary>The part as lists show it.</summary>
    internal virtual ContentPart Listed(Inclusion include) => this;
}

/// <summary>Text from the caller.</summary>
public sealed record InputText([property: JsonPropertyName("text")] string Text) : ContentPart
{
    internal override string PlainText => Text;
}

/// <summary>An image from the caller.</summary>
/// <param name="Detail"><c>low</c>, <c>high</c> or <c>auto</c>.</param>
/// <param name="FileId">Always null: the region has no files.</param>
/// <param name="ImageUrl">An address or a data URL; lists show it only where <c>include</c> asks for it.</param>
public sealed record InputImage(
    [property: JsonPropertyName("detail")] string Detail,
    [property: JsonPropertyName("file_id")] string? FileId,
    [property: JsonPropertyName("image_url")] string? ImageUrl) : ContentPart
{
    internal override string PlainText => $"[image: {Attachment}]";

    /// <summary>Its type and size, as far as they can be known without leaving the region.</summary>
    internal Attachment Attachment { get; init; } = Attachment.Unknown;

    internal override ContentPart Listed(Inclusion include) => include.HasFlag(Inclusion.ImageUrls) ? this : this with { ImageUrl = null };
}

/// <summary>A file from the caller; its bytes are never shown again.</summary>
/// <param name="FileId">Always null: the region has no files.</param>
/// <param name="Filename">Its name.</param>
public sealed record InputFile(
    [property: JsonPropertyName("file_id")] string? FileId,
    [property: JsonPropertyName("filename")] string? Filename) : ContentPart
{
    internal override string PlainText => $"[file {Filename}: {Attachment}]";

    /// <summary>Its type and size.</summary>
    internal Attachment Attachment { get; init; } = Attachment.Unknown;
}

/// <summary>Text from the model.</summary>
public sealed record OutputText([property: JsonPropertyName("text"), JsonPropertyOrder(2)] string Text) : ContentPart
{
    /// <summary>Citations; a text model makes none.</summary>
    [JsonPropertyName("annotations"), JsonPropertyOrder(0)]
    public IReadOnlyList<JsonElement> Annotations { get; init; } = [];

    /// <summary>Log probabilities; empty unless asked for.</summary>
    [JsonPropertyName("logprobs"), JsonPropertyOrder(1)]
    public IReadOnlyList<TokenLogprob> Logprobs { get; init; } = [];

    internal override string PlainText => Text;
}

/// <summary>The model's refusal.</summary>
public sealed record Refusal([property: JsonPropertyName("refusal")] string Text) : ContentPart
{
    internal override string PlainText => Text;
}
