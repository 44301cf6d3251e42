using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.Features;
using SessionAware.FakeResponsesBackend.Faults;

namespace SessionAware.FakeResponsesBackend.Streaming;

/// <summary>Sends events as <c>text/event-stream</c>: an <c>event:</c> line where the API has them and a <c>data:</c> line each, no id, and <c>[DONE]</c> only where the region is set to send it.</summary>
internal sealed class EventStreamResult(IAsyncEnumerable<IStreamEvent> events, bool sendDone) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = "text/event-stream; charset=utf-8";
        httpContext.Response.Headers.CacheControl = "no-cache, must-revalidate";
        httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var aborted = httpContext.RequestAborted;
        try
        {
            await SseFormatter.WriteAsync(Framed(aborted), httpContext.Response.Body, (item, buffer) => item.Data.WriteTo(buffer), aborted);
            if (sendDone)
                await httpContext.Response.WriteAsync("data: [DONE]\n\n", aborted);
        }
        catch (OperationCanceledException) when (aborted.IsCancellationRequested)
        {
            // A foreground response ends with its caller: nothing is stored and nobody is left to tell.
        }
    }

    private async IAsyncEnumerable<SseItem<IStreamEvent>> Framed([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var next in events.WithCancellation(cancellationToken))
            yield return new SseItem<IStreamEvent>(next, next.EventName);
    }
}
