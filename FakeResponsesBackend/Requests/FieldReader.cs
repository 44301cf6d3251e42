using System.Globalization;
using System.Text.Json;
using SessionAware.FakeResponsesBackend.Errors;

namespace SessionAware.FakeResponsesBackend.Requests;

/// <summary>
/// Reads the fields of one JSON object by the types that the API documents, remembering the first fault of the whole request, after which every
/// read gives null; or handing over every fault.
/// </summary>
internal sealed class FieldReader
{
    private const string AString = "a string";

    private readonly JsonElement _body;
    private readonly string _path;
    private readonly FieldReader? _parent;
    private readonly Action<ApiError>? _eachFault;
    private ApiError? _fault;

    /// <summary>Reads the body of a request.</summary>
    /// <param name="body">A JSON object.</param>
    /// <param name="eachFault">Takes every fault, for who wants all of them; none is then remembered.</param>
    public FieldReader(JsonElement body, Action<ApiError>? eachFault = null) : this(body, "", parent: null) => _eachFault = eachFault;

    private FieldReader(JsonElement body, string path, FieldReader? parent) => (_body, _path, _parent) = (body, path, parent);

    /// <summary>The first fault, if any.</summary>
    public ApiError? Fault => _parent is null ? _fault : _parent.Fault;

    /// <summary>The path of this object in the request, empty for the body itself.</summary>
    public string Path => _path;

    /// <summary>The names of all fields.</summary>
    public IEnumerable<string> Names => _body.EnumerateObject().Select(one => one.Name);

    /// <summary>The parameter path of a field, as errors name it.</summary>
    public string PathOf(string name) => _path.Length == 0 ? name : $"{_path}.{name}";

    /// <summary>Records a fault; only the first one counts, unless every one is handed over.</summary>
    public void Refuse(ApiError fault)
    {
        if (_parent is not null)
            _parent.Refuse(fault);
        else if (_eachFault is not null)
            _eachFault(fault);
        else
            _fault ??= fault;
    }

    /// <summary>The field's value, null where it is absent or null.</summary>
    public JsonElement? Value(string name) =>
        Fault is null && _body.ValueKind == JsonValueKind.Object && _body.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>A string of at most <paramref name="longest"/> characters.</summary>
    public string? Text(string name, int longest = int.MaxValue)
    {
        if (Typed(name, AString, JsonValueKind.String) is not { } value)
            return null;
        var text = value.GetString()!;
        if (text.Length > longest)
            Refuse(ParameterErrors.TooLong(PathOf(name), longest, text.Length));
        return text;
    }

    /// <summary>A string that must be there.</summary>
    public string RequiredText(string name)
    {
        if (Value(name) is null)
            RefuseAbsence(name, AString);
        return Text(name) ?? "";
    }

    /// <summary>A string that must be there and say something.</summary>
    public string NonEmptyText(string name)
    {
        var text = RequiredText(name);
        if (text.Length == 0)
            Refuse(ParameterErrors.Empty(PathOf(name)));
        return text;
    }

    /// <summary>Refuses a field that must be there: it is missing, or null. The service takes a null of the body itself for an object.</summary>
    public void RefuseAbsence(string name, string expected) => Refuse(_body.TryGetProperty(name, out _)
        ? ParameterErrors.WrongType(PathOf(name), expected, _parent is null ? "an object" : "null")
        : ParameterErrors.Missing(PathOf(name)));

    /// <summary>A word that tells what the whole object is: empty where it is no string, null where there is none.</summary>
    public string? Discriminator(string name) => Value(name) is { } value ? value.ValueKind == JsonValueKind.String ? value.GetString() : "" : null;

    /// <summary>A string out of a closed set.</summary>
    public string? Choice(string name, params string[] supported)
    {
        if (Typed(name, $"one of {ParameterErrors.OneOf(supported)}", JsonValueKind.String) is not { } value)
            return null;
        var text = value.GetString()!;
        if (!supported.Contains(text))
            Refuse(ParameterErrors.UnsupportedValue(PathOf(name), text, supported));
        return text;
    }

