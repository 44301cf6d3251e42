using SessionAware.Gateway.Errors;
using SessionAware.Gateway.Pools;
using Yarp.ReverseProxy.Forwarder;

namespace SessionAware.Gateway.Forwarding;

/// <summary>Says whose failure it was that a request could not be forwarded, and what the caller is told.</summary>
internal static class ForwardingFailure
{
    /// <summary>Whether the client hung up, which is nobody's failure.</summary>
    public static bool IsClientGone(ForwarderError error, CancellationToken requestAborted) => requestAborted.IsCancellationRequested
        || error is ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled or ForwarderError.ResponseBodyCanceled or ForwarderError.ResponseBodyClient
        or ForwarderError.UpgradeRequestCanceled or ForwarderError.UpgradeResponseCanceled;

    /// <summary>The answer where nothing was sent yet.</summary>
    public static GatewayError Explain(IForwarderErrorFeature failure, PoolModel pool, BackendModel backend, long bodyLimit) => failure.Error switch
    {
        // The handler's own connect timeout: nothing was sent.
        ForwarderError.RequestTimedOut when failure.Exception is OperationCanceledException { InnerException: TimeoutException } =>
            GatewayErrors.BackendUnavailable(backend.Name, pool.Name),
        ForwarderError.RequestTimedOut => GatewayErrors.GatewayTimeout(backend.Name),
        ForwarderError.ResponseBodyDestination when failure.Exception is OperationCanceledException => GatewayErrors.GatewayTimeout(backend.Name),
        ForwarderError.RequestCreation or ForwarderError.ResponseHeaders => GatewayErrors.Internal(),
        ForwarderError.RequestBodyClient when IsTooLarge(failure.Exception) => GatewayErrors.RequestTooLarge(bodyLimit),
        ForwarderError.RequestBodyClient => GatewayErrors.UnreadableBody(),
        _ when NeverConnected(failure.Exception) => GatewayErrors.BackendUnavailable(backend.Name, pool.Name),
        _ => GatewayErrors.BadGateway(backend.Name),
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
