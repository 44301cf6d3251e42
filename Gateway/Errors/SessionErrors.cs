using SessionAware.Gateway.Owners;

namespace SessionAware.Gateway.Errors;

/// <summary>
/// The errors of APIs with affinity by ids. What is unknown and what is another's get the service's own answer for what it does not know, so that nobody
/// can tell the two apart.
/// </summary>
internal static class SessionErrors
{
    public static GatewayError PathNotAllowed(PathString path) => new(
        StatusCodes.Status404NotFound,
        "api_not_found",
        $"'{path}' is not offered here: this gateway knows its callers, and cannot tell whose state stands behind that path.");

    public static GatewayError WebSocketNotSupported() => new(
        StatusCodes.Status400BadRequest,
        "websocket_not_supported",
        "This API takes no WebSockets: their messages would pass without a session key. Use HTTP and server-sent events, or an API without affinity by ids.");

    public static GatewayError CallerUnknown() => new(
        StatusCodes.Status401Unauthorized,
        "invalid_api_key",
        "Access denied: a valid subscription key (api-key, or Authorization: Bearer) or token is needed, and one alone.");

    public static GatewayError SubscriptionNotNamed(string header) => new(
        StatusCodes.Status401Unauthorized,
        "subscription_not_named",
        $"This key or token is the front door's, which must name the subscription that it speaks for in the header {header}, once.");

    public static GatewayError IssuerUnavailable() => new(
        StatusCodes.Status503ServiceUnavailable, "issuer_unavailable", "This token cannot be checked now: its issuer's keys are not known here.")
    {
        RetryAfter = IssuerKeys.Pause,
    };

    public static GatewayError Unreadable(string message, string? param) => new(StatusCodes.Status400BadRequest, "invalid_request", message) { Param = param };

    public static GatewayError EncodedBody(string encoding) => Unreadable($"A body encoded as '{encoding}' cannot be read for its session: send UTF-8 as it is.", param: null);

    public static GatewayError MutuallyExclusive() => new(
        StatusCodes.Status400BadRequest,
        "mutually_exclusive_parameters",
        "Mutually exclusive parameters: 'previous_response_id' and 'conversation'. Ensure you are only providing one of them.");

    public static GatewayError PreviousResponseNotFound(string id) => new(
        StatusCodes.Status400BadRequest, "previous_response_not_found", $"Previous response with id '{id}' not found.")
    { Param = "previous_response_id" };

    public static GatewayError ResponseNotFound(string id) => new(StatusCodes.Status404NotFound, Code: null, $"Response with id '{id}' not found.");

    public static GatewayError ConversationNotFound(string id) => new(StatusCodes.Status404NotFound, Code: null, $"Conversation with id '{id}' not found.");

    public static GatewayError ItemNotFound(string id) => new(StatusCodes.Status404NotFound, Code: null, $"Item with id '{id}' not found.") { Param = "input" };

    public static GatewayError ContainerNotFound(string id) => new(StatusCodes.Status404NotFound, Code: null, $"Container with id '{id}' not found.");

    public static GatewayError DeclaredNotFound(string name, string id) => new(StatusCodes.Status404NotFound, Code: null, $"There is no '{id}'.") { Param = name };

    public static GatewayError SessionNotFound(string id) => new(
        StatusCodes.Status404NotFound, "session_not_found", $"No session on record has the id '{id}': not of its own, and of no response, conversation or item in it.");

    public static GatewayError StoreUnavailable() => new(
        StatusCodes.Status503ServiceUnavailable, "store_unavailable", "The session of this request cannot be looked up now, and nothing is sent anywhere on a guess.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };
}
