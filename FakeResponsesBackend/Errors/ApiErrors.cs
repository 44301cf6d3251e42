using System.Globalization;
using System.Text.Json;
using SessionAware.FakeResponsesBackend.Regions;

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

    public static ApiError NotStreamable(string missing) =>
        Invalid($"This response cannot be streamed because it was not created with {missing}=true.", "stream", code: null);

    public static ApiError NoLongerStreamable() => Invalid("Response can no longer be streamed, it is more than 5 minutes old.", "stream", code: null);

    public static ApiError CannotCancel(string what) => Invalid($"Cannot cancel {(what[0] == 'i' ? "an" : "a")} {what} response.", param: null, code: null);

    public static ApiError ConversationNotFound(string id) => new(404, $"Conversation with id '{id}' not found.", InvalidRequest, Param: null, Code: null);

    public static ApiError ConversationItemNotFound(string id) => new(404, $"Item with id '{id}' not found in conversation.", InvalidRequest, Param: null, Code: null);

    public static ApiError ConversationLocked() =>
        Invalid("Another process is currently operating on this conversation. Please retry in a few seconds.", param: null, "conversation_locked");

    public static ApiError MutuallyExclusive(string one, string other) => Invalid(
        $"Mutually exclusive parameters: ''. Ensure you are only providing one of: '{one}' or '{other}'.", param: null, "mutually_exclusive_parameters");

    public static ApiError BackgroundWithoutStore() =>
        Invalid("Background mode requires 'store' to be true.", "background", "unsupported_parameter");

    public static ApiError ToolCallNotFound(bool custom, string callId) =>
        Invalid($"No tool call found for {(custom ? "custom tool" : "function")} call output with call_id {callId}.", "input", code: null);

    public static ApiError ToolOutputNotFound(string callId) => Invalid($"No tool output found for function call {callId}.", "input", code: null);

    public static ApiError ReferencedItemNotFound(string id, ApiFlavor flavor) => flavor == ApiFlavor.Azure
        ? Invalid($"Item with id '{id}' not found.", "input", code: null)
        : new(404, $"Item with id '{id}' not found. Items are not persisted when `store` is set to false. Try again with `store` set to true, or remove this item from your input.", InvalidRequest, "input", Code: null);

    public static ApiError EncryptedContentNotVerified(string content) => Invalid(
        $"The encrypted content {Ends(content)} could not be verified. Reason: Encrypted content could not be decrypted or parsed.", param: null, "invalid_encrypted_content");

    public static ApiError DuplicateItem(string id) => Invalid($"Duplicate item found with id {id}. Remove duplicate items from your input and try again.", "input", code: null);

    public static ApiError ReasoningWithoutFollower(string id) =>
        Invalid($"Item '{id}' of type 'reasoning' was provided without its required following item.", "input", code: null);

    public static ApiError ContextLengthExceeded() =>
        Invalid("Your input exceeds the context window of this model. Please adjust your input and try again.", "input", "context_length_exceeded");

    public static ApiError HostedToolNotSupported(string tool, string model) => Invalid($"Hosted tool '{tool}' is not supported with {model}.", "tools", code: null);

    public static ApiError ToolChoiceWithoutTools(string choice) => Invalid($"Tool choice '{choice}' must be specified with 'tools' parameter.", "tool_choice", code: null);

    public static ApiError ToolChoiceNotOffered(string type) => Invalid($"Tool choice '{type}' not found in 'tools' parameter.", "tool_choice", code: null);

    public static ApiError InvalidFunctionSchema(string param, string name, string broken) =>
        Invalid($"Invalid schema for function '{name}': {broken}", param, "invalid_function_parameters");

    public static ApiError InvalidResponseSchema(string param, string name, string broken) =>
        Invalid($"Invalid schema for response_format '{name}': {broken}", param, "invalid_json_schema");

    public static ApiError InvalidPattern(string param, string pattern) =>
        Invalid($"Invalid '{param}': string does not match pattern. Expected a string that matches the pattern '{pattern}'.", param, "invalid_value");

    public static ApiError JsonModeWithoutTheWord() => Invalid(
        "Response input messages must contain the word 'json' in some form to use 'text.format' of type 'json_object'.", "input", code: null);

    public static ApiError TopLogprobsWithoutLogprobs() => Invalid(
        "Unsupported value: 'top_logprobs' needs 'message.output_text.logprobs' in 'include'.", "top_logprobs", code: null);

    public static ApiError InvalidImageUrl(string param) =>
        Invalid($"Invalid '{param}'. Expected a valid URL, but got a value with an invalid format.", param, "invalid_value");

    public static ApiError InvalidFileData(string param) => Invalid(
        $"Invalid '{param}'. Expected a base64-encoded data URL with a MIME type (e.g. 'data:application/pdf;base64,...'), but got a value without it.", param, "invalid_value");

    public static ApiError UnsupportedImage(string param) => Invalid(
        "The image data you provided does not represent a valid image. Please check your input and try again with one of the supported image formats: ['image/jpeg', 'image/png', 'image/gif', 'image/webp'].",
        param,
        "invalid_value");

    public static ApiError FileNotFound(string param, string id) => new(404, $"File with id '{id}' not found.", InvalidRequest, param, Code: null);

    public static ApiError TooLong(string param, int longest, int length) => Invalid(
        $"Invalid '{param}': string too long. Expected a string with maximum length {longest}, but got a string with length {length} instead.", param, "string_above_max_length");

    public static ApiError MetadataNameTooLong(string name, int longest) => Invalid(
        $"Invalid 'metadata': key too long. Expected a key with maximum length {longest}, but got a key with length {name.Length} instead.", "metadata", "property_name_above_max_length");

    public static ApiError TooManyProperties(string param, int most, int count) => Invalid(
        $"Invalid '{param}': too many properties. Expected an object with at most {most} properties, but got an object with {count} properties instead.", param, "object_above_max_properties");

    public static ApiError TooManyItems(string param, int most, int count) => Invalid(
        $"Invalid '{param}': array too long. Expected an array with maximum length {most}, but got an array with length {count} instead.", param, "array_above_max_length");

    public static ApiError AzureRateLimit(string kind, string deployment, string region, int seconds) => Platform(
        429,
        "RateLimitReached",
        $"Your requests to {deployment} for {deployment} in {region} have exceeded the {(kind == "tokens" ? "token" : "call")} rate limit for your current AIServices S0 pricing tier. "
        + $"Please retry after {seconds} second{(seconds == 1 ? "" : "s")}. To increase your default rate limit, visit: https://aka.ms/oai/quotaincrease.");

    public static ApiError OpenAIRateLimit(string model, string kind, long limit, long used, long requested, TimeSpan retryAfter) => new(
        429,
        string.Create(
            CultureInfo.InvariantCulture,
            $"Rate limit reached for {model} in organization org-emulated on {(kind == "tokens" ? "tokens per min (TPM)" : "requests per min (RPM)")}: Limit {limit}, Used {used}, Requested {requested}. Please try again in {retryAfter.TotalSeconds:0.###}s. Visit https://platform.openai.com/account/rate-limits to learn more."),
        kind,
        Param: null,
        "rate_limit_exceeded");

    public static ApiError FaultNotFound(string id) => new(404, $"There is no fault '{id}'. GET /_emulator/faults lists them.", InvalidRequest, Param: null, Code: null);

    public static ApiError IdNeverSeen(string id) => new(404, $"The id '{id}' was neither made here nor asked for.", InvalidRequest, Param: null, Code: null);

    public static ApiError ModelNotFound(string model) => new(400, $"The requested model '{model}' does not exist.", InvalidRequest, "model", "model_not_found");

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

    private static string Ends(string text) => text.Length <= 11 ? text : $"{text[..4]}...{text[^4..]}";

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
