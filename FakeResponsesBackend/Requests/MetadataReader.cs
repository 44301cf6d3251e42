using System.Text.Json;
using SessionAware.FakeResponsesBackend.Errors;

namespace SessionAware.FakeResponsesBackend.Requests;

/// <summary>Reads <c>metadata</c>: at most 16 pairs, names of 64 and values of 512 characters.</summary>
internal static class MetadataReader
{
    private const int MostPairs = 16;
    private const int LongestName = 64;
    private const int LongestValue = 512;

    /// <summary>The pairs; null where the caller sent none.</summary>
    public static Dictionary<string, string>? Read(FieldReader fields)
    {
        if (fields.Raw("metadata") is not { } value)
            return null;
        var metadata = new Dictionary<string, string>();
        foreach (var field in value.EnumerateObject())
        {
            if (field.Value.ValueKind != JsonValueKind.String)
                fields.Refuse(ApiErrors.WrongType($"metadata.{field.Name}", "a string", field.Value));
            else if (field.Name.Length > LongestName)
                fields.Refuse(ApiErrors.MetadataNameTooLong(field.Name, LongestName));
            else if (field.Value.GetString() is { Length: > LongestValue } text)
                fields.Refuse(ApiErrors.TooLong($"metadata.{field.Name}", LongestValue, text.Length));
            else
                metadata[field.Name] = field.Value.GetString()!;
        }

        if (metadata.Count > MostPairs)
            fields.Refuse(ApiErrors.TooManyProperties("metadata", MostPairs, metadata.Count));
        return metadata;
    }
}
