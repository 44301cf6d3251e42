using System.Text.Json;

namespace SessionAware.FakeResponsesBackend.Errors;

/// <summary>What can be wrong with any field of a request: it is missing, unknown, of another type or out of bounds.</summary>
internal static class ParameterErrors
{
    // Names of 12 characters have been seen whole, names of 20 shortened.
    private const int LongestWholeName = 16;

    public static ApiError Missing(string param) => Invalid($"Missing required parameter: '{param}'.", param, "missing_required_parameter");

    /// <summary>A field that the API does not have, and those with which it may have been confused.</summary>
    public static ApiError Unknown(string param, params string[] near) => Invalid(
        $"Unknown parameter: '{param}'.{(near.Length == 0 ? "" : $" Did you mean {OneOf(near)}?")}", param, "unknown_parameter");

    public static ApiError Moved(string param, string to) => Invalid(
        $"Unsupported parameter: '{param}'. In the Responses API, this parameter has moved to '{to}'. Try again with the new parameter. "
        + "See the API documentation for more information: https://platform.openai.com/docs/api-reference/responses/create.",
        param: null,
        "unsupported_parameter");

    /// <summary>A field that this model does not take.</summary>
    public static ApiError Unsupported(string param, string? code = null) =>
        Invalid($"Unsupported parameter: '{param}' is not supported with this model.", param, code);

    public static ApiError WrongType(string param, string expected, JsonElement got) => WrongType(param, expected, Describe(got));

    public static ApiError WrongType(string param, string expected, string got) =>
        Invalid($"Invalid type for '{param}': expected {expected}, but got {got} instead.", param, "invalid_type");

    public static ApiError UnsupportedValue(string param, string got, params string[] supported) => Invalid(
        $"Invalid value: '{got}'. Supported values are: {AllOf(supported)}.", param, "invalid_value");

    /// <summary>A value that the API has, but not for this model.</summary>
    public static ApiError UnsupportedValueForModel(string param, string got, string model, IReadOnlyList<string> supported) => Invalid(
        $"Unsupported value: '{got}' is not supported with the '{model}' model. Supported values are: {AllOf(supported)}.", param, "unsupported_value");

    public static ApiError InvalidIdPrefix(string param, string id, string prefix) =>
        Invalid($"Invalid '{param}': '{id}'. Expected an ID that begins with '{prefix}'.", param, "invalid_id_prefix");

    public static ApiError InvalidIdCharacters(string param, string id) => Invalid(
        $"Invalid '{param}': '{id}'. Expected an ID that contains letters, numbers, underscores, or dashes, but this value contained additional characters.",
        param,
        "invalid_value");

    public static ApiError OutOfRange(string param, string kind, bool above, string bound, string got) => Invalid(
        $"Invalid '{param}': {kind} {(above ? "above maximum" : "below minimum")} value. Expected a value {(above ? "<=" : ">=")} {bound}, but got {got} instead.",
        param,
        $"{kind}_{(above ? "above_max" : "below_min")}_value");

    public static ApiError Empty(string param) => Invalid(
        $"Invalid '{param}': empty string. Expected a string with minimum length 1, but got an empty string instead.", param, "empty_string");

    public static ApiError TooLong(string param, int longest, int length) => Invalid(
        $"Invalid '{param}': string too long. Expected a string with maximum length {longest}, but got a string with length {length} instead.", param, "string_above_max_length");

    public static ApiError NameTooLong(string param, string name, int longest) => Invalid(
        $"Invalid property name in '{param}': '{Shorten(name)}' is too long. Expected a string with maximum length {longest}, but got a string with length {name.Length} instead.",
        $"{param}.{name}",
        "property_name_above_max_length");

    public static ApiError TooManyProperties(string param, int most, int count) => Invalid(
        $"Invalid '{param}': too many properties. Expected an object with at most {most} properties, but got an object with {count} properties instead.", param, "object_above_max_properties");

    public static ApiError TooManyItems(string param, int most, int count) => Invalid(
        $"Invalid '{param}': array too long. Expected an array with maximum length {most}, but got an array with length {count} instead.", param, "array_above_max_length");

    public static ApiError InvalidPattern(string param, string pattern) =>
        Invalid($"Invalid '{param}': string does not match pattern. Expected a string that matches the pattern '{pattern}'.", param, "invalid_value");

    /// <summary>The service leaves out the parameter that it means to name.</summary>
    public static ApiError MutuallyExclusive(string one, string other) => Invalid(
        $"Mutually exclusive parameters: ''. Ensure you are only providing one of: '{Shorten(one)}' or '{Shorten(other)}'.", param: null, "mutually_exclusive_parameters");

    /// <summary>Alternatives as errors list them: <c>'a', 'b', or 'c'</c>; long names are shortened.</summary>
    public static string OneOf(IReadOnlyList<string> values) => List([.. values.Select(Shorten)], "or");

    private static string AllOf(IReadOnlyList<string> values) => List(values, "and");

    private static string List(IReadOnlyList<string> values, string last) => values.Count == 1
        ? $"'{values[0]}'"
        : $"{string.Join(", ", values.SkipLast(1).Select(value => $"'{value}'"))}{(values.Count > 2 ? "," : "")} {last} '{values[^1]}'";

    /// <summary>Errors keep the ends of a long name: <c>pre..._id</c>.</summary>
    private static string Shorten(string name) => name.Length > LongestWholeName ? $"{name[..3]}...{name[^3..]}" : name;

    private static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => value.TryGetInt64(out _) ? "an integer" : "a decimal",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        _ => "null",
    };

    private static ApiError Invalid(string message, string? param, string? code) => new(400, message, ApiErrors.InvalidRequest, param, code);
}
