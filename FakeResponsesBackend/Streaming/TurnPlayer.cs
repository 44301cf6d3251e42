using System.Runtime.CompilerServices;
using SessionAware.FakeResponsesBackend.Deployments;
using SessionAware.FakeResponsesBackend.Faults;
using SessionAware.FakeResponsesBackend.Responses;

namespace SessionAware.FakeResponsesBackend.Streaming;

/// <summary>Plays a turn in time: each event when the region's latency lets it, with whatever fault was ordered for this request.</summary>
internal sealed class TurnPlayer(ResponseStore store, DeploymentCatalog catalog, EventPlayer player, TimeProvider time)
{
    /// <summary>
    /// The events of a turn as they come. The turn is stored when its last event is due; until then, whoever stops listening leaves no trace.
    /// </summary>
    public async IAsyncEnumerable<ResponseEvent> PlayAsync(ResponseTurn turn, RequestFaults faults, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var conversation = turn.Conversation;
        var events = ResponseEvents.Of(turn, started => Started(turn, started), () => Finish(turn, faults));
        await foreach (var next in player.PlayAsync(events, turn.Delay, faults, (error, sent) => Fail(turn, error, sent), cancellationToken))
            yield return next;
    }

    private void Started(ResponseTurn turn, StoredResponse started)
    {
        if (turn.Request.Background && store.TryGet(turn.Id, out var known))
            store.Update(started with { Run = known.Run });
    }

    private StoredResponse Finish(ResponseTurn turn, RequestFaults faults)
    {
        var now = time.GetUtcNow();
        var finished = turn.Finish(now);
        catalog.Count(turn.Deployment, finished.Body.Usage!.OutputTokens);
        turn.Conversation?.Continue(finished.After);
        // Before anybody can see the end: the next turn may follow at once.
        turn.Conversation?.Dispose();
        if (turn.Request.Background)
            store.Update(finished with { Run = store.TryGet(turn.Id, out var known) ? known.Run : null });
        else if (turn.Request.Store)
            store.Set(finished with { VisibleFrom = turn.Request.Stream && faults.VisibilityLag is { } lag ? now + lag : DateTimeOffset.MinValue });
        return finished;
    }

    private IEnumerable<ResponseEvent> Fail(ResponseTurn turn, StreamErrorFault fault, int sent)
    {
        turn.Conversation?.Dispose();
        if (sent == 0)
        {
            store.Remove(turn.Id);
            yield return new ErrorEvent(fault.Error);
            yield break;
        }

        // Stored first: who reads the error may ask for the response at once.
        var failed = turn.At(ResponseStatus.Failed, new(fault.Error.Code, fault.Error.Message));
        if (turn.Request.Background && store.TryGet(turn.Id, out var known))
            store.Update(failed with { Run = known.Run });
        else if (turn.Request.Store)
            store.Set(failed);
        yield return new ErrorEvent(fault.Error) { SequenceNumber = sent };
        yield return new ResponseSnapshotEvent("response.failed", failed.Body) { SequenceNumber = sent + 1 };
    }
}
