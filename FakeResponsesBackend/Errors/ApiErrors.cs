using System.Text.Json;

namespace SessionAware.FakeResponsesBackend.Errors;

/// <summary>The errors of the Responses API, with texts and codes as the service sends them (recorded or reported).</summary>
internal static class ApiErrors
{
    private const string InvalidRequest = "invalid_request_error";

    public static ApiError PreviousResponseNotFound(string id) =>
        Invalid($"Previous response with id '{id}' not found.", "previous_response_id", "previous_response_not_found");

    public static ApiError ResponseNotFound(string id) => new(404, $"Response with id '{id}' not found.", InvalidRequest, Param: null, Code: null);

    public static ApiError ItemNotFound(string id) => new(404, $"Item with id '{id}' not found.", InvalidRequest, Param: null, Code: null);

    public static ApiError InvalidJson() => Invalid(
        "Invalid body: failed to parse JSON value. Please check the value to ensure it is valid JSON. "
        + "(Common errors include trailing commas, missing closing brackets, missing quotation marks, etc.)",
        param: null,
        "invalid_json");

    public static ApiError MissingParameter(string param) => Invalid($"Missing required parameter: '{param}'.", param, "missing_required_parameter");

    public static ApiError UnknownParameter(string param) => Invalid($"Unknown parameter: '{param}'.", param, "unknown_parameter");

    public static ApiError UnsupportedParameter(string param) =>
        Invalid($"Unsupported parameter: '{param}' is not supported with this model.", param, code: null);

    public static ApiError WrongType(string param, string expected, JsonElement got) => WrongType(param, expected, Describe(got));

    public static ApiError WrongType(string param, string expected, string got) =>
        Invalid($"Invalid type for '{param}': expected {expected}, but got {got} instead.", param, "invalid_type");

    public static ApiError UnsupportedValue(string param, string got, params string[] supported) => Invalid(
        $"Invalid value: '{got}'. Supported values are: {Enumerate(supported)}.", param, "invalid_value");

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

    public static ApiError NotStreamable() =>
        Invalid("This response cannot be streamed because it was not created with background=true.", "stream", code: null);

    public static ApiError ModelNotFound(string model) => new(404, $"The requested model '{model}' does not exist.", InvalidRequest, "model", "model_not_found");

    public static ApiError DeploymentNotFound() => Platform(
        404,
        "DeploymentNotFound",
        "The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.");

    public static ApiError AccessDenied(bool missing) => Platform(
        401,
        "401",
        $"Access denied due to {(missing ? "missing" : "invalid")} subscription key or wrong API endpoint. "
        + "Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.");

    public static ApiError ResourceNotFound() => Platform(404, "404", "Resource not found");

    public static ApiError IncorrectKey(string? key) => key is null
        ? new(401, "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).", InvalidRequest, Param: null, Code: null)
        : new(401, $"Incorrect API key provided: {Mask(key)}. You can find your API key at https://platform.openai.com/account/api-keys.", InvalidRequest, Param: null, "invalid_api_key");

    public static ApiError InvalidUrl(string method, string path) => new(404, $"Invalid URL ({method} {path})", InvalidRequest, Param: null, Code: null);

    public static ApiError Internal() =>
        new(500, "The server had an error while processing your request. Sorry about that!", "server_error", Param: null, Code: null);

    public static ApiError RequestTooLarge(long limit) => new(413, $"The request body is larger than the {limit} bytes that are accepted.", InvalidRequest, Param: null, "request_too_large");

    private static ApiError Invalid(string message, string? param, string? code) => new(400, message, InvalidRequest, param, code);

    private static ApiError Platform(int status, string code, string message) => new(status, message, Type: null, Param: null, code);

    private static string Mask(string key) => key.Length <= 12 ? new string('*', key.Length) : $"{key[..8]}***{key[^3..]}";

    private static string Enumerate(string[] values) => values.Length == 1
        ? $"'{values[0]}'"
        : $"{string.Join(", ", values[..^1].Select(value => $"'{value}'"))}{(values.Length > 2 ? "," : "")} and '{values[^1]}'";

    private static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => value.TryGetInt64(out _) ? "an integer" : "a decimal",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        _ => "null",
    };
}
