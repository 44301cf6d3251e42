using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SessionAware.Gateway.CosmosSessions;

/// <summary>Documents as JSON.</summary>
[JsonSerializable(typeof(SessionDocument))]
[JsonSerializable(typeof(FoundDocuments))]
internal sealed partial class SessionDocuments : JsonSerializerContext
{
    // Nobody reads it as a page: text need not be twice as long.
    private static readonly SessionDocuments s_json = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>As Cosmos is given it: what is Cosmos's own stays out.</summary>
    public static byte[] Write(SessionDocument document) => JsonSerializer.SerializeToUtf8Bytes(document with { ETag = null, WrittenAt = null }, s_json.SessionDocument);

    /// <summary>As Cosmos gave it.</summary>
    public static ValueTask<SessionDocument?> ReadAsync(Stream json, CancellationToken cancellationToken) =>
        JsonSerializer.DeserializeAsync(json, s_json.SessionDocument, cancellationToken);

    /// <summary>A page of a query's answer.</summary>
    public static async ValueTask<IReadOnlyList<SessionDocument>> ReadPageAsync(Stream json, CancellationToken cancellationToken) =>
        (await JsonSerializer.DeserializeAsync(json, s_json.FoundDocuments, cancellationToken))?.Documents ?? [];
}

/// <summary>A page of a query's answer.</summary>
internal sealed record FoundDocuments([property: JsonPropertyName("Documents")] IReadOnlyList<SessionDocument> Documents);
