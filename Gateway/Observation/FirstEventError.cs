using System.Net.ServerSentEvents;
using System.Text.Json;

namespace SessionAware.Gateway.Observation;

/// <summary>
/// An error that a region reports as the first event of a 200: nothing was generated, and it stands for a status. Source: Azure OpenAI's streaming errors,
/// <c>{"type":"error","error":{"type":"too_many_requests","code":"no_capacity",…}}</c>, and the Responses API's flat <c>{"type":"error","code":…}</c>.
/// </summary>
internal static class FirstEventError
{
    private const string ErrorEvent = "error";

    /// <summary>Reads the first event of <paramref name="head"/>; false where none is whole yet.</summary>
    /// <param name="head">The stream's beginning.</param>
    /// <param name="status">The status that its error stands for; null where it is none.</param>
    public static bool TryRead(ReadOnlyMemory<byte> head, out int? status)
    {
        status = null;
        // Only what is whole: the parser takes the end of its input for the end of an event.
        var end = EventBoundary.EndOfLast(head.Span);
        using var stream = new MemoryStream(head[..end].ToArray());
        foreach (var item in SseParser.Create(stream).Enumerate())
        {
            status = StatusOf(item.EventType, item.Data);
            return true;
        }

        // Nothing but comments so far.
        return false;
    }

    private static int? StatusOf(string eventType, string data)
    {
        try
        {
            using var json = JsonDocument.Parse(data);
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object || (eventType != ErrorEvent && Text(root, "type") != ErrorEvent))
                return null;
            var error = root.TryGetProperty("error", out var nested) && nested.ValueKind == JsonValueKind.Object ? nested : root;
            return Status(Text(error, "type")) ?? Status(Text(error, "code"));
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            // No JSON, or a text in it that is none.
            return null;
        }
    }

    private static int? Status(string? word) => word switch
    {
        "too_many_requests" or "no_capacity" or "rate_limit_exceeded" or "insufficient_quota" => StatusCodes.Status429TooManyRequests,
        "server_error" or "internal_server_error" => StatusCodes.Status500InternalServerError,
        "service_unavailable" => StatusCodes.Status503ServiceUnavailable,
        "forbidden" => StatusCodes.Status403Forbidden,
        "user_error" => StatusCodes.Status400BadRequest,
        _ => null,
    };

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
