using System.Text.Json.Serialization;

namespace SessionAware.FakeResponsesBackend.Items;

/// <summary>One page of items.</summary>
public sealed record ItemList(
    [property: JsonPropertyName("data")] IReadOnlyList<Item> Data,
    [property: JsonPropertyName("has_more"), JsonPropertyOrder(2)] bool HasMore)
{
    /// <summary>Always <c>list</c>.</summary>
    [JsonPropertyName("object"), JsonPropertyOrder(-1)]
    public string Object => "list";

    /// <summary>First id of the page, the cursor for <c>before</c>.</summary>
    [JsonPropertyName("first_id"), JsonPropertyOrder(1)]
    public string? FirstId => Data.Count > 0 ? Data[0].Id : null;

    /// <summary>Last id of the page, the cursor for <c>after</c>.</summary>
    [JsonPropertyName("last_id"), JsonPropertyOrder(3)]
    public string? LastId => Data.Count > 0 ? Data[^1].Id : null;
}
