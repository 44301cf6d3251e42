namespace SessionAware.FakeResponsesBackend.Streaming;

/// <summary>Answers a caller that does not stream: it waits for the last event, through the same latency and the same faults.</summary>
/// <param name="events">The events; at least one.</param>
/// <param name="answer">What the caller gets of the last one.</param>
internal sealed class LastEventResult<T>(IAsyncEnumerable<T> events, Func<T, IResult> answer) : IResult where T : class
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        try
        {
            T? last = null;
            await foreach (var next in events.WithCancellation(httpContext.RequestAborted))
                last = next;
            await answer(last!).ExecuteAsync(httpContext);
        }
        catch (OperationCanceledException) when (httpContext.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone and nobody is left to tell.
        }
    }
}
