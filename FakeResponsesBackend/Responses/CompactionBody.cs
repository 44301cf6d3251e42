using System.Text.Json.Serialization;
using SessionAware.FakeResponsesBackend.Items;

namespace SessionAware.FakeResponsesBackend.Responses;

/// <summary>The answer of <c>POST /responses/compact</c>: what the user said, and everything else sealed. Its id continues nothing.</summary>
public sealed record CompactionBody(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("created_at"), JsonPropertyOrder(2)] long CreatedAt,
    [property: JsonPropertyName("output"), JsonPropertyOrder(3)] IReadOnlyList<Item> Output,
    [property: JsonPropertyName("usage"), JsonPropertyOrder(4)] Usage Usage)
{
    /// <summary>Always <c>response.compaction</c>.</summary>
    [JsonPropertyName("object"), JsonPropertyOrder(1)]
    public string Object => "response.compaction";
}
