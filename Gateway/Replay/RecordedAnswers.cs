using Microsoft.Extensions.Options;
using SessionAware.Gateway.Errors;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.Replay;

/// <summary>Answers from the record what the region that made it cannot: a response that has come to its end, and what led to it.</summary>
internal sealed class RecordedAnswers(TimedStore store, IOptions<GatewayOptions> options)
{
    private const string InputItems = "input_items";

    /// <summary>Whether <paramref name="session"/> asks for something that may be on record.</summary>
    public static bool MayAnswer(SessionRequest session) => session is { Reads: true, Pin: not null, Path: { Operation: ApiOperation.Response, Rest: "" or InputItems } };

    /// <summary>The answer, or why there can be none; null where the record does not have it, or not its end.</summary>
    /// <exception cref="SessionStoreException">The store could not be asked.</exception>
    public async ValueTask<IResult?> ReadAsync(SessionRequest session, CancellationToken cancellationToken)
    {
        if (session.Path.Rest.Length > 0)
            return await ItemsAsync(session, cancellationToken);
        var turn = await store.ReadTurnAsync(session.Path.Id!, session.Owner, cancellationToken);
        return turn is not null && HasEnded(turn) ? new RecordedAnswer(turn.Answer) : null;
    }

    /// <summary>What a region was still working on is nobody's to guess.</summary>
    private static bool HasEnded(Turn turn) => turn is { Answer.IsEmpty: false, Status: not ("queued" or "in_progress") };

    /// <summary>
    /// All that the response was given, the chain before it included, in order. They go on one page: what callers sent has no ids here by which to turn pages.
    /// </summary>
    private async ValueTask<IResult?> ItemsAsync(SessionRequest session, CancellationToken cancellationToken)
    {
        var (length, limit) = (0L, options.Value.MaxRequestBodyBytes);
        List<Turn> chain = [];
        await foreach (var turn in store.ReadChainAsync(session.Path.Id!, session.Owner, cancellationToken))
        {
            if (!HasEnded(turn) || turn.Input.IsEmpty || turn.ConversationId is not null)
                return null;
            // The response itself is not a part of what led to it.
            chain.Add(HistoryReader.WhatWasSaid(chain.Count > 0 ? turn : turn with { Answer = default }));
            length += chain[^1].Input.Length + chain[^1].Answer.Length;
            if (length > limit)
                return ReplayErrors.ItemsTooLarge(limit);
        }

        if (chain is not [.., { PreviousResponseId: null }])
            return null;
        List<ReadOnlyMemory<byte>> items = [];
        chain.Reverse();
        foreach (var turn in chain)
        {
            HistoryBuilder.ForEach(turn.Input, items.Add);
            HistoryBuilder.ForEach(turn.Answer, items.Add);
        }

        if (!session.IsAscending)
            items.Reverse();
        return new RecordedAnswer(RequestBody.ListOf(items));
    }
}
