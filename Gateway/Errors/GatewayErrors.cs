namespace SessionAware.Gateway.Errors;

/// <summary>Every error that the gateway itself answers.</summary>
internal static class GatewayErrors
{
    public static GatewayError ApiNotFound(PathString path, IEnumerable<string> apis) =>
        new(StatusCodes.Status404NotFound, "api_not_found", $"There is no API at '{path}'. The APIs here are: {string.Join(", ", apis)}.");

    public static GatewayError RequestTooLarge(long limit) =>
        new(StatusCodes.Status413PayloadTooLarge, "request_too_large", $"The request body is larger than the {limit} bytes that this gateway accepts (Gateway:MaxRequestBodyBytes).");

    public static GatewayError UnreadableBody() =>
        new(StatusCodes.Status400BadRequest, "invalid_request", "The request body ended early or could not be read.");

    public static GatewayError BackendUnavailable(string backend, string pool) =>
        new(StatusCodes.Status503ServiceUnavailable, "backend_unavailable", $"Backend '{backend}' of pool '{pool}' cannot be reached.");

    public static GatewayError BadGateway(string backend) =>
        new(StatusCodes.Status502BadGateway, "bad_gateway", $"The connection to backend '{backend}' failed before its answer was whole. The request may have been executed there.");

    public static GatewayError GatewayTimeout(string backend) =>
        new(StatusCodes.Status504GatewayTimeout, "gateway_timeout", $"Backend '{backend}' did not answer in time. The request may have been executed there.");

    public static GatewayError Internal() =>
        new(StatusCodes.Status500InternalServerError, "internal_error", "The gateway failed. Its log has the reason under this answer's x-request-id.");
}
