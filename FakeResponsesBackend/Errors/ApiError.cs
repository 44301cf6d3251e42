using System.Text.Json;

namespace SessionAware.FakeResponsesBackend.Errors;

/// <summary>A refusal in the API's shape, <c>{"error":{"message","type","param","code"}}</c>; it is its own HTTP result.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Message">What is wrong, in the service's words.</param>
/// <param name="Type">The kind of error; null on an error of Azure's platform, which sends only code and message.</param>
/// <param name="Param">The path of the offending parameter, if one is.</param>
/// <param name="Code">The machine-readable code, if there is one.</param>
public sealed record ApiError(int Status, string Message, string? Type, string? Param, string? Code) : IResult
{
    /// <summary>The same again at more length, as some errors of Azure's platform have it; null: there is none.</summary>
    public string? Details { get; init; }

    /// <summary>Headers that come with it, such as <c>Retry-After</c>.</summary>
    public Dictionary<string, string> Headers { get; init; } = [];

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = Status;
        httpContext.Response.ContentType = "application/json";
        foreach (var (name, value) in Headers)
            httpContext.Response.Headers[name] = value;
        await using var json = new Utf8JsonWriter(httpContext.Response.BodyWriter, new JsonWriterOptions { Encoder = Responses.WireJson.Options.Encoder });
        json.WriteStartObject();
        WriteTo(json);
        json.WriteEndObject();
    }

    /// <summary>Writes the property <c>error</c>.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="withHeaders">Whether the headers are part of it: a frame has no others.</param>
    internal void WriteTo(Utf8JsonWriter json, bool withHeaders = false)
    {
        json.WriteStartObject("error");
        if (Type is null)
        {
            json.WriteString("code", Code);
            json.WriteString("message", Message);
            if (Details is not null)
                json.WriteString("details", Details);
        }
        else
        {
            json.WriteString("message", Message);
            json.WriteString("type", Type);
            json.WriteString("param", Param);
            json.WriteString("code", Code);
        }

        if (withHeaders && Headers.Count > 0)
        {
            json.WriteStartObject("headers");
            foreach (var (name, value) in Headers)
                json.WriteString(name, value);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
