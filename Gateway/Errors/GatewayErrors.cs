using SessionAware.Gateway.CircuitBreakers;
using SessionAware.Gateway.Pools;

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

    /// <summary>No member of the pool can serve.</summary>
    public static GatewayError PoolUnavailable(PoolModel pool, TimeSpan? reset) =>
        new(pool.FailureStatus, "backend_unavailable", $"No backend of pool '{pool.Name}' can serve now: each is tripped or drained.") { RetryAfter = reset };

    /// <summary>The session's backend is tripped, and the pool keeps sessions where they are.</summary>
    public static GatewayError SessionUnavailable(BackendModel backend, BreakerTrip trip, TimeSpan reset)
    {
        var error = trip.Cause.IsThrottled ? SessionThrottled(backend.Name, reset) : SessionOut(backend.Name, reset);
        return error with { Status = backend.Rule?.FailureStatus ?? error.Status };
    }

    /// <summary>The session's backend has refused for now.</summary>
    public static GatewayError SessionThrottled(string backend, TimeSpan? reset) =>
        new(StatusCodes.Status429TooManyRequests, "too_many_requests", $"The backend of this session, '{backend}', is throttled.") { RetryAfter = reset };

    /// <summary>The session's backend is out.</summary>
    public static GatewayError SessionOut(string backend, TimeSpan? reset) =>
        new(StatusCodes.Status503ServiceUnavailable, "session_unavailable", $"The backend of this session, '{backend}', cannot serve now.") { RetryAfter = reset };

    /// <summary>The session's backend is no member of the pool any more.</summary>
    public static GatewayError SessionHomeless(string backend, PoolModel pool) =>
        new(StatusCodes.Status503ServiceUnavailable, "session_unavailable", $"The backend of this session, '{backend}', is no member of pool '{pool.Name}'.");

    public static GatewayError BadGateway(string backend) =>
        new(StatusCodes.Status502BadGateway, "bad_gateway", $"The connection to backend '{backend}' failed before its answer was whole. The request may have been executed there.");

    public static GatewayError GatewayTimeout(string backend) =>
        new(StatusCodes.Status504GatewayTimeout, "gateway_timeout", $"Backend '{backend}' did not answer in time. The request may have been executed there.");

    /// <summary>The gateway cannot sign requests as itself.</summary>
    public static GatewayError CredentialUnavailable(TimeSpan? reset) =>
        new(StatusCodes.Status503ServiceUnavailable, "credential_unavailable", "The gateway cannot sign requests to this backend at the moment. Its log has the reason.") { RetryAfter = reset };

    public static GatewayError Internal() =>
        new(StatusCodes.Status500InternalServerError, "internal_error", "The gateway failed. Its log has the reason under this answer's x-request-id.");

    public static GatewayError BackendNotFound(string backend, IEnumerable<string> backends) =>
        new(StatusCodes.Status404NotFound, "backend_not_found", $"There is no backend '{backend}'. The backends here are: {string.Join(", ", backends)}.");

    /// <summary>Callers are not known, and this one may be a page in a browser on the gateway's machine.</summary>
    public static GatewayError ForbiddenOrigin() => new(
        StatusCodes.Status403Forbidden,
        "forbidden_origin",
        "This gateway asks nobody who they are, and so serves its own machine alone: as localhost, 127.0.0.1 or [::1], and no page of another host (Gateway__Owners__AllowAnonymous=true lets everybody in).");

    public static GatewayError AdminKeyRequired(string header) =>
        new(StatusCodes.Status401Unauthorized, "admin_key_required", $"The administration of this gateway needs its key in the header {header}.");

    public static GatewayError AdminDisabled() =>
        new(StatusCodes.Status403Forbidden, "admin_disabled", "The administration of this gateway is closed: outside Development it needs a key (Gateway__AdminKey).");
}
