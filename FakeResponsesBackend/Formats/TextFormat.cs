using System.Text.Json;
using System.Text.Json.Serialization;

namespace SessionAware.FakeResponsesBackend.Formats;

/// <summary>The form of the model's text.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(PlainFormat), "text")]
[JsonDerivedType(typeof(JsonObjectFormat), "json_object")]
[JsonDerivedType(typeof(JsonSchemaFormat), "json_schema")]
public abstract record TextFormat;

/// <summary>Free text.</summary>
public sealed record PlainFormat : TextFormat;

/// <summary>Some JSON object.</summary>
public sealed record JsonObjectFormat : TextFormat;

/// <summary>JSON by a schema.</summary>
public sealed record JsonSchemaFormat(
    [property: JsonPropertyName("description")] string? Description,
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("schema")] JsonElement Schema,
    [property: JsonPropertyName("strict")] bool Strict) : TextFormat;
