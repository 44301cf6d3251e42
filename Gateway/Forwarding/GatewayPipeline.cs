using Microsoft.Extensions.Options;
using SessionAware.Gateway.BackendSelection;
using SessionAware.Gateway.Errors;
using SessionAware.Gateway.Pools;
using SessionAware.Gateway.SessionKeys;
using Yarp.ReverseProxy.Forwarder;

namespace SessionAware.Gateway.Forwarding;

/// <summary>The way of one request through the gateway, in the order of the README's picture.</summary>
public sealed partial class GatewayPipeline(
    PoolsSource pools,
    AffinityCookie cookie,
    BackendSelector selector,
    BackendClient client,
    IHttpForwarder forwarder,
    IOptions<GatewayOptions> options,
    ILogger<GatewayPipeline> logger)
{
    private const int ClientClosedRequest = 499;

    private readonly ApiTransformer _transformer = new(cookie);

    /// <summary>Answers one request, whatever happens.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        var routed = new RoutedRequest { RequestId = AnswerHeaders.RequestIdOf(context.Request) };
        context.Features.Set(routed);
        context.Response.OnStarting(() => AnswerHeaders.StampAsync(context, routed));
        try
        {
            await RouteAsync(context, routed);
        }
        catch (Exception bug) when (!context.RequestAborted.IsCancellationRequested)
        {
            LogBug(routed.RequestId, bug);
            if (context.Response.HasStarted)
                context.Abort();
            else
                await GatewayErrors.Internal().WriteAsync(context);
        }
    }

    private async Task RouteAsync(HttpContext context, RoutedRequest routed)
    {
        var model = pools.Current;
        if (!model.TryMatch(context.Request.Path, out var api, out var backendPath))
        {
            await GatewayErrors.ApiNotFound(context.Request.Path, model.Paths).WriteAsync(context);
            return;
        }

        var limit = options.Value.MaxRequestBodyBytes;
        if (context.Request.ContentLength > limit)
        {
            await GatewayErrors.RequestTooLarge(limit).WriteAsync(context);
            return;
        }

        if (context.Request.ContentLength is null)
            context.Request.Body = new LimitedBody(context.Request.Body, limit);

        (routed.Api, routed.BackendPath) = (api, backendPath);
        routed.SessionKey = cookie.Read(context.Request, api.Pool);             // ① session key
        var selection = selector.Select(api.Pool, routed.SessionKey);           // ② backend
        routed.Selection = selection;
        var error = await forwarder.SendAsync(                                  // ③ forward
            context, selection.Backend.Address, client.Invoker, client.Config, _transformer);
        await ConcludeAsync(context, routed, selection.Backend, error);
    }

    private async Task ConcludeAsync(HttpContext context, RoutedRequest routed, BackendModel backend, ForwarderError error)
    {
        // A backend may answer before it has read the whole request; the answer counts.
        if (error == ForwarderError.None || routed.AnswerIsWhole)
            return;

        if (ForwardingFailure.IsClientGone(error, context.RequestAborted))
        {
            LogClientGone(routed.RequestId, backend.Name);
            if (!context.Response.HasStarted)
                context.Response.StatusCode = ClientClosedRequest;
            return;
        }

        var failure = context.GetForwarderErrorFeature()!;
        LogFailed(routed.RequestId, backend.Name, error, failure.Exception?.GetType().Name, failure.Exception?.Message);
        LogFailure(routed.RequestId, failure.Exception);
        // A started answer was cut off by the forwarder, so that the client can't take it for a whole one.
        if (context.Response.HasStarted)
            return;
        if (routed.EventStream is { } events)
            context.Response.Body = events.Client;
        await ForwardingFailure.Explain(failure, routed.Api!.Pool, backend, options.Value.MaxRequestBodyBytes).WriteAsync(context);
    }

    [LoggerMessage(LogLevel.Debug, "Request {RequestId}: the client hung up; backend {Backend} was told.")]
    private partial void LogClientGone(string requestId, string backend);

    [LoggerMessage(LogLevel.Warning, "Request {RequestId}: forwarding to backend {Backend} failed with {Error}: {Exception}: {Reason}")]
    private partial void LogFailed(string requestId, string backend, ForwarderError error, string? exception, string? reason);

    [LoggerMessage(LogLevel.Debug, "Request {RequestId}: where it failed.")]
    private partial void LogFailure(string requestId, Exception? exception);

    [LoggerMessage(LogLevel.Error, "Request {RequestId}: the gateway failed.")]
    private partial void LogBug(string requestId, Exception exception);
}
