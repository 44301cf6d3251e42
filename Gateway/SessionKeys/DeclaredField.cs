using System.Text.Json;

namespace SessionAware.Gateway.SessionKeys;

/// <summary>The pool's own fields at the top of requests and of answers.</summary>
internal static class DeclaredField
{
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
