using System.Text.Json.Serialization;
using SessionAware.FakeResponsesBackend.Identifiers;

namespace SessionAware.FakeResponsesBackend.Items;

/// <summary>What a reasoning model thought before it answered.</summary>
/// <param name="Summary">Summaries that the caller asked for; empty otherwise.</param>
public sealed record ReasoningItem([property: JsonPropertyName("summary"), JsonPropertyOrder(1)] IReadOnlyList<SummaryText> Summary) : Item
{
    /// <summary>Always empty: the thoughts are told sealed or in summary.</summary>
    [JsonPropertyName("content"), JsonPropertyOrder(-1)]
    public IReadOnlyList<SummaryText> Content => [];

    /// <summary>The thoughts, sealed for the region that made them. The service has sent them unasked since July 2026; absent where a caller sent none.</summary>
    [JsonPropertyName("encrypted_content"), JsonPropertyOrder(0), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? EncryptedContent { get; init; }

    internal override string Prefix => ResourceId.Reasoning;

    // Thoughts of earlier turns are not read again.
    internal override string PlainText => "";
}

/// <summary>One paragraph of a summary.</summary>
public sealed record SummaryText([property: JsonPropertyName("text"), JsonPropertyOrder(1)] string Text)
{
    /// <summary>Always <c>summary_text</c>.</summary>
    [JsonPropertyName("type")]
    public string Type => "summary_text";
}

/// <summary>A history that was compacted, sealed for the region that did it.</summary>
/// <param name="EncryptedContent">The sealed history.</param>
public sealed record CompactionItem([property: JsonPropertyName("encrypted_content")] string EncryptedContent) : Item
{
    internal override string Prefix => ResourceId.Compaction;

    internal override string PlainText => Unsealed;

    /// <summary>What the region reads in it.</summary>
    [JsonIgnore]
    internal string Unsealed { get; init; } = "";
}
