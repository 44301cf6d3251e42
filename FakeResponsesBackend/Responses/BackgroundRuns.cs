using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Faults;
using SessionAware.FakeResponsesBackend.Streaming;

namespace SessionAware.FakeResponsesBackend.Responses;

/// <summary>Starts, streams again and cancels responses in the background.</summary>
internal sealed class BackgroundRuns(TurnPlayer player, ResponseStore store, IHostApplicationLifetime lifetime, TimeProvider time)
{
    /// <summary>How long after its making a finished response can be streamed again.</summary>
    public static readonly TimeSpan StreamableFor = TimeSpan.FromMinutes(5);

    /// <summary>Stores the response as queued and begins to make it.</summary>
    public StoredResponse Start(ResponseTurn turn, RequestFaults faults)
    {
        var run = new BackgroundRun(turn.Request.Stream, lifetime.ApplicationStopping);
        var queued = turn.At(ResponseStatus.Queued) with { Run = run };
        store.Set(queued);
        run.Start(cancellationToken => player.PlayAsync(turn, faults, cancellationToken));
        return queued;
    }

    /// <summary>The events of a response after a sequence number, or why there are none.</summary>
    public (IAsyncEnumerable<ResponseEvent>? Events, ApiError? Fault) Stream(StoredResponse response, int startingAfter)
    {
        if (response.Run is not { } run)
            return (null, ApiErrors.NotStreamable("background"));
        if (!run.Streamed)
            return (null, ApiErrors.NotStreamable("stream"));
        var age = time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(response.Body.CreatedAt);
        return IsRunning(response) || age <= StreamableFor ? (run.Events.ReadAsync(startingAfter), null) : (null, ApiErrors.NoLongerStreamable());
    }

    /// <summary>Cancels a response: one that runs stops and keeps no output; one that was cancelled stays so; nothing else can be cancelled.</summary>
    public async Task<(StoredResponse? Response, ApiError? Fault)> CancelAsync(StoredResponse response)
    {
        if (response.Run is not { } run)
            return (null, ApiErrors.CannotCancel("synchronous"));
        await run.StopAsync();
        if (!store.TryGet(response.Body.Id, out var stopped))
            return (null, ApiErrors.ResponseNotFound(response.Body.Id));
        if (IsRunning(stopped))
        {
            stopped = stopped with { Body = stopped.Body with { Status = ResponseStatus.Cancelled } };
            store.Update(stopped);
            run.Events.Append(new ResponseSnapshotEvent("response.failed", stopped.Body) { SequenceNumber = run.Events.Count });
            run.Events.Complete();
        }

        return stopped.Body.Status == ResponseStatus.Cancelled ? (stopped, null) : (null, ApiErrors.CannotCancel(stopped.Body.Status));
    }

    /// <summary>Stops a response that has been deleted or lost.</summary>
    public static async Task AbandonAsync(StoredResponse response)
    {
        if (response.Run is not { } run)
            return;
        await run.StopAsync();
        run.Events.Complete();
    }

    private static bool IsRunning(StoredResponse response) => response.Body.Status is ResponseStatus.Queued or ResponseStatus.InProgress;
}
