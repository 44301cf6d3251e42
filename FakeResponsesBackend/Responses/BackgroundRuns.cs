using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Faults;
using SessionAware.FakeResponsesBackend.Streaming;

namespace SessionAware.FakeResponsesBackend.Responses;

/// <summary>Starts, streams again and cancels responses in the background.</summary>
internal sealed partial class BackgroundRuns(TurnPlayer player, ResponseStore store, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<BackgroundRuns> logger)
{
    /// <summary>How long after its making a finished response can be streamed again.</summary>
    public static readonly TimeSpan StreamableFor = TimeSpan.FromMinutes(5);

    /// <summary>Stores the response as queued and begins to make it.</summary>
    public StoredResponse Start(ResponseTurn turn, RequestFaults faults)
    {
        var run = new BackgroundRun(turn.Request.Stream, new CancellationTokenSource());
        var queued = turn.At(ResponseStatus.Queued) with { Run = run };
        store.Set(queued);
        _ = Task.Run(() => MakeAsync(turn, faults, run), CancellationToken.None);
        return queued;
    }

    /// <summary>The events of a response after a sequence number, or why there are none.</summary>
    public (IAsyncEnumerable<ResponseEvent>? Events, ApiError? Fault) Stream(StoredResponse response, int startingAfter)
    {
        if (response.Run is not { } run)
            return (null, ApiErrors.NotStreamable("background"));
        if (!run.Streamed)
            return (null, ApiErrors.NotStreamable("stream"));
        var mayStream = ResponseStatus.IsRunning(response.Body.Status) || time.GetUtcNow() <= StreamableUntil(response.Body);
        return mayStream && run.Events is { } events ? (events.ReadAsync(startingAfter), null) : (null, ApiErrors.NoLongerStreamable());
    }

    /// <summary>Cancels a response: one that runs stops and keeps no output; one that was cancelled stays so; nothing else can be cancelled.</summary>
    public async Task<(StoredResponse? Response, ApiError? Fault)> CancelAsync(StoredResponse response)
    {
        if (response.Run is not { } run)
            return (null, ApiErrors.CannotCancel("synchronous"));
        await run.StopAsync();
        if (!store.TryGet(response.Body.Id, out var stopped))
            return (null, ApiErrors.ResponseNotFound(response.Body.Id));
        return stopped.Body.Status == ResponseStatus.Cancelled ? (stopped, null) : (null, ApiErrors.CannotCancel(stopped.Body.Status));
    }

    /// <summary>Stops a response that has been deleted or lost.</summary>
    public static Task AbandonAsync(StoredResponse response) => response.Run?.StopAsync() ?? Task.CompletedTask;

    private async Task MakeAsync(ResponseTurn turn, RequestFaults faults, BackgroundRun run)
    {
        try
        {
            await run.MakeAsync(cancellationToken => player.PlayAsync(turn, faults, cancellationToken), cancelled => EndEarly(turn, run, cancelled), lifetime.ApplicationStopping);
        }
        catch (Exception bug)
        {
            // Nobody waits for this task.
            LogBroken(logger, bug, turn.Id);
        }

        var left = StreamableUntil(turn.Begun) + TimeSpan.FromSeconds(1) - time.GetUtcNow();
        run.LetEventsGoAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, () => Recount(turn.Id));
    }

    private ResponseSnapshotEvent EndEarly(ResponseTurn turn, BackgroundRun run, bool cancelled)
    {
        var ended = cancelled
            ? turn.At(ResponseStatus.Cancelled)
            : turn.At(ResponseStatus.Failed, new("server_error", "The server had an error while processing your request. Sorry about that!"));
        store.Update(ended with { Run = run });
        return new("response.failed", ended.Body);
    }

    /// <summary>The events that a response kept have gone: it takes less memory.</summary>
    private void Recount(string id)
    {
        if (store.TryGet(id, out var response))
            store.Update(response);
    }

    private static DateTimeOffset StreamableUntil(ResponseBody body) => DateTimeOffset.FromUnixTimeSeconds(body.CreatedAt) + StreamableFor;

    [LoggerMessage(LogLevel.Error, "Background response {Id} broke.")]
    private static partial void LogBroken(ILogger logger, Exception bug, string id);
}
