using System.Text.Json;

namespace SessionAware.Gateway.Replay;

/// <summary>A response was deleted, in the service's words.</summary>
internal sealed record DeletedResponse(string Id) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(httpContext.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("id", Id);
        json.WriteString("object", "response.deleted");
        json.WriteBoolean("deleted", true);
        json.WriteEndObject();
    }
}
