using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using SessionAware.Gateway.BackendSelection;
using SessionAware.Gateway.CircuitBreakers;
using SessionAware.Gateway.Errors;
using SessionAware.Gateway.Owners;
using SessionAware.Gateway.Pools;
using SessionAware.Gateway.Replay;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;
using Yarp.ReverseProxy.Forwarder;

namespace SessionAware.Gateway.Forwarding;

/// <summary>The way of one request through the gateway, in the order of the README's picture.</summary>
internal sealed partial class GatewayPipeline(
    PoolsSource pools,
    AffinityCookie cookie,
    SessionKeyResolver keys,
    SessionAnswers sessions,
    OwnerIdentifier owners,
    SessionContinuity continuity,
    BackendSelector selector,
    BackendClient client,
    IHttpForwarder forwarder,
    IOptions<GatewayOptions> options,
    TimeProvider time,
    ILogger<GatewayPipeline> logger)
{
    private const int ClientClosedRequest = 499;

    private readonly ApiTransformer _transformer = new(cookie, new AnswerJudge(time), sessions, owners);

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
                context.Response.StatusCode = ClientClosedRequest;
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
                    (isServed, answer) = await AttemptAsync(context, routed, selection);
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

    private async ValueTask<(bool IsServed, IResult? Answer)> AttemptAsync(HttpContext context, RoutedRequest routed, Selection selection)
    {
        var attempt = routed.Attempt = new Attempt(selection.Backend!, selection.Affinity, routed.Sendings);
        if (routed.Recourse is not Retries retries || retries.MayFollow(selection)) // elsewhere, or here after a wait
            KeepBody(context, routed);
        routed.Body?.Rewind();
        routed.Session?.Rewind(context.Request);
        if (await ForwardAsync(context, routed, attempt))                       // ③ forward
            return (true, null);

        LogRetry(routed.RequestId, attempt.Backend.Name, attempt.Outcome?.Status);
        context.Response.Clear();
        context.Features.Set<IForwarderErrorFeature>(null);
        return (false, await routed.Recourse.AfterFailureAsync(attempt, context.RequestAborted));
    }

    private async ValueTask<IResult?> ReadKeyAsync(HttpContext context, RoutedRequest routed, PoolModel pool)
    {
        GatewayError? refusal = null;
        if (pool.Ids is null)
            routed.SessionKey = cookie.Read(context.Request, pool);
        else
            (routed.Session, routed.SessionKey, refusal) = await keys.ResolveAsync(context, pool, routed.BackendPath, options.Value.MaxRequestBodyBytes);
        return refusal;
    }

    private static void KeepBody(HttpContext context, RoutedRequest routed)
    {
        if (routed.Body is not null || routed.Session?.Body is not null || context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == false)
            return;
        var body = routed.Body = new ResendableStream(context.Request.Body);
        context.Request.Body = body;
        context.Response.RegisterForDispose(body);
        // From then on the request cannot be sent again.
        context.Response.OnStarting(() =>
        {
            body.Release();
            return Task.CompletedTask;
        });
    }

    /// <summary>One attempt.</summary>
    /// <returns>Whether the caller has its answer; else another attempt follows.</returns>
    private async Task<bool> ForwardAsync(HttpContext context, RoutedRequest routed, Attempt attempt)
    {
        attempt.Backend.State.Begin();
        try
        {
            var error = await forwarder.SendAsync(context, attempt.Backend.Address, client.Invoker, client.Config, _transformer);
            return await ConcludeAsync(context, routed, attempt, error);
        }
        finally
        {
            attempt.Backend.State.End(attempt.Outcome);
        }
    }

    private async Task<bool> ConcludeAsync(HttpContext context, RoutedRequest routed, Attempt attempt, ForwarderError error)
    {
        if (attempt.IsWithheld)
            return false;

        // A backend may answer before it has read the whole request; the answer counts.
        if (error == ForwarderError.None || attempt.AnswerIsWhole)
        {
            attempt.Conclude(new(context.Response.StatusCode));
            return true;
        }

        // Both sides of a WebSocket were silent for too long: it worked, and nobody used it.
        if (error == ForwarderError.UpgradeActivityTimeout)
        {
            attempt.Conclude(new(StatusCodes.Status101SwitchingProtocols));
            return true;
        }

        if (ForwardingFailure.IsClientGone(error, context.RequestAborted))
        {
            LogClientGone(routed.RequestId, attempt.Backend.Name);
            if (!context.Response.HasStarted)
                context.Response.StatusCode = ClientClosedRequest;
            return true;
        }

        var feature = context.GetForwarderErrorFeature()!;
        LogFailed(routed.RequestId, attempt.Backend.Name, error, feature.Exception?.GetType().Name, feature.Exception?.Message);
        LogFailure(routed.RequestId, feature.Exception);
        var failure = ForwardingFailure.Explain(feature, routed.Api!.Pool, attempt.Backend, options.Value.MaxRequestBodyBytes);
        if (failure.Outcome is { } outcome)
            attempt.Conclude(outcome);
        // A started answer was cut off by the forwarder, so that the client can't take it for a whole one.
        if (context.Response.HasStarted)
            return true;
        if (attempt.EventStream is { } events)
            context.Response.Body = events.Client;
        // Nothing of it has gone out, and so no session has begun.
        attempt.BeginsSession = false;
        if (failure.Outcome is { } failed && routed.Withholds(failed))
            return false;
        await failure.Error.WriteAsync(context);
        return true;
    }

    [LoggerMessage(LogLevel.Debug, "Request {RequestId}: the client hung up; backend {Backend} was told.")]
    private partial void LogClientGone(string requestId, string backend);

    [LoggerMessage(LogLevel.Debug, "Request {RequestId}: the client hung up while it was waited; no backend is asked any more.")]
    private partial void LogHungUp(string requestId);

    [LoggerMessage(LogLevel.Information, "Request {RequestId}: backend {Backend} answered {Status}; that is not the caller's answer.")]
    private partial void LogRetry(string requestId, string backend, int? status);

    [LoggerMessage(LogLevel.Error, "Request {RequestId}: the session store cannot be asked ({Exception}: {Reason}).")]
    private partial void LogStoreUnavailable(string requestId, string? exception, string? reason);

    [LoggerMessage(LogLevel.Warning, "Request {RequestId}: forwarding to backend {Backend} failed with {Error}: {Exception}: {Reason}")]
    private partial void LogFailed(string requestId, string backend, ForwarderError error, string? exception, string? reason);

    [LoggerMessage(LogLevel.Debug, "Request {RequestId}: where it failed.")]
    private partial void LogFailure(string requestId, Exception? exception);

    [LoggerMessage(LogLevel.Error, "Request {RequestId}: the gateway failed.")]
    private partial void LogBug(string requestId, Exception exception);
}
