using System.Buffers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using SessionAware.FakeResponsesBackend.Faults;
using SessionAware.FakeResponsesBackend.Streaming;

namespace SessionAware.FakeResponsesBackend.Threads;

/// <summary>Sends a run's events as <c>text/event-stream</c>, the last one <c>done</c>. A reader that hangs up does not end the run.</summary>
internal sealed class RunStreamResult(IAsyncEnumerable<ResponseEvent> events) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = "text/event-stream; charset=utf-8";
        httpContext.Response.Headers.CacheControl = "no-cache, must-revalidate";
        httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var aborted = httpContext.RequestAborted;
        try
        {
            await SseFormatter.WriteAsync(Framed(aborted), httpContext.Response.Body, Write, aborted);
            await httpContext.Response.WriteAsync("event: done\ndata: [DONE]\n\n", aborted);
        }
        catch (OperationCanceledException) when (aborted.IsCancellationRequested)
        {
            // Whoever hangs up may poll the run later.
        }
        catch (ConnectionCutException)
        {
            httpContext.Abort();
        }
    }

    private async IAsyncEnumerable<SseItem<RunEvent>> Framed([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var next in events.WithCancellation(cancellationToken))
            yield return new SseItem<RunEvent>((RunEvent)next, next.Type);
    }

    private static void Write(SseItem<RunEvent> item, IBufferWriter<byte> buffer)
    {
        // On one line, unlike bodies.
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = ThreadJson.Options.Encoder });
        JsonSerializer.Serialize(json, item.Data.Data, ThreadJson.Options.GetTypeInfo(item.Data.Data.GetType()));
    }
}
