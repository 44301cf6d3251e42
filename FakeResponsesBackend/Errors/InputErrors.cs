using SessionAware.FakeResponsesBackend.Regions;

namespace SessionAware.FakeResponsesBackend.Errors;

/// <summary>What can be wrong with items, tools and formats: with what they say, not with their form.</summary>
internal static class InputErrors
{
    public static ApiError ToolCallNotFound(bool custom, string callId) =>
        Invalid($"No tool call found for {(custom ? "custom tool" : "function")} call output with call_id {callId}.", "input", code: null);

    public static ApiError ToolOutputNotFound(string callId) => Invalid($"No tool output found for function call {callId}.", "input", code: null);

    /// <summary>OpenAI explains itself; Azure mostly answers 400 and does not.</summary>
    public static ApiError ReferencedItemNotFound(string id, ApiFlavor flavor) => flavor == ApiFlavor.Azure
        ? Invalid($"Item with id '{id}' not found.", "input", code: null)
        : new(404, $"Item with id '{id}' not found. Items are not persisted when `store` is set to false. Try again with `store` set to true, or remove this item from your input.", ApiErrors.InvalidRequest, "input", Code: null);

    public static ApiError EncryptedContentNotVerified(string content) => Invalid(
        $"The encrypted content {Ends(content)} could not be verified. Reason: Encrypted content could not be decrypted or parsed.", param: null, "invalid_encrypted_content");

    public static ApiError DuplicateItem(string id) => Invalid($"Duplicate item found with id {id}. Remove duplicate items from your input and try again.", "input", code: null);

    public static ApiError ReasoningWithoutFollower(string id) =>
        Invalid($"Item '{id}' of type 'reasoning' was provided without its required following item.", "input", code: null);

    public static ApiError HostedToolNotSupported(string tool, string model) => Invalid($"Hosted tool '{tool}' is not supported with {model}.", "tools", code: null);

    public static ApiError ToolChoiceWithoutTools(string choice) => Invalid($"Tool choice '{choice}' must be specified with 'tools' parameter.", "tool_choice", code: null);

    public static ApiError ToolChoiceNotOffered(string type) => Invalid($"Tool choice '{type}' not found in 'tools' parameter.", "tool_choice", code: null);

    public static ApiError InvalidFunctionSchema(string param, string name, string broken) =>
        Invalid($"Invalid schema for function '{name}': {broken}", param, "invalid_function_parameters");

    public static ApiError InvalidResponseSchema(string param, string name, string broken) =>
        Invalid($"Invalid schema for response_format '{name}': {broken}", param, "invalid_json_schema");

    /// <summary>The param is the measured one; others report <c>input</c>.</summary>
    public static ApiError JsonModeWithoutTheWord() => Invalid(
        "Response input messages must contain the word 'json' in some form to use 'text.format' of type 'json_object'.", "text.format", code: null);

    public static ApiError InvalidUrl(string param) =>
        Invalid($"Invalid '{param}'. Expected a valid URL, but got a value with an invalid format.", param, "invalid_value");

    public static ApiError InvalidImageData(string param, string got) => Invalid(
        $"Invalid '{param}'. Expected a base64-encoded data URL with an image MIME type (e.g. 'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU='), but got {got}.", param, "invalid_value");

    /// <summary>Recorded as far as the MIME type of the example, whose content is the one that Chat shows.</summary>
    public static ApiError InvalidFileData(string param, string got) => Invalid(
        $"Invalid file data: '{param}'. Expected a base64-encoded data URL with a valid file MIME type (e.g. 'data:text/plain;base64,SGVsbG8sIFdvcmxkIQ=='), but got {got}.", param, "invalid_value");

    /// <summary>An image, but of a type that no model reads.</summary>
    public static ApiError UnsupportedImage(string param) => Invalid(
        "The image data you provided does not represent a valid image. Please check your input and try again with one of the supported image formats: ['image/jpeg', 'image/png', 'image/gif', 'image/webp'].",
        param,
        "invalid_value");

    public static ApiError PromptNotFound(string id) => new(404, $"Prompt with id '{id}' not found.", ApiErrors.InvalidRequest, Param: null, Code: null);

    public static ApiError DeferredWithoutSearch() =>
        Invalid("Invalid Value: 'tools.defer_loading'. Deferred tools require tools.tool_search.", "tools.defer_loading", code: null);

    public static ApiError FileNotFound(string param, string id) => new(404, $"File with id '{id}' not found.", ApiErrors.InvalidRequest, param, Code: null);

    private static ApiError Invalid(string message, string? param, string? code) => new(400, message, ApiErrors.InvalidRequest, param, code);

    private static string Ends(string text) => text.Length <= 11 ? text : $"{text[..4]}...{text[^4..]}";
}
