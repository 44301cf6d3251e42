using Microsoft.Extensions.Options;
using SessionAware.FakeResponsesBackend.Control;
using SessionAware.FakeResponsesBackend.Regions;
using SessionAware.FakeResponsesBackend.Requests;

namespace SessionAware.FakeResponsesBackend.Faults;

/// <summary>Stands before the region's API: ① reads the body ② enters the request into the journal ③ lets faults strike ④ lets the region answer.</summary>
internal sealed class FaultMiddleware(RequestDelegate next, FaultBoard board, Journal journal, IOptions<RegionOptions> options, TimeProvider time)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (!IsApi(context.Request.Path))
        {
            await next(context);
            return;
        }

        var (body, unreadable) = await RequestBody.ReadAsync(context, options.Value.MaxRequestBodyBytes);
        var entry = journal.Begin(context.Request.Method, context.Request.Path + context.Request.QueryString, body);
        context.Features.Set(entry);
        try
        {
            var facts = new RequestFacts(context.Request.Method, context.Request.Path.Value ?? "", new BodyFacts(body)) { IsHandshake = context.WebSockets.IsWebSocketRequest };
            var effects = FaultEffects.Strike(board, facts, entry, options.Value);
            context.Features.Set(effects.Conditions);
            if (effects.CloseConnection)
                context.Abort();
            else if (effects.Hang)
                await Task.Delay(Timeout.InfiniteTimeSpan, time, context.RequestAborted);
            else if ((effects.Answer ?? unreadable) is { } answer)
                await answer.ExecuteAsync(context);
            else
                await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller of a request that hangs has gone.
        }
        finally
        {
            // A connection that was upgraded had its answer long before it ended.
            var unanswered = context.RequestAborted.IsCancellationRequested && context.Response.StatusCode != StatusCodes.Status101SwitchingProtocols;
            journal.End(entry, unanswered ? null : context.Response.StatusCode);
        }
    }

    private static bool IsApi(PathString path) =>
        path.StartsWithSegments("/v1") || path.StartsWithSegments("/openai") || path.StartsWithSegments("/api");
}
