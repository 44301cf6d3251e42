using System.Text.Json;

namespace SessionAware.Gateway.SessionKeys;

/// <summary>Reads the text of a key: an id of any other type, or of what is no text, is refused.</summary>
internal static class KeyText
{
    /// <summary>The value at which <paramref name="json"/> stands; null where that is null.</summary>
    /// <exception cref="UnreadableBodyException">It is no text; <paramref name="name"/> is the parameter.</exception>
    public static string? Of(in Utf8JsonReader json, string name)
    {
        try
        {
            return json.TokenType switch
            {
                JsonTokenType.String => json.GetString(),
                JsonTokenType.Null => null,
                _ => throw new UnreadableBodyException($"'{name}' must be a text.", name),
            };
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair: no region ever made such an id.
            throw new UnreadableBodyException($"'{name}' is not valid text.", name);
        }
    }
}
