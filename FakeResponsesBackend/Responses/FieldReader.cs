using System.Globalization;
using System.Text.Json;
using SessionAware.FakeResponsesBackend.Errors;

namespace SessionAware.FakeResponsesBackend.Responses;

/// <summary>
/// Reads the fields of one JSON object by the types that the API documents, remembering the first fault; after a fault every read gives null.
/// </summary>
/// <param name="body">The object.</param>
/// <param name="path">Its path in the request, empty for the body itself.</param>
internal sealed class FieldReader(JsonElement body, string path = "")
{
    /// <summary>The first fault, if any.</summary>
    public ApiError? Fault { get; private set; }

    /// <summary>The parameter path of a field, as errors name it.</summary>
    public string PathOf(string name) => path.Length == 0 ? name : $"{path}.{name}";

    /// <summary>Records a fault; only the first one counts.</summary>
    public void Refuse(ApiError? fault) => Fault ??= fault;

    /// <summary>The field's value, null where it is absent or null.</summary>
    public JsonElement? Value(string name) =>
        Fault is null && body.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>A string.</summary>
    public string? Text(string name) => Typed(name, "a string", JsonValueKind.String) is { } value ? value.GetString() : null;

    /// <summary>A string that must be there.</summary>
    public string RequiredText(string name)
    {
        if (Text(name) is { } text)
            return text;
        Refuse(ApiErrors.MissingParameter(PathOf(name)));
        return "";
    }

    /// <summary>A string out of a closed set.</summary>
    public string? Choice(string name, params string[] supported)
    {
        if (Text(name) is not { } text)
            return null;
        if (!supported.Contains(text))
            Refuse(ApiErrors.UnsupportedValue(PathOf(name), text, supported));
        return text;
    }

    /// <summary>A boolean.</summary>
    public bool? Flag(string name) => Typed(name, "a boolean", JsonValueKind.True, JsonValueKind.False)?.GetBoolean();

    /// <summary>An array.</summary>
    public JsonElement? Array(string name, string of) => Typed(name, $"an array of {of}", JsonValueKind.Array);

    /// <summary>An object.</summary>
    public JsonElement? Object(string name) => Typed(name, "an object", JsonValueKind.Object);

    /// <summary>An integer of at least <paramref name="minimum"/>.</summary>
    public int? Integer(string name, int minimum)
    {
        if (Typed(name, "an integer", JsonValueKind.Number) is not { } value)
            return null;
        if (!value.TryGetInt64(out var number))
            Refuse(ApiErrors.WrongType(PathOf(name), "an integer", value));
        else if (number < minimum)
            Refuse(ApiErrors.OutOfRange(PathOf(name), "integer", above: false, minimum.ToString(CultureInfo.InvariantCulture), value.GetRawText()));
        else if (number > int.MaxValue)
            Refuse(ApiErrors.OutOfRange(PathOf(name), "integer", above: true, int.MaxValue.ToString(CultureInfo.InvariantCulture), value.GetRawText()));
        else
            return (int)number;
        return null;
    }

    /// <summary>A number from 0 to <paramref name="maximum"/>.</summary>
    public double? Decimal(string name, double maximum)
    {
        if (Typed(name, "a decimal", JsonValueKind.Number) is not { } value)
            return null;
        var number = value.GetDouble();
        if (number < 0 || number > maximum)
        {
            var bound = (number < 0 ? 0 : maximum).ToString(CultureInfo.InvariantCulture);
            Refuse(ApiErrors.OutOfRange(PathOf(name), "decimal", above: number > maximum, bound, value.GetRawText()));
        }

        return number;
    }

    /// <summary>Refuses the first field that is not in <paramref name="known"/>.</summary>
    public void OnlyKnown(IReadOnlySet<string> known)
    {
        foreach (var field in body.EnumerateObject())
        {
            if (!known.Contains(field.Name))
                Refuse(ApiErrors.UnknownParameter(PathOf(field.Name)));
        }
    }

    private JsonElement? Typed(string name, string expected, params ReadOnlySpan<JsonValueKind> kinds)
    {
        if (Value(name) is not { } value)
            return null;
        if (kinds.Contains(value.ValueKind))
            return value;
        Refuse(ApiErrors.WrongType(PathOf(name), expected, value));
        return null;
    }
}
