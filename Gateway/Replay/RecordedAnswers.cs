using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.Replay;

/// <summary>Answers from the record what the region that made it cannot: a response that has come to its end, and what led to it.</summary>
internal sealed class RecordedAnswers(TimedStore store)
{
    private const string InputItems = "input_items";

    /// <summary>Whether <paramref name="session"/> asks for something that may be on record.</summary>
    public static bool MayAnswer(SessionRequest session) => session is { Reads: true, Pin: not null, Path: { Operation: ApiOperation.Response, Rest: "" or InputItems } };

    /// <summary>The answer; null where the record does not have it, or not its end.</summary>
    /// <exception cref="SessionStoreException">The store could not be asked.</exception>
    public async ValueTask<RecordedAnswer?> ReadAsync(SessionRequest session, CancellationToken cancellationToken)
    {
        if (session.Path.Rest.Length > 0)
            return await ItemsAsync(session, cancellationToken) is { } items ? new(RequestBody.ListOf(session.IsAscending ? items : [.. items.Reverse()])) : null;
        var turn = await store.ReadTurnAsync(session.Path.Id!, session.Owner, cancellationToken);
        return turn is not null && HasEnded(turn) ? new(turn.Answer) : null;
    }

    /// <summary>What a region was still working on is nobody's to guess.</summary>
    private static bool HasEnded(Turn turn) => turn is { Answer.IsEmpty: false, Status: not ("queued" or "in_progress") };

    /// <summary>
    /// All that the response was given, the chain before it included, in order. They go on one page: what callers sent has no ids here by which to turn pages.
    /// </summary>
    private async ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>?> ItemsAsync(SessionRequest session, CancellationToken cancellationToken)
    {
        List<Turn> chain = [];
        await foreach (var turn in store.ReadChainAsync(session.Path.Id!, session.Owner, cancellationToken))
            chain.Add(turn);
        if (chain is not [.., { PreviousResponseId: null }] || chain.Any(turn => !HasEnded(turn) || turn.Input.IsEmpty || turn.ConversationId is not null))
            return null;

        List<ReadOnlyMemory<byte>> items = [];
        chain.Reverse();
        foreach (var turn in chain)
        {
            HistoryBuilder.ForEach(HistoryBuilder.AsItems(turn.Input), items.Add);
            if (turn != chain[^1])
                HistoryBuilder.ForEach(HistoryBuilder.ValueOf(turn.Answer, "output"u8), items.Add);
        }

        return items;
    }
}
