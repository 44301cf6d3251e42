using Microsoft.Extensions.Options;
using SessionAware.Gateway.BackendSelection;
using SessionAware.Gateway.Errors;
using SessionAware.Gateway.Owners;
using SessionAware.Gateway.Pools;
using SessionAware.Gateway.Replay;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.Forwarding;

/// <summary>The way of one request through the gateway, in the order of the README's picture.</summary>
internal sealed partial class GatewayPipeline(
    PoolsSource pools,
    AffinityCookie cookie,
    SessionKeyResolver keys,
    OwnerIdentifier owners,
    SessionContinuity continuity,
    BackendSelector selector,
    AttemptSender attempts,
    IOptions<GatewayOptions> options,
    TimeProvider time,
    ILogger<GatewayPipeline> logger)
{
    /// <summary>Answers one request, whatever happens.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        var routed = new RoutedRequest { RequestId = AnswerHeaders.RequestIdOf(context.Request) };
        context.Features.Set(routed);
        context.Response.OnStarting(static context => AnswerHeaders.StampAsync((HttpContext)context), context);
        try
        {
            await RouteAsync(context, routed);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            LogHungUp(routed.RequestId);
            if (!context.Response.HasStarted)
                context.Response.StatusCode = AttemptSender.ClientClosedRequest;
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
            await GatewayErrors.ApiNotFound(context.Request.Path, model.Apis.Select(known => known.Path.Value!)).WriteAsync(context);
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
        try
        {
            var answer = await ReadKeyAsync(context, routed, api.Pool) ?? await ServeAsync(context, routed); // ① session key
            if (answer is not null)
                await answer.ExecuteAsync(context);
        }
        catch (SessionStoreException failure) when (!context.Response.HasStarted)
        {
            LogStoreUnavailable(routed.RequestId, failure.InnerException?.GetType().Name, failure.InnerException?.Message);
            await SessionErrors.StoreUnavailable().WriteAsync(context);
        }
    }

    private IRecourse RecourseOf(RoutedRequest routed) => routed.Session switch
    {
        { } session when Injection.Serves(session) => new Injection(routed, new(routed, SessionKey.None, selector, continuity.Markers, time), continuity),
        not null when routed.SessionKey is { Backend: not null, IsHint: false } => new Continuation(routed, continuity),
        _ => new Retries(routed, routed.SessionKey, selector, continuity.Markers, time),
    };

    /// <summary>As many attempts as it takes.</summary>
    /// <returns>The gateway's own answer; null where a backend's has gone out.</returns>
    private async ValueTask<IResult?> ServeAsync(HttpContext context, RoutedRequest routed)
    {
        var recourse = routed.Recourse = RecourseOf(routed);
        var isServed = false;
        try
        {
            var answer = await recourse.BeginAsync(context.RequestAborted);
            while (answer is null && !isServed)
            {
                var selection = recourse.Select();                              // ② backend
                routed.Selection = selection;
                if (selection.Refusal is null)
                    (isServed, answer) = await attempts.SendAsync(context, routed, selection); // ③ forward
                else
                    answer = await recourse.AfterRefusalAsync(selection, context.RequestAborted);
            }

            return answer;
        }
        finally
        {
            await recourse.EndAsync(routed.Attempt, isServed);
        }
    }

    private async ValueTask<IResult?> ReadKeyAsync(HttpContext context, RoutedRequest routed, PoolModel pool)
    {
        if (pool.Ids is not null)
        {
            (routed.Session, routed.SessionKey, var refusal) = await keys.ResolveAsync(context, pool, routed.BackendPath, options.Value.MaxRequestBodyBytes);
            return refusal;
        }

        routed.SessionKey = cookie.Read(context.Request, pool);
        // Nobody unknown is served in the gateway's name; elsewhere callers sign their requests themselves.
        return pool.IsSigned ? (await owners.IdentifyAsync(context)).Refusal : null;
    }

    [LoggerMessage(LogLevel.Debug, "Request {RequestId}: the client hung up while it was waited; no backend is asked any more.")]
    private partial void LogHungUp(string requestId);

    [LoggerMessage(LogLevel.Error, "Request {RequestId}: the session store cannot be asked ({Exception}: {Reason}).")]
    private partial void LogStoreUnavailable(string requestId, string? exception, string? reason);

    [LoggerMessage(LogLevel.Error, "Request {RequestId}: the gateway failed.")]
    private partial void LogBug(string requestId, Exception exception);
}
