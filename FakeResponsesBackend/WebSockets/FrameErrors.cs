using SessionAware.FakeResponsesBackend.Errors;

namespace SessionAware.FakeResponsesBackend.WebSockets;

/// <summary>Errors that only a WebSocket knows; texts and codes of the first three as documented, the others are this region's own.</summary>
internal static class FrameErrors
{
    private const string InvalidRequest = "invalid_request_error";

    public static ApiError InvalidStreamId() => Invalid(
        "The 'stream_id' field must be a non-empty string with at most 256 characters and may only contain letters, numbers, underscores, hyphens, and periods.",
        "stream_id",
        "invalid_stream_id");

    public static ApiError TooManyStreams(int most) => Invalid(
        $"This WebSocket connection has reached its maximum number of distinct stream IDs ({most}). Reuse an existing stream_id or open a new WebSocket connection.",
        "stream_id",
        "websocket_stream_limit_reached");

    public static ApiError TooOld(TimeSpan longest) => Invalid(
        $"Responses websocket connection limit reached ({longest.TotalMinutes:0} minutes). Create a new websocket connection to continue.",
        param: null,
        "websocket_connection_limit_reached");

    public static ApiError Background() =>
        Invalid("Background mode is not supported over WebSocket. Create the response over HTTP instead.", "background", "unsupported_parameter");

    public static ApiError Binary() => Invalid("A frame must be text: one JSON object each.", param: null, "invalid_frame");

    private static ApiError Invalid(string message, string? param, string code) => new(400, message, InvalidRequest, param, code);
}
