using SessionAware.FakeResponsesBackend.Errors;

namespace SessionAware.FakeResponsesBackend.ChatCompletions;

/// <summary>The errors of this API alone, with texts and codes as the service sends them (recorded or reported). It numbers messages with a dot of its own.</summary>
internal static class ChatErrors
{
    private const string InvalidRequest = "invalid_request_error";

    public static ApiError UnrecognizedArguments(IReadOnlyList<string> names) =>
        Invalid($"Unrecognized request argument{(names.Count == 1 ? "" : "s")} supplied: {string.Join(", ", names)}", param: null, code: null);

    public static ApiError ModelNotFound(string model) =>
        new(404, $"The model `{model}` does not exist or you do not have access to it.", InvalidRequest, Param: null, "model_not_found");

    public static ApiError OnlyWithTools(string param) =>
        Invalid($"Invalid value for '{param}': '{param}' is only allowed when 'tools' are specified.", param, code: null);

    public static ApiError OnlyWith(string param, string other) =>
        Invalid($"The '{param}' parameter is only allowed when '{other}' is enabled.", param, code: null);

    public static ApiError Empty(string param) =>
        Invalid($"Invalid '{param}': empty array. Expected an array with minimum length 1, but got an empty array instead.", param, "empty_array");

    public static ApiError NoContent(int message) =>
        Invalid("Invalid value for 'content': expected a string, got null.", $"messages.[{message}].content", code: null);

    public static ApiError NoToolCallId(int message) =>
        Invalid("Missing parameter 'tool_call_id': messages with role 'tool' must have a 'tool_call_id'.", $"messages.[{message}].tool_call_id", code: null);

    public static ApiError ToolWithoutCall(int message) =>
        Invalid("Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.", $"messages.[{message}].role", code: null);

    public static ApiError UnknownToolCall(int message, string callId) => Invalid(
        $"Invalid parameter: 'tool_call_id' of '{callId}' not found in 'tool_calls' of previous message.", $"messages.[{message}].tool_call_id", code: null);

    /// <summary>Calls that nobody answered.</summary>
    /// <param name="callIds">The calls.</param>
    /// <param name="next">The message that stands where the answers should; null: none does.</param>
    public static ApiError UnansweredToolCalls(IEnumerable<string> callIds, int? next) => Invalid(
        "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. "
        + $"The following tool_call_ids did not have response messages: {string.Join(", ", callIds)}",
        next is null ? "messages" : $"messages.[{next}].role",
        code: null);

    public static ApiError InvalidResponseSchema(string name, string broken) => Invalid($"Invalid schema for response_format '{name}': {broken}", "response_format", code: null);

    public static ApiError JsonModeWithoutTheWord() =>
        Invalid("'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.", "messages", code: null);

    public static ApiError TwoLimits() =>
        Invalid("Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.", "max_tokens", "invalid_parameter_combination");

    public static ApiError OldLimit() => Invalid(
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", "max_tokens", "unsupported_parameter");

    public static ApiError Unsupported(string param) => Invalid($"Unsupported parameter: '{param}' is not supported with this model.", param, "unsupported_parameter");

    public static ApiError OnlyDefault(string param, string got, string only) => Invalid(
        $"Unsupported value: '{param}' does not support {got} with this model. Only the default ({only}) value is supported.", param, "unsupported_value");

    public static ApiError ContextLengthExceeded(int most, int tokens) => Invalid(
        $"This model's maximum context length is {most} tokens. However, your messages resulted in {tokens} tokens. Please reduce the length of the messages.",
        "messages",
        "context_length_exceeded");

    private static ApiError Invalid(string message, string? param, string? code) => new(400, message, InvalidRequest, param, code);
}
