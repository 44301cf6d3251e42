using System.Text.Json;
using System.Text.Json.Serialization;

namespace SessionAware.FakeResponsesBackend.Responses;

/// <summary>Azure's verdict on a prompt or a completion. The emulated filter finds everything safe.</summary>
/// <param name="SourceType"><c>prompt</c> or <c>completion</c>.</param>
/// <param name="Results">The verdict by category.</param>
/// <param name="Offsets">Which part of the text was looked at.</param>
public sealed record ContentFilter(
    [property: JsonPropertyName("source_type"), JsonPropertyOrder(1)] string SourceType,
    [property: JsonPropertyName("content_filter_results"), JsonPropertyOrder(3)] IReadOnlyDictionary<string, FilterVerdict> Results,
    [property: JsonPropertyName("content_filter_offsets"), JsonPropertyOrder(4)] FilterOffsets Offsets)
{
    private static readonly FilterVerdict s_safe = new(Filtered: false) { Severity = "safe" };
    private static readonly FilterVerdict s_undetected = new(Filtered: false) { Detected = false };

    // Every stored response has them: one copy for all.
    private static readonly Dictionary<string, FilterVerdict> s_prompt = new()
    {
        ["hate"] = s_safe,
        ["sexual"] = s_safe,
        ["self_harm"] = s_safe,
        ["violence"] = s_safe,
        ["jailbreak"] = s_undetected,
    };

    private static readonly Dictionary<string, FilterVerdict> s_completion = new()
    {
        ["hate"] = s_safe,
        ["sexual"] = s_safe,
        ["self_harm"] = s_safe,
        ["violence"] = s_safe,
        ["protected_material_text"] = s_undetected,
        ["protected_material_code"] = s_undetected,
    };

    /// <summary>Whether the text was held back.</summary>
    [JsonPropertyName("blocked"), JsonPropertyOrder(0)]
    public bool Blocked => false;

    /// <summary>Always empty.</summary>
    [JsonPropertyName("content_filter_raw"), JsonPropertyOrder(2)]
    public IReadOnlyList<JsonElement> Raw => [];

    /// <summary>The verdicts on a prompt and on a completion of these lengths, in characters.</summary>
    internal static IReadOnlyList<ContentFilter> Of(int prompt, int completion) =>
    [
        new("prompt", s_prompt, new(0, prompt, 0)),
        new("completion", s_completion, new(0, completion, 0)),
    ];
}

/// <summary>The verdict of one category, by severity or by detection.</summary>
public sealed record FilterVerdict([property: JsonPropertyName("filtered")] bool Filtered)
{
    /// <summary><c>safe</c> for a category that has degrees.</summary>
    [JsonPropertyName("severity"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Severity { get; init; }

    /// <summary>For a category that is there or not.</summary>
    [JsonPropertyName("detected"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Detected { get; init; }
}

/// <summary>Characters that the filter looked at.</summary>
public sealed record FilterOffsets(
    [property: JsonPropertyName("start_offset")] int Start,
    [property: JsonPropertyName("end_offset")] int End,
    [property: JsonPropertyName("check_offset")] int Check);
