using System.Text.Json;

namespace SessionAware.Gateway.Pools;

/// <summary>Checks that a text is JSON that can be read at all, before its shape is looked at.</summary>
internal static class JsonText
{
    /// <summary>What keeps it from being read: malformed JSON, a property that is there twice, numbers that are no integers of 64 bits, texts that are no Unicode.</summary>
    /// <param name="json">The text.</param>
    /// <param name="isForeign">Whether it is somebody else's, which may have comments, and numbers of any kind where they do not concern us.</param>
    public static IReadOnlyList<string> FindFaults(string json, bool isForeign = false)
    {
        if (string.IsNullOrWhiteSpace(json))
            return ["there is nothing in it"];
        var options = new JsonDocumentOptions { CommentHandling = isForeign ? JsonCommentHandling.Skip : JsonCommentHandling.Disallow };
        try
        {
            using var document = JsonDocument.Parse(json, options);
            List<string> faults = [];
            Check(document.RootElement, "", isForeign, faults);
            if (faults.Count > 0)
                return faults;
        }
        catch (JsonException malformed)
        {
            return [$"line {malformed.LineNumber + 1}, byte {malformed.BytePositionInLine + 1}: not valid JSON"];
        }

        try
        {
            using var _ = JsonDocument.Parse(json, options with { AllowDuplicateProperties = false });
            return [];
        }
        catch (JsonException duplicate)
        {
            return [$"a property is there twice: {duplicate.Message}"];
        }
    }

    private static void Check(JsonElement element, string place, bool anyNumber, List<string> faults)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    if (NameOf(property) is { } name)
                        Check(property.Value, place.Length == 0 ? name : $"{place}.{name}", anyNumber, faults);
                    else
                        faults.Add($"{Name(place)}: the name of a property is no Unicode text");
                }

                break;
            case JsonValueKind.Array:
                foreach (var (index, item) in element.EnumerateArray().Index())
                    Check(item, $"{place}[{index}]", anyNumber, faults);
                break;
            case JsonValueKind.Number when !anyNumber && !element.TryGetInt64(out _):
                faults.Add($"{Name(place)}: must be an integer");
                break;
            case JsonValueKind.String when !IsText(element):
                faults.Add($"{Name(place)}: is no Unicode text");
                break;
        }
    }

    private static string Name(string place) => place.Length == 0 ? "(the file)" : place;

    private static string? NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    // Half of a surrogate pair, escaped, is valid JSON and yet no text.
    private static bool IsText(JsonElement element)
    {
        try
        {
            return element.GetString() is not null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
