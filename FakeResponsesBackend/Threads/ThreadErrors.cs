using SessionAware.FakeResponsesBackend.Errors;

namespace SessionAware.FakeResponsesBackend.Threads;

/// <summary>Errors of threads and runs, with texts as the service sends them (reported). Param and code are null unless noted.</summary>
internal static class ThreadErrors
{
    public static ApiError AssistantNotFound(string id) => NotFound("assistant", id);

    public static ApiError ThreadNotFound(string id) => NotFound("thread", id);

    public static ApiError MessageNotFound(string id) => NotFound("message", id);

    public static ApiError RunNotFound(string id) => NotFound("run", id);

    public static ApiError StepNotFound(string id) => NotFound("run step", id);

    /// <summary>An id that cannot be one of its kind; <paramref name="prefix"/> is named without its underscore.</summary>
    public static ApiError InvalidId(string param, string id, string prefix) =>
        ParameterErrors.InvalidIdPrefix(param, id, prefix.TrimEnd('_')) with { Code = "invalid_value" };

    public static ApiError MessageDuringRun(string threadId, string runId) => Invalid($"Can't add messages to {threadId} while a run {runId} is active.");

    public static ApiError RunDuringRun(string threadId, string runId) => Invalid($"Thread {threadId} already has an active run {runId}.");

    public static ApiError NoToolOutputsNow(string status) => Invalid($"Runs in status \"{status}\" do not accept tool outputs.");

    public static ApiError WrongToolOutputs(IEnumerable<string> expected, IEnumerable<string> got) =>
        Invalid($"Expected tool outputs for call_ids [{Quote(expected)}], got [{Quote(got)}]");

    public static ApiError CannotCancel(string status) => Invalid($"Cannot cancel run with status '{status}'.");

    public static ApiError MissingBeta() => Invalid(
        "You must provide the 'OpenAI-Beta' header to access the Assistants API. Please try again by setting the header 'OpenAI-Beta: assistants=v2'.") with
    { Code = "invalid_beta" };

    private static ApiError NotFound(string kind, string id) => Invalid($"No {kind} found with id '{id}'.") with { Status = 404 };

    private static ApiError Invalid(string message) => new(400, message, "invalid_request_error", Param: null, Code: null);

    private static string Quote(IEnumerable<string> ids) => string.Join(", ", ids.Select(id => $"'{id}'"));
}
