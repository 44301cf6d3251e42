using SessionAware.Gateway.CircuitBreakers;
using SessionAware.Gateway.Errors;
using SessionAware.Gateway.Pools;
using Yarp.ReverseProxy.Forwarder;

namespace SessionAware.Gateway.Forwarding;

/// <summary>Why a request could not be forwarded: what the caller is told, and whose failure it was.</summary>
/// <param name="Error">The answer where nothing was sent yet.</param>
/// <param name="Reason">The backend's failure, as <see cref="AttemptOutcome"/> names it; null where it was not the backend's.</param>
internal sealed record ForwardingFailure(GatewayError Error, string? Reason)
{
    /// <summary>What it means for the backend: the status that the caller gets, without an answer.</summary>
    public AttemptOutcome? Outcome => Reason is null ? null : new(Error.Status, Reason);

    /// <summary>Whether the client hung up, which is nobody's failure.</summary>
    public static bool IsClientGone(ForwarderError error, CancellationToken requestAborted) => error switch
    {
        // The forwarder itself aborts a request whose answer has broken off in its middle: that says nothing of the client.
        ForwarderError.ResponseBodyDestination => false,
        ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled or ForwarderError.ResponseBodyCanceled or ForwarderError.ResponseBodyClient
            or ForwarderError.UpgradeRequestCanceled or ForwarderError.UpgradeResponseCanceled or ForwarderError.UpgradeRequestClient
            or ForwarderError.UpgradeResponseClient => true,
        _ => requestAborted.IsCancellationRequested,
    };

    /// <summary>Explains a failure that was not the client's hanging up.</summary>
    public static ForwardingFailure Explain(IForwarderErrorFeature failure, PoolModel pool, BackendModel backend, long bodyLimit) => failure.Error switch
    {
        // The handler's own connect timeout: nothing was sent.
        ForwarderError.RequestTimedOut when failure.Exception is OperationCanceledException { InnerException: TimeoutException } =>
            new(GatewayErrors.BackendUnavailable(backend.Name, pool.Name), AttemptOutcome.Timeout),
        ForwarderError.RequestTimedOut => new(GatewayErrors.GatewayTimeout(backend.Name), AttemptOutcome.Timeout),
        ForwarderError.ResponseBodyDestination or ForwarderError.ResponseHeaders when failure.Exception is OperationCanceledException =>
            new(GatewayErrors.GatewayTimeout(backend.Name), AttemptOutcome.Timeout),
        // An answer that was read ahead broke off.
        ForwarderError.ResponseHeaders when Chain(failure.Exception).Any(cause => cause is IOException or HttpRequestException) =>
            new(GatewayErrors.BadGateway(backend.Name), AttemptOutcome.ConnectionFailure),
        ForwarderError.RequestCreation or ForwarderError.ResponseHeaders => new(GatewayErrors.Internal(), Reason: null),
        ForwarderError.RequestBodyClient when IsTooLarge(failure.Exception) => new(GatewayErrors.RequestTooLarge(bodyLimit), Reason: null),
        ForwarderError.RequestBodyClient => new(GatewayErrors.UnreadableBody(), Reason: null),
        _ when NeverConnected(failure.Exception) => new(GatewayErrors.BackendUnavailable(backend.Name, pool.Name), AttemptOutcome.ConnectionFailure),
        _ => new(GatewayErrors.BadGateway(backend.Name), AttemptOutcome.ConnectionFailure),
    };

    private static bool NeverConnected(Exception? exception) => Chain(exception).OfType<HttpRequestException>().Any(request => request.HttpRequestError
        is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError);

    private static bool IsTooLarge(Exception? exception) =>
        Chain(exception).OfType<BadHttpRequestException>().Any(bad => bad.StatusCode == StatusCodes.Status413PayloadTooLarge);

    private static IEnumerable<Exception> Chain(Exception? exception) => exception switch
    {
        null => [],
        AggregateException several => several.InnerExceptions.SelectMany(Chain),
        _ => [exception, .. Chain(exception.InnerException)],
    };
}
