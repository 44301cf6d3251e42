using System.Text.Json;
using SessionAware.FakeResponsesBackend.Errors;

namespace SessionAware.FakeResponsesBackend.Requests;

/// <summary>Reads <c>metadata</c>: at most 16 pairs, names of 64 and values of 512 characters.</summary>
internal static class MetadataReader
{
    private const string Name = "metadata";
    private const int MostPairs = 16;
    private const int LongestName = 64;
    private const int LongestValue = 512;

    /// <summary>The pairs; null where the caller sent none.</summary>
    public static Dictionary<string, string>? Read(FieldReader fields)
    {
        switch (fields.Value(Name))
        {
            case null:
                return null;
            case { ValueKind: JsonValueKind.Object } value:
                return ReadPairs(fields, value);
            case { } other:
                fields.Refuse(ParameterErrors.WrongType(Name, "a metadata object", other));
                return null;
        }
    }

    private static Dictionary<string, string> ReadPairs(FieldReader fields, JsonElement value)
    {
        var metadata = new Dictionary<string, string>();
        foreach (var field in value.EnumerateObject())
        {
            if (field.Value.ValueKind != JsonValueKind.String)
                fields.Refuse(ParameterErrors.WrongType($"{Name}.{field.Name}", "a string", field.Value));
            else if (field.Name.Length > LongestName)
                fields.Refuse(ParameterErrors.NameTooLong(Name, field.Name, LongestName));
            else if (field.Value.GetString() is { Length: > LongestValue } text)
                fields.Refuse(ParameterErrors.TooLong($"{Name}.{field.Name}", LongestValue, text.Length));
            else
                metadata[field.Name] = field.Value.GetString()!;
        }

        if (metadata.Count > MostPairs)
            fields.Refuse(ParameterErrors.TooManyProperties(Name, MostPairs, metadata.Count));
        return metadata;
    }
}