    /// <summary>A boolean.</summary>
    public bool? Flag(string name) => Typed(name, "a boolean", JsonValueKind.True, JsonValueKind.False)?.GetBoolean();

    /// <summary>An array.</summary>
    public JsonElement? Array(string name, string of) => Typed(name, $"an array of {of}", JsonValueKind.Array);

    /// <summary>An array of strings; empty where there is none.</summary>
    public IEnumerable<string> Texts(string name, string of)
    {
        if (Array(name, of) is not { } array)
            yield break;
        foreach (var (index, value) in array.EnumerateArray().Index())
        {
            if (value.ValueKind == JsonValueKind.String)
                yield return value.GetString()!;
            else
                Refuse(ParameterErrors.WrongType($"{PathOf(name)}[{index}]", AString, value));
        }
    }

    /// <summary>An object.</summary>
    public FieldReader? Object(string name) => Typed(name, "an object", JsonValueKind.Object) is { } value ? Child(value, PathOf(name)) : null;

    /// <summary>A field that takes an object of any content, kept as it is.</summary>
    public JsonElement? Raw(string name) => Typed(name, "an object", JsonValueKind.Object)?.Clone();

    /// <summary>The objects of an array, each with its own reader; none where there is no array.</summary>
    public IEnumerable<FieldReader> Objects(string name, string of = "objects", string each = "an object")
    {
        if (Array(name, of) is not { } array)
            yield break;
        foreach (var (index, value) in array.EnumerateArray().Index())
        {
            var path = $"{PathOf(name)}[{index}]";
            if (value.ValueKind == JsonValueKind.Object)
                yield return Child(value, path);
            else
                Refuse(ParameterErrors.WrongType(path, each, value));
        }
    }

    /// <summary>A reader of an object within this one.</summary>
    public FieldReader Child(JsonElement value, string path) => new(value, path, this);

    /// <summary>An integer within bounds.</summary>
    public int? Integer(string name, int minimum, int maximum = int.MaxValue)
    {
        if (Typed(name, "an integer", JsonValueKind.Number) is not { } value)
            return null;
        if (!value.TryGetInt64(out var number))
            Refuse(ParameterErrors.WrongType(PathOf(name), "an integer", value));
        else if (number < minimum)
            Refuse(ParameterErrors.OutOfRange(PathOf(name), "integer", above: false, minimum.ToString(CultureInfo.InvariantCulture), value.GetRawText()));
        else if (number > maximum)
            Refuse(ParameterErrors.OutOfRange(PathOf(name), "integer", above: true, maximum.ToString(CultureInfo.InvariantCulture), value.GetRawText()));
        else
            return (int)number;
        return null;
    }

    /// <summary>A number within bounds.</summary>
    public double? Decimal(string name, double maximum, double minimum = 0)
    {
        if (Typed(name, "a decimal", JsonValueKind.Number) is not { } value)
            return null;
        var number = value.GetDouble();
        if (number < minimum || number > maximum)
        {
            var bound = (number < minimum ? minimum : maximum).ToString(CultureInfo.InvariantCulture);
            Refuse(ParameterErrors.OutOfRange(PathOf(name), "decimal", above: number > maximum, bound, value.GetRawText()));
        }

        return number;
    }

    /// <summary>Refuses the first field that is not in <paramref name="known"/>. Only the body's own fields have been seen to come with a suggestion.</summary>
    public void OnlyKnown(IReadOnlySet<string> known)
    {
        foreach (var field in _body.EnumerateObject())
        {
            if (!known.Contains(field.Name))
                Refuse(ParameterErrors.Unknown(PathOf(field.Name), _parent is null ? Misspelling.Near(field.Name, known.Where(name => !_body.TryGetProperty(name, out _))) : []));
        }
    }

    private JsonElement? Typed(string name, string expected, params ReadOnlySpan<JsonValueKind> kinds)
    {
        if (Value(name) is not { } value)
            return null;
        if (kinds.Contains(value.ValueKind))
            return value;
        Refuse(ParameterErrors.WrongType(PathOf(name), expected, value));
        return null;
    }
}
