namespace SessionAware.Gateway.Errors;

/// <summary>What pools whose backends keep no state do not have.</summary>
internal static class InjectionErrors
{
    public static GatewayError NoBackground() => Invalid("'background' needs a backend that keeps the response; those of this API keep none.", "background");

    public static GatewayError NoConversations() => Invalid("This API has no conversations: its backends keep nothing. Use previous_response_id.", "conversation");

    /// <summary>The service's own answer for what was not made in the background.</summary>
    public static GatewayError NotInBackground() => new(StatusCodes.Status400BadRequest, Code: null, "Cannot cancel a synchronous response.");

    /// <summary>The service's own answer for what was not made in the background.</summary>
    public static GatewayError NoStreams() =>
        new(StatusCodes.Status400BadRequest, Code: null, "This response cannot be streamed because it was not created with background=true.") { Param = "stream" };

    private static GatewayError Invalid(string message, string param) => new(StatusCodes.Status400BadRequest, "invalid_request", message) { Param = param };
}
