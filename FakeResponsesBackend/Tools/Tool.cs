using System.Text.Json;
using System.Text.Json.Serialization;

namespace SessionAware.FakeResponsesBackend.Tools;

/// <summary>A tool that the caller runs for the model.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(FunctionTool), "function")]
[JsonDerivedType(typeof(CustomTool), "custom")]
public abstract record Tool
{
    /// <summary>What it is for, in the caller's words.</summary>
    [JsonPropertyName("description"), JsonPropertyOrder(-2)]
    public string? Description { get; init; }

    /// <summary>The name by which the model calls it.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>Roughly how long it is.</summary>
    internal virtual int Characters => Name.Length + (Description?.Length ?? 0);
}

/// <summary>A function with arguments by a JSON schema.</summary>
public sealed record FunctionTool : Tool
{
    /// <summary>The schema of the arguments; null: there are none.</summary>
    [JsonPropertyName("parameters"), JsonPropertyOrder(2)]
    public JsonElement? Parameters { get; init; }

    /// <summary>Always null: a function's result has no schema.</summary>
    [JsonPropertyName("output_schema"), JsonPropertyOrder(1)]
    public JsonElement? OutputSchema => null;

    /// <summary>Whether the arguments obey the schema to the letter; true unless the caller says otherwise.</summary>
    [JsonPropertyName("strict"), JsonPropertyOrder(3)]
    public bool Strict { get; init; } = true;

    internal override int Characters => base.Characters + (Parameters?.GetRawText().Length ?? 0);
}

/// <summary>A tool that takes free text.</summary>
public sealed record CustomTool : Tool
{
    /// <summary>The form of its text, as the caller wrote it.</summary>
    [JsonPropertyName("format"), JsonPropertyOrder(-1)]
    public required JsonElement Format { get; init; }

    internal override int Characters => base.Characters + Format.GetRawText().Length;
}
