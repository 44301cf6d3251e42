using System.Text.Json.Serialization;

namespace SessionAware.FakeResponsesBackend.Threads;

/// <summary>One page of a list; an empty one has null ids.</summary>
public sealed record ListBody<T>(
    [property: JsonPropertyName("data"), JsonPropertyOrder(1)] IReadOnlyList<T> Data,
    [property: JsonPropertyName("has_more"), JsonPropertyOrder(4)] bool HasMore)
    where T : IListed
{
    /// <summary>Always <c>list</c>.</summary>
    [JsonPropertyName("object"), JsonPropertyOrder(0)]
    public string Object => "list";

    /// <summary>First id of the page, the cursor for <c>before</c>.</summary>
    [JsonPropertyName("first_id"), JsonPropertyOrder(2)]
    public string? FirstId => Data.Count > 0 ? Data[0].Id : null;

    /// <summary>Last id of the page, the cursor for <c>after</c>.</summary>
    [JsonPropertyName("last_id"), JsonPropertyOrder(3)]
    public string? LastId => Data.Count > 0 ? Data[^1].Id : null;
}
