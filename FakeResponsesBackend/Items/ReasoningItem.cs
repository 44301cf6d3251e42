using System.Text.Json.Serialization;
using SessionAware.FakeResponsesBackend.Identifiers;

namespace SessionAware.FakeResponsesBackend.Items;

/// <summary>What a reasoning model thought before it answered.</summary>
/// <param name="Summary">Summaries that the caller asked for; empty otherwise.</param>
public sealed record ReasoningItem([property: JsonPropertyName("summary"), JsonPropertyOrder(1)] IReadOnlyList<SummaryText> Summary) : Item
{
    /// <summary>The thoughts, sealed for the region that made them; absent unless the caller asked for them or sent them.</summary>
    [JsonPropertyName("encrypted_content"), JsonPropertyOrder(0), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? EncryptedContent { get; init; }

    internal override string Prefix => ResourceId.Reasoning;

    // Thoughts of earlier turns are not read again.
    internal override string PlainText => "";

    internal override Item Listed(Inclusion include) =>
        EncryptedContent is null || include.HasFlag(Inclusion.EncryptedReasoning) ? this : this with { EncryptedContent = null };
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
