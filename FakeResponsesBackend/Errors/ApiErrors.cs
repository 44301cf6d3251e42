using System.Globalization;
using SessionAware.FakeResponsesBackend.Regions;

namespace SessionAware.FakeResponsesBackend.Errors;

/// <summary>The errors of the Responses API, with texts and codes as the service sends them (recorded or reported).</summary>
internal static class ApiErrors
{
    /// <summary>The type of every error that is the caller's fault.</summary>
    public const string InvalidRequest = "invalid_request_error";

    public static ApiError PreviousResponseNotFound(string id) =>
        Invalid($"Previous response with id '{id}' not found.", "previous_response_id", "previous_response_not_found");

    /// <summary>The same after a deletion, as recorded; Microsoft's behaviour contract says 400.</summary>
    public static ApiError ResponseNotFound(string id) => new(404, $"Response with id '{id}' not found.", InvalidRequest, Param: null, Code: null);

    public static ApiError ItemNotFound(string id) => new(404, $"Item with id '{id}' not found.", InvalidRequest, Param: null, Code: null);

    public static ApiError InvalidJson() => Invalid(
        "Invalid body: failed to parse JSON value. Please check the value to ensure it is valid JSON. "
        + "(Common errors include trailing commas, missing closing brackets, missing quotation marks, etc.)",
        param: null,
        "invalid_json");

    public static ApiError NotStreamable(string missing) =>
        Invalid($"This response cannot be streamed because it was not created with {missing}=true.", "stream", code: null);

    /// <summary>Five minutes are what has been seen; Microsoft's behaviour contract promises ten.</summary>
    public static ApiError NoLongerStreamable() => Invalid("Response can no longer be streamed, it is more than 5 minutes old.", "stream", code: null);

    /// <summary>Refused in every other state than running and cancelled, as the behaviour contract has it; one report says 200 of a completed response.</summary>
    public static ApiError CannotCancel(string what) => Invalid($"Cannot cancel {(what[0] == 'i' ? "an" : "a")} {what} response.", param: null, code: null);

    public static ApiError ConversationNotFound(string id) => new(404, $"Conversation with id '{id}' not found.", InvalidRequest, Param: null, Code: null);

    public static ApiError ConversationItemNotFound(string id) => new(404, $"Item with id '{id}' not found in conversation.", InvalidRequest, Param: null, Code: null);

    public static ApiError ConversationLocked() =>
        Invalid("Another process is currently operating on this conversation. Please retry in a few seconds.", param: null, "conversation_locked");

    /// <summary>Type, param and code are the contract's; nobody has told the text.</summary>
    public static ApiError BackgroundWithoutStore() =>
        Invalid("Background mode requires 'store' to be true.", "background", "unsupported_parameter");

    public static ApiError ContextLengthExceeded() =>
        Invalid("Your input exceeds the context window of this model. Please adjust your input and try again.", "input", "context_length_exceeded");

    /// <summary>The region's own words: what the service says is not known.</summary>
    public static ApiError TopLogprobsWithoutLogprobs() => Invalid(
        "Unsupported value: 'top_logprobs' needs 'message.output_text.logprobs' in 'include'.", "top_logprobs", code: null);

    /// <summary>Azure's answer to too many requests; it names the region by its short name and repeats itself.</summary>
    public static ApiError AzureRequestLimit(string deployment, string region)
    {
        var message = $"Your requests to {deployment} for {deployment} in {region} have exceeded rate limit.";
        return Platform(429, "RateLimitReached", message) with { Details = message };
    }

    /// <summary>Azure's answer to too many tokens. What it says of the operation and its api-version has been seen of Chat alone and is left out.</summary>
    public static ApiError AzureRateLimit(string deployment, string region, int seconds) => Platform(
        429,
        "RateLimitReached",
        $"Your requests to {deployment} for {deployment} in {region} have exceeded the token rate limit for your current AIServices S0 pricing tier. "
        + $"Please retry after {seconds} second{(seconds == 1 ? "" : "s")}. To increase your default rate limit, visit: https://aka.ms/oai/quotaincrease.");

