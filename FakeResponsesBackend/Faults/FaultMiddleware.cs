using Microsoft.Extensions.Options;
using SessionAware.FakeResponsesBackend.Control;
using SessionAware.FakeResponsesBackend.Regions;
using SessionAware.FakeResponsesBackend.Requests;

namespace SessionAware.FakeResponsesBackend.Faults;

/// <summary>Stands before the region's API: ① reads the body ② enters the request into the journal ③ lets faults strike ④ lets the region answer.</summary>
internal sealed class FaultMiddleware(RequestDelegate next, FaultBoard board, RegionMemory memory, Journal journal, IOptions<RegionOptions> options, TimeProvider time)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (!IsApi(context.Request.Path))
        {
            await next(context);
            return;
        }

        var (body, unreadable) = await RequestBody.ReadAsync(context, options.Value.MaxRequestBodyBytes);
        var entry = journal.Begin(context.Request.Method, context.Request.Path + context.Request.QueryString, body, context.Request.Headers["x-session-attempt"]);
        context.Features.Set(entry);
        // As the answer starts: whoever has read it whole finds its status in the journal.
        var isCut = false;
        context.Response.OnStarting(() =>
        {
            entry.Status = isCut || context.RequestAborted.IsCancellationRequested ? null : context.Response.StatusCode;
            return Task.CompletedTask;
        });
        try
        {
            var facts = new RequestFacts(context.Request.Method, context.Request.Path.Value ?? "", new BodyFacts(body)) { IsHandshake = context.WebSockets.IsWebSocketRequest };
            var effects = FaultEffects.Strike(board, memory, facts, entry, options.Value);
            context.Features.Set(effects.Conditions);
            if (effects.CloseConnection)
                throw new ConnectionCutException();
            else if (effects.Hang)
                await Task.Delay(Timeout.InfiniteTimeSpan, time, context.RequestAborted);
            else if ((effects.Answer ?? unreadable) is { } answer)
                await answer.ExecuteAsync(context);
            else
                await next(context);
        }
        catch (ConnectionCutException)
        {
            isCut = true;
            context.Abort();
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller of a request that hangs has gone.
        }
        finally
        {
            journal.End(entry);
        }
    }

    private static bool IsApi(PathString path) =>
        path.StartsWithSegments("/v1") || path.StartsWithSegments("/openai") || path.StartsWithSegments("/api");
}
