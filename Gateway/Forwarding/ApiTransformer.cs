using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using SessionAware.Gateway.BackendSelection;
using SessionAware.Gateway.Credentials;
using SessionAware.Gateway.Errors;
using SessionAware.Gateway.Observation;
using SessionAware.Gateway.Owners;
using SessionAware.Gateway.Pools;
using SessionAware.Gateway.Replay;
using SessionAware.Gateway.SessionKeys;
using Yarp.ReverseProxy.Forwarder;

namespace SessionAware.Gateway.Forwarding;

/// <summary>What changes between the caller's request and the backend's, and between its answer and ours: the address, cookies, our request id.</summary>
internal sealed class ApiTransformer(AffinityCookie cookie, AnswerJudge judge, SessionAnswers sessions, OwnerIdentifier owners, TokenCache tokens) : HttpTransformer
{
    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);

        var routed = httpContext.Features.GetRequiredFeature<RoutedRequest>();
        proxyRequest.RequestUri = BackendAddress.Of(destinationPrefix, httpContext, routed);
        proxyRequest.Headers.Host = null;
        // Compressed events could neither be judged nor passed on one by one.
        proxyRequest.Headers.Remove(HeaderNames.AcceptEncoding);
        proxyRequest.Headers.Remove(AnswerHeaders.RequestId);
        proxyRequest.Headers.TryAddWithoutValidation(AnswerHeaders.RequestId, routed.RequestId);

        if (routed.Session is not null)
            proxyRequest.Headers.Remove(ReplayErrors.AttemptHeader);
        if (routed.Attempt!.Number > 1)
            proxyRequest.Headers.TryAddWithoutValidation(ReplayErrors.AttemptHeader, routed.Attempt.Number.ToString(CultureInfo.InvariantCulture));
        if (routed.Attempt.Backend.Signing != BackendSigning.KnownCallers || (routed.Session is not null && owners.IsOn))
            Sign(proxyRequest, routed.Attempt);
        if (routed.Api!.Pool.AffinityCookie is { } name && httpContext.Request.Headers.Cookie.Count > 0)
        {
            proxyRequest.Headers.Remove(HeaderNames.Cookie);
            if (AffinityCookie.WithoutOwn(httpContext.Request, name) is { } others)
                proxyRequest.Headers.TryAddWithoutValidation(HeaderNames.Cookie, others);
        }
    }

    /// <summary>Returns false, and leaves the caller's answer untouched, where the answer is withheld and another attempt is to follow.</summary>
    public override async ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is null)
            return await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);

        var routed = httpContext.Features.GetRequiredFeature<RoutedRequest>();
        var attempt = routed.Attempt!;
        if (attempt.RenewsToken && proxyResponse.StatusCode == HttpStatusCode.Unauthorized && routed.Body?.CanRewind != false && tokens.MayRenew(attempt.Token!))
        {
            attempt.RefuseToken();
            return false;
        }

        var (failure, isOpen) = await judge.JudgeAsync(routed, proxyResponse, httpContext.RequestAborted, cancellationToken);
        HeldAnswer? held = null;
        if (routed.Recourse.MayBeLost((int)proxyResponse.StatusCode))
        {
            held = await sessions.HoldAsync(proxyResponse, httpContext.RequestAborted);
            attempt.IsLost = NotFoundAnswer.IsOf(held.Value.Bytes, routed.Session!.Path.Id ?? routed.Session.Keys.PreviousResponseId!);
        }

        attempt.IsWithheld = attempt.IsLost || (failure is { } outcome && routed.Withholds(outcome));
        if (attempt.IsWithheld)
            return false;

        var isEvents = AnswerJudge.IsEventStream(proxyResponse);
        var observer = await sessions.BeginAsync(httpContext, routed, proxyResponse);
        // Nothing of the answer may have left when it turns out to be broken.
        if (observer is not null && !isEvents)
            held ??= await sessions.HoldAsync(proxyResponse, httpContext.RequestAborted);
        var editor = AnswerEditor.For(routed.Session);
        if (held is { IsWhole: true } restored && editor is not null)
            held = restored with { Bytes = editor.EditResponse(restored.Bytes) };

        var copyBody = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        var status = failure?.Status ?? (int)proxyResponse.StatusCode;
        if (routed.Api!.Pool.AffinityCookie is not null)
            WriteCookie(httpContext, routed, status);
        else if (routed.Session?.BeginsSession == true && status < StatusCodes.Status300MultipleChoices)
            attempt.BeginsSession = true;
        if (held is { } answer)
        {
            if (answer.IsWhole && httpContext.Response.ContentLength is not null)
                httpContext.Response.ContentLength = answer.Bytes.Length;
            return copyBody & !(attempt.AnswerIsWhole = !await SessionAnswers.PassOnAsync(httpContext, observer, answer, httpContext.RequestAborted));
        }

        // Who waits for a slow model's first event sees by the head that there will be an answer.
        if (isOpen)
            await httpContext.Response.Body.FlushAsync(cancellationToken);
        if (!isEvents)
            return copyBody;
        httpContext.Response.Body = attempt.EventStream = observer is null
            ? new EventAlignedStream(httpContext.Response.Body)
            : new EventAlignedStream(httpContext.Response.Body, observer, sessions.LongestHeld, editor is null ? null : editor.EditEvents);
        if (routed.Session?.Path.Operation == ApiOperation.CreateResponse)
            attempt.Observer = observer;
        return copyBody;
    }

    /// <summary>Callers' keys are the gateway's business: what they are known by stays here, and the backend gets its own.</summary>
    private void Sign(HttpRequestMessage request, Attempt attempt)
    {
        foreach (var header in owners.OwnHeaders)
            request.Headers.Remove(header);
        if (attempt.Token is { } token)
            request.Headers.TryAddWithoutValidation(HeaderNames.Authorization, $"Bearer {token}");
        else if (attempt.Backend.Key is { } key)
            request.Headers.TryAddWithoutValidation("api-key", key.Value);
    }

    /// <summary>Called only after the backend's whole body went out.</summary>
    public override async ValueTask TransformResponseTrailersAsync(HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken)
    {
        var attempt = httpContext.Features.GetRequiredFeature<RoutedRequest>().Attempt!;
        attempt.AnswerIsWhole = true;
        if (attempt.Observer?.Ending(attempt.Backend.Name) is { } ending)
        {
            // The stream has broken off, or it has ended without its last event, which is the same.
            attempt.BreakOff();
            await attempt.EventStream!.BreakOffAsync(ending, httpContext.RequestAborted);
        }
        else if (attempt.EventStream is { } events)
        {
            await events.CompleteAsync(cancellationToken);
        }

        await base.TransformResponseTrailersAsync(httpContext, proxyResponse, cancellationToken);
    }

    private void WriteCookie(HttpContext context, RoutedRequest routed, int status)
    {
        // A region's own cookies are for callers that always meet it. Here they would go to other regions, and might be taken for ours.
        context.Response.Headers.Remove(HeaderNames.SetCookie);
        // A session must not begin at a backend that is failing: the caller's next try would go there again.
        if (routed.Attempt is not { Affinity: AffinityOutcome.New or AffinityOutcome.Moved } attempt || status is 429 or >= 500)
            return;
        cookie.Write(context, routed.Api!, attempt.Backend);
        attempt.BeginsSession = true;
    }
}
