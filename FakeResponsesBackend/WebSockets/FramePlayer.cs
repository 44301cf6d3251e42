using Microsoft.Extensions.Options;
using SessionAware.FakeResponsesBackend.Control;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Faults;
using SessionAware.FakeResponsesBackend.Regions;
using SessionAware.FakeResponsesBackend.Requests;
using SessionAware.FakeResponsesBackend.Responses;
using SessionAware.FakeResponsesBackend.Streaming;

namespace SessionAware.FakeResponsesBackend.WebSockets;

/// <summary>Serves one frame when its turn has come, as an HTTP request would be: ① faults strike ② the turn starts ③ its events go out.</summary>
internal sealed class FramePlayer(
    FaultBoard board, RegionMemory region, Journal journal, IdLedger ledger, TurnStarter starter, TurnPlayer player, ResponseStore store, IOptions<RegionOptions> options, TimeProvider time)
{
    /// <summary>Enters a frame into the journal as it comes.</summary>
    public JournalEntry Enter(string path, ReadOnlyMemory<byte> utf8) => journal.Begin(RequestFacts.Frame, path, utf8);

    /// <summary>Completes the entry of a frame that never gets a turn.</summary>
    public void Refuse(JournalEntry entry, ApiError error)
    {
        entry.Status = error.Status;
        journal.End(entry);
    }

    /// <summary>Serves a frame.</summary>
    /// <exception cref="ConnectionCutException">A fault cuts the connection.</exception>
    public async Task PlayAsync(ClientFrame frame, ConnectionMemory memory, FrameWriter writer, CancellationToken cancellationToken)
    {
        int? status = null;
        try
        {
            // Faults are taken now and not when the frame came: an outage that was ordered while it waited is one for it, too.
            var facts = new RequestFacts(RequestFacts.Frame, frame.Path, new BodyFacts(frame.Utf8, alwaysStreams: true));
            var effects = FaultEffects.Strike(board, region, facts, frame.Entry, options.Value);
            if (effects.CloseConnection)
                throw new ConnectionCutException();
            if (effects.Hang)
                await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
            var (turn, refused) = effects.Answer is { } answer ? (null, answer) : Start(frame, memory);
            status = turn is null
                ? await FailAsync(frame, refused!, sequenceNumber: null, memory, writer)
                : await PlayAsync(frame, turn, effects.Conditions, memory, writer, cancellationToken);
        }
        finally
        {
            frame.Entry.Status = status;
            journal.End(frame.Entry);
        }
    }

    private (ResponseTurn? Turn, ApiError? Fault) Start(ClientFrame frame, ConnectionMemory memory)
    {
        var (request, unreadable) = JsonBody.Read(frame.Utf8, CreateRequestReader.ReadFrame);
        if (request is null)
            return (null, unreadable);
        var (turn, refused) = starter.Start(request, id => Find(id, memory));
        if (turn is null)
            return (null, refused);
        ledger.Minted(turn.Id);
        frame.Entry.Made = turn.Id;
        return (turn, null);
    }

    /// <summary>The connection finds its own at once, be the region's view of it delayed; but what was deleted meanwhile is gone here, too.</summary>
    private StoredResponse? Find(string id, ConnectionMemory memory)
    {
        if (memory.Find(id) is not { } found || (found.Body.Store && !store.Holds(id)))
            return null;
        ledger.Asked(id, found: true);
        return found;
    }

    private async Task<int?> PlayAsync(
        ClientFrame frame, ResponseTurn turn, RequestFaults faults, ConnectionMemory memory, FrameWriter writer, CancellationToken cancellationToken)
    {
        int? failed = null;
        await foreach (var next in faults.Through(player.PlayAsync(turn, faults, cancellationToken), time, cancellationToken))
        {
            // A client may send its next frame after an error, and would take a late `response.failed` for the answer to that.
            if (failed is not null)
                continue;
            if (next is ErrorEvent { Error: var error })
            {
                var answer = new ApiError(faults.StreamError!.Status, error.Message, error.Type, error.Param, error.Code) { Headers = new(error.Headers ?? new Dictionary<string, string>()) };
                if ((failed = await FailAsync(frame, answer, next.SequenceNumber, memory, writer)) is null)
                    return null;
                continue;
            }

            // Before the client hears that it is finished: its next frame may continue from it in another lane.
            if (turn.Finished is { } finished && next is ResponseSnapshotEvent)
                memory.Keep(frame.StreamId, finished);
            if (!await writer.SendAsync(next, frame.StreamId))
                return null;
        }

        return failed ?? StatusCodes.Status200OK;
    }

    /// <summary>Answers with an error; as documented, what the frame wanted to continue is then forgotten.</summary>
    private static async Task<int?> FailAsync(ClientFrame frame, ApiError error, int? sequenceNumber, ConnectionMemory memory, FrameWriter writer)
    {
        memory.Evict(frame.StreamId, frame.PreviousResponseId);
        return await writer.SendAsync(error, frame.StreamId, sequenceNumber) ? error.Status : null;
    }
}
