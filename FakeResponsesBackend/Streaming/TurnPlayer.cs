using System.Runtime.CompilerServices;
using SessionAware.FakeResponsesBackend.Deployments;
using SessionAware.FakeResponsesBackend.Faults;
using SessionAware.FakeResponsesBackend.Responses;

namespace SessionAware.FakeResponsesBackend.Streaming;

/// <summary>Plays a turn in time: each event when the region's latency lets it, with whatever fault was ordered for this request.</summary>
internal sealed class TurnPlayer(ResponseStore store, DeploymentCatalog catalog, EventPace pace, LatencyModel latency, TimeProvider time)
{
    /// <summary>
    /// The events of a turn as they come. The turn is stored when its last event is due; until then, whoever stops listening leaves no trace.
    /// </summary>
    public async IAsyncEnumerable<ResponseEvent> PlayAsync(ResponseTurn turn, RequestFaults faults, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var conversation = turn.Conversation;
        if (turn.Delay > TimeSpan.Zero)
            await Task.Delay(turn.Delay, time, cancellationToken);
        var clock = latency.Start(faults.Latency);
        await pace.WaitAsync(sent: null, cancellationToken);

        var (sent, isFinished) = (0, false);
        StoredResponse FinishNow()
        {
            isFinished = true;
            return Finish(turn, faults);
        }

        using var events = ResponseEvents.Of(turn, started => Started(turn, started), FinishNow).GetEnumerator();
        // Before the next event is made: making the last one stores the response.
        while (isFinished || faults.StreamError?.AfterEvents != sent)
        {
            if (!events.MoveNext())
                yield break;
            await clock.WaitAsync(events.Current, cancellationToken);
            yield return events.Current;
            sent++;
            await pace.WaitAsync(events.Current, cancellationToken);
        }

        foreach (var last in Fail(turn, faults.StreamError.Error, sent))
            yield return last;
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
        turn.Conversation?.Append([.. finished.Input, .. finished.Body.Output]);
        if (turn.Request.Background)
            store.Update(finished with { Run = store.TryGet(turn.Id, out var known) ? known.Run : null });
        else if (turn.Request.Store)
            store.Set(finished with { VisibleFrom = turn.Request.Stream && faults.VisibilityLag is { } lag ? now + lag : DateTimeOffset.MinValue });
        return finished;
    }

    private IEnumerable<ResponseEvent> Fail(ResponseTurn turn, StreamError error, int sent)
    {
        yield return new ErrorEvent(error) { SequenceNumber = sent };
        // As the very first event it stands alone: nobody has heard of the response. One in the background is stored from the beginning.
        if (sent == 0 && !turn.Request.Background)
            yield break;
        var failed = turn.At(ResponseStatus.Failed, new(error.Code, error.Message));
        if (turn.Request.Background && store.TryGet(turn.Id, out var known))
            store.Update(failed with { Run = known.Run });
        else if (turn.Request.Store)
            store.Set(failed);
        yield return new ResponseSnapshotEvent("response.failed", failed.Body) { SequenceNumber = sent + 1 };
    }
}
