using SessionAware.Gateway.Pools;

namespace SessionAware.Gateway.Errors;

/// <summary>Why a session does not go on from its record, as it must where its backend cannot serve, or keeps nothing.</summary>
internal static class ReplayErrors
{
    /// <summary>Something of the conversation is not on record.</summary>
    public static GatewayError HistoryIncomplete(string id, string reason) => new(
        StatusCodes.Status503ServiceUnavailable,
        Incomplete,
        $"The conversation cannot go on from its record: of '{id}' {reason}. Nothing is ever left out of a history.");

    public static GatewayError HistoryTooLarge(long limit) => new(
        StatusCodes.Status503ServiceUnavailable,
        TooLarge,
        $"The conversation cannot go on from its record: its whole history is more than the {limit} bytes that a request may have (Gateway:MaxRequestBodyBytes). Nothing is ever left out of a history.");

    public static GatewayError ItemsTooLarge(long limit) => new(
        StatusCodes.Status503ServiceUnavailable,
        TooLarge,
        $"What led to the response cannot be answered from its record: together it is more than the {limit} bytes that a request may have (Gateway:MaxRequestBodyBytes). Nothing is ever left out of a history.");

    public static GatewayError ToolsPending(IEnumerable<string> calls) => new(
        StatusCodes.Status409Conflict,
        "tools_pending",
        $"The conversation cannot go on from its record without the outputs of these calls: {string.Join(", ", calls)}.");

    public static GatewayError RegionBoundState(string what) => new(
        StatusCodes.Status503ServiceUnavailable,
        BoundState,
        $"The conversation cannot go on from its record: it has a part that is in that region alone ({what}).");

    /// <summary>Content stays within the data boundary in which it was made.</summary>
    public static GatewayError OutsideBoundary(string id, string backend) => new(
        StatusCodes.Status503ServiceUnavailable,
        BoundState,
        $"The conversation cannot go on from its record: '{id}' was made at backend '{backend}', and content goes nowhere that is not known to share its data boundary.");

    public static GatewayError ConversationUnavailable(string backend, TimeSpan? reset) => new(
        StatusCodes.Status503ServiceUnavailable,
        "conversation_unavailable",
        $"The region of this conversation, '{backend}', cannot serve now; conversations stay where they were made.")
    {
        RetryAfter = reset,
    };

    public static GatewayError ExecutionUncertain(string backend) => new(
        StatusCodes.Status409Conflict,
        "execution_uncertain",
        $"Backend '{backend}' was lost after it had been sent this request, which may have been executed. Send it again with the header {AttemptHeader}: {AttemptAgain} only if a second execution does no harm.");

    /// <summary>No other backend may or can take the session.</summary>
    public static GatewayError NowhereToGo(string backend, PoolModel pool, TimeSpan? reset) => new(
        StatusCodes.Status503ServiceUnavailable,
        "session_unavailable",
        $"The backend of this session, '{backend}', cannot serve now, and no other of pool '{pool.Name}' can take it: none that serves has its deployment and its data boundary.")
    {
        RetryAfter = reset,
    };

    /// <summary>The code of histories that are not whole.</summary>
    public const string Incomplete = "history_incomplete";

    private const string TooLarge = "history_too_large";

    /// <summary>The code of what stays where it is.</summary>
    private const string BoundState = "region_bound_state";

    /// <summary>In requests, <see cref="AttemptAgain"/>; to backends and in answers, the number of the sending where an earlier one may have been executed.</summary>
    public const string AttemptHeader = "x-session-attempt";

    /// <summary>What a caller says who is sure.</summary>
    public const string AttemptAgain = "again";
}
