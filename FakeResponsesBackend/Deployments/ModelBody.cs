using System.Text.Json.Serialization;

namespace SessionAware.FakeResponsesBackend.Deployments;

/// <summary>A model as <c>GET /models</c> lists it; <paramref name="Created"/> in Unix seconds.</summary>
public sealed record ModelBody(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("created")] long Created,
    [property: JsonPropertyName("owned_by")] string OwnedBy)
{
    /// <summary>Always <c>model</c>.</summary>
    [JsonPropertyName("object"), JsonPropertyOrder(-1)]
    public string Object => "model";
}

/// <summary>The answer of <c>GET /models</c>.</summary>
public sealed record ModelList([property: JsonPropertyName("data")] IReadOnlyList<ModelBody> Data)
{
    /// <summary>Always <c>list</c>.</summary>
    [JsonPropertyName("object"), JsonPropertyOrder(-1)]
    public string Object => "list";
}
