using System.Text.Json;

namespace SessionAware.Gateway.SessionKeys;

/// <summary>The pool's own fields at the top of requests and of answers.</summary>
internal static class DeclaredField
{
    // Read before the pool's own, in requests or in answers.
    private static readonly string[] s_taken =
    [
        "background", "conversation", "data", "id", "input", "items", "model", "object", "output", "previous_response_id", "status", "store", "tools", "usage",
    ];

    /// <summary>Whether the gateway reads <paramref name="field"/> for itself, so that no pool could.</summary>
    public static bool IsTaken(string field) => s_taken.Contains(field, StringComparer.Ordinal);

    /// <summary>The one of <paramref name="fields"/> whose name <paramref name="json"/> stands at; null where it is none.</summary>
    public static string? Match(in Utf8JsonReader json, IReadOnlyList<string> fields)
    {
        foreach (var field in fields)
        {
            if (json.ValueTextEquals(field))
                return field;
        }

        return null;
    }
}
