using System.Text.Encodings.Web;
using System.Text.Json;

namespace SessionAware.Gateway.Errors;

/// <summary>An answer of the gateway's own, in the API's error shape <c>{"error":{"message","type","param","code"}}</c>.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">The machine-readable code.</param>
/// <param name="Message">What is wrong and what to do; never an exception's text.</param>
public sealed record GatewayError(int Status, string Code, string Message)
{
    private static readonly JsonWriterOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary><c>invalid_request_error</c> where the caller can mend it, else <c>server_error</c>.</summary>
    public string Type => Status < StatusCodes.Status500InternalServerError ? "invalid_request_error" : "server_error";

    /// <summary>Writes the answer. Headers that the failed attempt may have left are dropped first.</summary>
    public async Task WriteAsync(HttpContext context)
    {
        context.Response.Clear();
        context.Response.StatusCode = Status;
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, s_json);
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("message", Message);
        json.WriteString("type", Type);
        json.WriteNull("param");
        json.WriteString("code", Code);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
