using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using SessionAware.Gateway.BackendSelection;
using SessionAware.Gateway.Credentials;
using SessionAware.Gateway.Errors;
using SessionAware.Gateway.Threads;
using Yarp.ReverseProxy.Forwarder;

namespace SessionAware.Gateway.Forwarding;

/// <summary>③ Sends a request to the backend that was selected, and says what came of it.</summary>
internal sealed partial class AttemptSender(
    ApiTransformer transformer, TokenCache tokens, BackendClient client, IHttpForwarder forwarder, IOptions<GatewayOptions> options, ILogger<AttemptSender> logger)
{
    /// <summary>The status of what nobody waits for any more.</summary>
    public const int ClientClosedRequest = 499;

    /// <summary>One attempt. A token that the backend refuses is renewed once, which makes no other attempt: a 401 has executed nothing, and is no failure of the backend's.</summary>
    /// <returns>Whether the caller has its answer; else the gateway's own, null where another attempt follows.</returns>
    public async ValueTask<(bool IsServed, IResult? Answer)> SendAsync(HttpContext context, RoutedRequest routed, Selection selection)
    {
        var needsToken = selection.Backend!.Signing == BackendSigning.Token;
        // Sent again elsewhere, or here after a wait, or by another token.
        if (routed.Recourse is not Retries retries || retries.MayFollow(selection) || needsToken)
            KeepBody(context, routed);
        for (var mayRenew = needsToken; ; mayRenew = false)
        {
            var token = needsToken ? await tokens.GetAsync(context.RequestAborted) : null;
            if (needsToken && token is null)
                return (false, await routed.Recourse.AfterRefusalAsync(selection with { Refusal = GatewayErrors.CredentialUnavailable(tokens.Pause), IsUnsigned = true }, context.RequestAborted));

            var attempt = routed.Attempt = new Attempt(selection.Backend, selection.Affinity, routed.Sendings) { Token = token, RenewsToken = mayRenew };
            routed.Body?.Rewind();
            routed.Session?.Rewind(context.Request);
            if (await ForwardAsync(context, routed, attempt))
                return (true, null);

            // What follows may read and build a whole history, or ask for a token.
            await SocketCompletions.LeaveAsync();
            context.Response.Clear();
            context.Features.Set<IForwarderErrorFeature>(null);
            if (!attempt.IsTokenRefused)
            {
                LogRetry(routed.RequestId, attempt.Backend.Name, attempt.Outcome?.Status);
                return (false, await routed.Recourse.AfterFailureAsync(attempt, context.RequestAborted));
            }

            await tokens.RenewAsync(token!, attempt.Backend.Name, context.RequestAborted);
        }
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

    /// <summary>Whether the caller has its answer.</summary>
    private async Task<bool> ForwardAsync(HttpContext context, RoutedRequest routed, Attempt attempt)
    {
        attempt.Backend.State.Begin();
        try
        {
            var error = await forwarder.SendAsync(context, attempt.Backend.Address, client.Invoker, client.Config, transformer);
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

    [LoggerMessage(LogLevel.Information, "Request {RequestId}: backend {Backend} answered {Status}; that is not the caller's answer.")]
    private partial void LogRetry(string requestId, string backend, int? status);

    [LoggerMessage(LogLevel.Warning, "Request {RequestId}: forwarding to backend {Backend} failed with {Error}: {Exception}: {Reason}")]
    private partial void LogFailed(string requestId, string backend, ForwarderError error, string? exception, string? reason);

    [LoggerMessage(LogLevel.Debug, "Request {RequestId}: where it failed.")]
    private partial void LogFailure(string requestId, Exception? exception);
}
