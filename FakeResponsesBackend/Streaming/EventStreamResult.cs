using System.Buffers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using SessionAware.FakeResponsesBackend.Responses;

namespace SessionAware.FakeResponsesBackend.Streaming;

/// <summary>Sends events as <c>text/event-stream</c>: an <c>event:</c> and a <c>data:</c> line each, no id, no <c>[DONE]</c>.</summary>
internal sealed class EventStreamResult(IEnumerable<ResponseEvent> events, EventPace pace) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = "text/event-stream; charset=utf-8";
        httpContext.Response.Headers.CacheControl = "no-cache, must-revalidate";
        httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        try
        {
            await SseFormatter.WriteAsync(Paced(httpContext.RequestAborted), httpContext.Response.Body, Write, httpContext.RequestAborted);
        }
        catch (OperationCanceledException) when (httpContext.RequestAborted.IsCancellationRequested)
        {
            // A foreground response ends with its caller: nothing is stored and nobody is left to tell.
        }
    }

    private async IAsyncEnumerable<SseItem<ResponseEvent>> Paced([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await pace.WaitAsync(sent: null, cancellationToken);
        foreach (var next in events)
        {
            yield return new SseItem<ResponseEvent>(next, next.Type);
            await pace.WaitAsync(next, cancellationToken);
        }
    }

    private static void Write(SseItem<ResponseEvent> item, IBufferWriter<byte> buffer)
    {
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = WireJson.Options.Encoder });
        JsonSerializer.Serialize(json, item.Data, WireJson.Options.GetTypeInfo(item.Data.GetType()));
    }
}
