using System.Net.WebSockets;
using SessionAware.FakeResponsesBackend.Errors;

namespace SessionAware.FakeResponsesBackend.WebSockets;

/// <summary>
/// Why a connection ends. The service documents no close codes: these follow RFC 6455, and after an error of the connection a last frame says what
/// was wrong. Clients take 1001 and 1011 as an invitation to connect again, the others as final.
/// </summary>
/// <param name="Code">The close code; null: the connection is cut.</param>
/// <param name="Reason">The text beside the code.</param>
/// <param name="Error">The last frame.</param>
internal sealed record Ending(WebSocketCloseStatus? Code, string? Reason = null, ApiError? Error = null)
{
    /// <summary>Nobody is there any more, or nobody shall be.</summary>
    public static Ending Cut { get; } = new(Code: null);

    /// <summary>1001: the host stops.</summary>
    public static Ending Shutdown { get; } = new(WebSocketCloseStatus.EndpointUnavailable, "The region is shutting down.");

    /// <summary>1003: a binary frame.</summary>
    public static Ending Binary { get; } = new(WebSocketCloseStatus.InvalidMessageType, "Frames must be text.", FrameErrors.Binary());

    /// <summary>1011: a defect of the region.</summary>
    public static Ending Failed { get; } = new(WebSocketCloseStatus.InternalServerError, "The region failed.", ApiErrors.Internal());

    /// <summary>1001: it has lived as long as a connection may.</summary>
    public static Ending TooOld(TimeSpan longest) => new(WebSocketCloseStatus.EndpointUnavailable, "The connection has reached its limit.", FrameErrors.TooOld(longest));

    /// <summary>1007: a text that is no JSON object.</summary>
    public static Ending NotJson(ApiError error) => new(WebSocketCloseStatus.InvalidPayloadData, "Frames must be JSON objects.", error);

    /// <summary>1009: a frame larger than a request may be.</summary>
    public static Ending TooLarge(long limit) => new(WebSocketCloseStatus.MessageTooBig, "The frame is too large.", ApiErrors.RequestTooLarge(limit));

    /// <summary>The client closes; its code is sent back.</summary>
    public static Ending Closed(WebSocketCloseStatus code) => new(code);
}
