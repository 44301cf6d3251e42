using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using SessionAware.Gateway.BackendSelection;
using SessionAware.Gateway.SessionKeys;
using Yarp.ReverseProxy.Forwarder;

namespace SessionAware.Gateway.Forwarding;

/// <summary>What changes between the caller's request and the backend's, and between its answer and ours: the address, our cookie, our request id.</summary>
internal sealed class ApiTransformer(AffinityCookie cookie) : HttpTransformer
{
    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);

        var routed = httpContext.Features.GetRequiredFeature<RoutedRequest>();
        proxyRequest.RequestUri = BackendAddress.Of(destinationPrefix, httpContext, routed);
        proxyRequest.Headers.Host = null;
        proxyRequest.Headers.Remove(AnswerHeaders.RequestId);
        proxyRequest.Headers.TryAddWithoutValidation(AnswerHeaders.RequestId, routed.RequestId);

        if (routed.Api!.Pool.AffinityCookie is { } name && httpContext.Request.Headers.Cookie.Count > 0)
        {
            proxyRequest.Headers.Remove(HeaderNames.Cookie);
            if (AffinityCookie.WithoutOwn(httpContext.Request, name) is { } others)
                proxyRequest.Headers.TryAddWithoutValidation(HeaderNames.Cookie, others);
        }
    }

    public override async ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        var copyBody = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        if (proxyResponse is null)
            return copyBody;

        var routed = httpContext.Features.GetRequiredFeature<RoutedRequest>();
        // A session must not begin at a backend that is failing: the caller's next try would go there again.
        if (routed.Selection is { Affinity: AffinityOutcome.New } selection && (int)proxyResponse.StatusCode is not (429 or >= 500))
        {
            cookie.Write(httpContext, routed.Api!, selection.Backend);
            routed.BeginsSession = true;
        }

        // Compressed events have no boundaries to be seen.
        if (proxyResponse.Content.Headers.ContentType?.MediaType == "text/event-stream" && proxyResponse.Content.Headers.ContentEncoding.Count == 0)
            httpContext.Response.Body = routed.EventStream = new EventAlignedStream(httpContext.Response.Body);
        return copyBody;
    }

    /// <summary>Called only after the backend's whole body went out.</summary>
    public override async ValueTask TransformResponseTrailersAsync(HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken)
    {
        var routed = httpContext.Features.GetRequiredFeature<RoutedRequest>();
        routed.AnswerIsWhole = true;
        if (routed.EventStream is { } events)
            await events.CompleteAsync(cancellationToken);
        await base.TransformResponseTrailersAsync(httpContext, proxyResponse, cancellationToken);
    }
}
