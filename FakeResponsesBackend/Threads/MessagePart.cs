using System.Text.Json;
using System.Text.Json.Serialization;
using SessionAware.FakeResponsesBackend.Items;

namespace SessionAware.FakeResponsesBackend.Threads;

/// <summary>A part of a thread's message.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(TextPart), "text")]
[JsonDerivedType(typeof(ImagePart), "image_url")]
[JsonDerivedType(typeof(RefusalPart), "refusal")]
public abstract record MessagePart
{
    /// <summary>The part as the model reads it.</summary>
    internal abstract ContentPart Seen(bool fromModel);
}

/// <summary>Text.</summary>
public sealed record TextPart([property: JsonPropertyName("text")] TextValue Text) : MessagePart
{
    internal override ContentPart Seen(bool fromModel) => fromModel ? new OutputText(Text.Value) : new InputText(Text.Value);
}

/// <summary>A text and its citations, of which a text model makes none.</summary>
public sealed record TextValue([property: JsonPropertyName("value")] string Value)
{
    /// <summary>Empty.</summary>
    [JsonPropertyName("annotations")]
    public IReadOnlyList<JsonElement> Annotations { get; init; } = [];
}

/// <summary>An image at an address.</summary>
public sealed record ImagePart([property: JsonPropertyName("image_url")] ImageAddress Image) : MessagePart
{
    internal override ContentPart Seen(bool fromModel) => new InputImage(Image.Detail, null, Image.Url) { Attachment = new(null, null, Image.Url) };
}

/// <summary>Where an image stands; <paramref name="Detail"/> is <c>auto</c>, <c>low</c> or <c>high</c>.</summary>
public sealed record ImageAddress([property: JsonPropertyName("url")] string Url, [property: JsonPropertyName("detail")] string Detail);

/// <summary>The model's refusal.</summary>
public sealed record RefusalPart([property: JsonPropertyName("refusal")] string Refusal) : MessagePart
{
    internal override ContentPart Seen(bool fromModel) => new Refusal(Refusal);
}
