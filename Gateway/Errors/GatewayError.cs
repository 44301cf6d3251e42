using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Net.Http.Headers;

namespace SessionAware.Gateway.Errors;

/// <summary>An answer of the gateway's own, in the API's error shape <c>{"error":{"message","type","param","code"}}</c>.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">The machine-readable code; null where the service's own answer has none.</param>
/// <param name="Message">What is wrong and what to do; never an exception's text.</param>
public sealed record GatewayError(int Status, string? Code, string Message) : IResult
{
    private static readonly JsonWriterOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>When to come back, where that is known; sent in whole seconds, rounded up.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The parameter at fault; null where it is none.</summary>
    public string? Param { get; init; }

    /// <summary>
    /// As the services name it: <c>invalid_request_error</c> where the caller can mend it, <c>too_many_requests</c> where it may come back, else <c>server_error</c>.
    /// </summary>
    public string Type => Status switch
    {
        StatusCodes.Status429TooManyRequests => "too_many_requests",
        < StatusCodes.Status500InternalServerError => "invalid_request_error",
        _ => "server_error",
    };

    /// <summary>Writes the answer. Headers that the failed attempt may have left are dropped first.</summary>
    public async Task WriteAsync(HttpContext context)
    {
        context.Response.Clear();
        context.Response.StatusCode = Status;
        if (RetryAfter is { } wait)
            context.Response.Headers[HeaderNames.RetryAfter] = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        // Clients send a conflict again by themselves: what conflicts will still do so.
        if (Status == StatusCodes.Status409Conflict)
            context.Response.Headers["x-should-retry"] = "false";
        // A pool may be configured to answer so; these have no body.
        if (Status is StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent or StatusCodes.Status304NotModified)
            return;
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, s_json);
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("message", Message);
        json.WriteString("type", Type);
        json.WriteString("param", Param);
        json.WriteString("code", Code);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    Task IResult.ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext);
}