    public static ApiError OpenAIRateLimit(string model, string kind, long limit, long used, long requested, TimeSpan retryAfter) => new(
        429,
        string.Create(
            CultureInfo.InvariantCulture,
            $"Rate limit reached for {model} in organization org-emulated on {(kind == "tokens" ? "tokens per min (TPM)" : "requests per min (RPM)")}: Limit {limit}, Used {used}, Requested {requested}. Please try again in {retryAfter.TotalSeconds:0.###}s. Visit https://platform.openai.com/account/rate-limits to learn more."),
        kind,
        Param: null,
        "rate_limit_exceeded");

    public static ApiError InsufficientQuota() => new(
        429,
        "You exceeded your current quota, please check your plan and billing details. For more information on this error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.",
        "insufficient_quota",
        Param: null,
        "insufficient_quota");

    public static ApiError Contradicting(string one, string other) => Invalid(
        $"Mutually exclusive parameters: ''. Ensure you are only providing one of: '{one}' or '{other}'.", param: null, "mutually_exclusive_parameters");

    public static ApiError FaultNotFound(string id) => new(404, $"There is no fault '{id}'. GET /_emulator/faults lists them.", InvalidRequest, Param: null, Code: null);

    public static ApiError IdNeverSeen(string id) => new(404, $"The id '{id}' was neither made here nor asked for.", InvalidRequest, Param: null, Code: null);

    /// <summary>400, as recorded; some reports say 404.</summary>
    public static ApiError ModelNotFound(string model) => new(400, $"The requested model '{model}' does not exist.", InvalidRequest, "model", "model_not_found");

    public static ApiError LogprobsOfReasoning(string param) => Invalid("logprobs are not supported with reasoning models.", param, "unsupported_parameter");

    public static ApiError OnlyLongCaching() =>
        Invalid("This model is compatible only with 24h extended prompt caching", "prompt_cache_retention", "invalid_parameter");

    public static ApiError EmptyInput() => Invalid(
        "One of \"input\" or \"previous_response_id\" or 'prompt' or 'conversation' must be provided.", param: null, "missing_required_parameter");

    /// <summary>Chat's has a type since 2026; no other answer to this API has been seen with one.</summary>
    public static ApiError DeploymentNotFound() => Platform(
        404,
        "DeploymentNotFound",
        "The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.");

    public static ApiError AccessDenied(bool missing) => Platform(
        401,
        "401",
        $"Access denied due to {(missing ? "missing" : "invalid")} subscription key or wrong API endpoint. "
        + "Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.");

    /// <summary>Azure's answer to no token and to every token that is not good enough; it does not say which.</summary>
    public static ApiError TokenRefused(string audience) =>
        Platform(401, "401", $"Unauthorized. Access token is missing, invalid, audience is incorrect ({audience}), or have expired.");

    /// <summary>Azure's answer to a key where the account's local authentication is disabled.</summary>
    public static ApiError KeysDisabled() => Platform(403, "AuthenticationTypeDisabled", "Key based authentication is disabled for this resource.");

    public static ApiError ResourceNotFound() => Platform(404, "404", "Resource not found");

    /// <summary>The key shows as recorded: eight characters, four stars, four characters; a short one shows whole.</summary>
    public static ApiError IncorrectKey(string? key) => key is null
        ? new(401, "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).", InvalidRequest, Param: null, Code: null)
        : new(401, $"Incorrect API key provided: {Mask(key)}. You can find your API key at https://platform.openai.com/account/api-keys.", InvalidRequest, Param: null, "invalid_api_key");

    public static ApiError InvalidUrl(string method, string path) => new(404, $"Invalid URL ({method} {path})", InvalidRequest, Param: null, Code: null);

    public static ApiError Internal() =>
        new(500, "The server had an error while processing your request. Sorry about that!", "server_error", Param: null, Code: null);

    public static ApiError RequestTooLarge(long limit) => new(413, $"The request body is larger than the {limit} bytes that are accepted.", InvalidRequest, Param: null, "request_too_large");

    private static ApiError Invalid(string message, string? param, string? code) => new(400, message, InvalidRequest, param, code);

    private static ApiError Platform(int status, string code, string message) => new(status, message, Type: null, Param: null, code);

    private static string Mask(string key) => key.Length <= 12 ? key : $"{key[..8]}****{key[^4..]}";
}
