using System.Text.Json;

namespace SessionAware.Gateway.Observation;

/// <summary>
/// The service's own word that something is not there, <c>{"error":{"message":"Response with id 'resp_x' not found.",…}}</c>: it names the id. A 404 that does
/// not is about the address, the deployment, or an API version, and says nothing of what was asked for.
/// </summary>
internal static class NotFoundAnswer
{
    /// <summary>Whether <paramref name="json"/> says so of <paramref name="id"/>.</summary>
    public static bool IsOf(ReadOnlyMemory<byte> json, string id)
    {
        try
        {
            using var answer = JsonDocument.Parse(json);
            return answer.RootElement.ValueKind == JsonValueKind.Object
                && answer.RootElement.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object
                && error.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.String
                && message.GetString() is { } text
                && text.Contains($"'{id}'", StringComparison.Ordinal) && text.Contains("found", StringComparison.OrdinalIgnoreCase);
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
