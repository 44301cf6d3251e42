using System.Text.Json.Serialization;

namespace SessionAware.FakeResponsesBackend.Responses;

/// <summary>The answer of a delete.</summary>
public sealed record DeletedResponse([property: JsonPropertyName("id")] string Id)
{
    /// <summary>Always <c>response.deleted</c>, as recorded (the specification's example differs).</summary>
    [JsonPropertyName("object")]
    public string Object => "response.deleted";

    /// <summary>Always true.</summary>
    [JsonPropertyName("deleted")]
    public bool Deleted => true;
}
