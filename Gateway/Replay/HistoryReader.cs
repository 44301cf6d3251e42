using System.Text.Json;
using Microsoft.Extensions.Options;
using SessionAware.Gateway.Errors;
using SessionAware.Gateway.Pools;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.Replay;

/// <summary>
/// Reads what led to a request out of the record, and proves that it is all, every turn back to the first, each whole, and every call answered, and that none of
/// it leaves its data boundary.
/// </summary>
internal sealed class HistoryReader(TimedStore store, SessionLookup lookup, PoolsSource pools, IOptions<GatewayOptions> options)
{
    /// <summary>The whole input of <paramref name="request"/> for a backend that knows nothing of it.</summary>
    /// <exception cref="SessionStoreException">The store could not be asked.</exception>
    public async Task<History> ReadAsync(SessionRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await BuildAsync(request, cancellationToken);
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return new(ReplayErrors.HistoryIncomplete(request.Keys.PreviousResponseId ?? "its input", "something cannot be read"));
        }
    }

    /// <summary>The turn with its items alone: answers repeat, turn after turn, the instructions and tools of their requests.</summary>
    public static Turn WhatWasSaid(Turn turn) => turn with
    {
        Input = HistoryBuilder.AsItems(turn.Input),
        Answer = HistoryBuilder.ValueOf(turn.Answer, "output"u8).ToArray(),
    };

    private async Task<History> BuildAsync(SessionRequest request, CancellationToken cancellationToken)
    {
        var (keys, limit) = (request.Keys, options.Value.MaxRequestBodyBytes);
        var destination = DestinationOf(request);
        List<Turn> turns = [];
        if (keys.PreviousResponseId is { } previous)
        {
            var length = (long)request.Body!.Length;
            await foreach (var turn in store.ReadChainAsync(previous, request.Owner, cancellationToken))
            {
                if (WhatIsMissing(turn) is { } missing)
                    return new(ReplayErrors.HistoryIncomplete(turn.ResponseId, missing)) { IsOpen = turns.Count == 0 && !HasEnded(turn) };
                if (!MayGo(turn, destination))
                    return new(ReplayErrors.OutsideBoundary(turn.ResponseId, turn.Backend));
                turns.Add(WhatWasSaid(turn));
                if (turns[^1].Answer.IsEmpty)
                    return new(ReplayErrors.HistoryIncomplete(turn.ResponseId, "the output is not on record"));
                length += turns[^1].Input.Length + turns[^1].Answer.Length;
                if (length > limit)
                    return new(ReplayErrors.HistoryTooLarge(limit));
            }

            if (turns is not [.., { PreviousResponseId: null }])
                return new(ReplayErrors.HistoryIncomplete(turns is [.., var last] ? last.PreviousResponseId! : previous, "nothing is on record"));
        }

        turns.Reverse();
        var (builder, input) = (new HistoryBuilder(), HistoryBuilder.AsItems(keys.Input));
        if (await KnowReferencesAsync(builder, request, turns, destination, cancellationToken) is { } unknown)
            return new(unknown);
        foreach (var turn in turns)
        {
            builder.AddAll(turn.Input);
            builder.AddAll(turn.Answer);
        }

        var earlier = builder.Items.Count;
        builder.AddAll(input);
        return Refuse(builder, limit) is { } refusal ? new(refusal) : new(builder.Items, builder.Report(turns.Count, earlier), TokensOf(turns));
    }

    private static GatewayError? Refuse(HistoryBuilder builder, long limit) =>
        builder.Bound is { } bound ? ReplayErrors.RegionBoundState(bound)
        : builder.Missing is [var missing, ..] ? ReplayErrors.HistoryIncomplete(missing, "the item is not on record")
        : builder.Pending.Count > 0 ? ReplayErrors.ToolsPending(builder.Pending)
        : builder.Length > limit ? ReplayErrors.HistoryTooLarge(limit)
        : null;

    /// <summary>The last turn has read all before it.</summary>
    private static long TokensOf(List<Turn> turns) => turns is [.., var last] ? (last.InputTokens ?? 0) + (last.OutputTokens ?? 0) : 0;

    private static bool HasEnded(Turn turn) => turn.Status is "completed" or "incomplete";

    private static string? WhatIsMissing(Turn turn) => turn switch
    {
        _ when !HasEnded(turn) => $"the end is not on record: its status is {turn.Status}",
        { ConversationId: not null } => "the conversation that it belongs to would be missing",
        { Input.IsEmpty: true } or { Answer.IsEmpty: true } => "the content is not on record",
        _ => null,
    };

    /// <summary>One of the backends to which the history may be sent, which are all within its data boundary: the session's own, or where the session is nowhere any.</summary>
    private BackendModel? DestinationOf(SessionRequest request) => request.Pool.Ids!.Replay.Injects ? request.Pool.Backends[0] : pools.Current.Find(request.Pin!.Backend);

    /// <summary>Of a backend that the file does not have any more, nobody can say within which boundary it was.</summary>
    private bool MayGo(Turn turn, BackendModel? destination) => destination is not null
        && (turn.Backend.Equals(destination.Name, StringComparison.OrdinalIgnoreCase)
            || (destination.DataBoundary is { } boundary && pools.Current.Find(turn.Backend)?.DataBoundary == boundary));

    /// <summary>What the request refers to, or a turn of before, may be in other branches of its sessions.</summary>
    /// <returns>Why it cannot be taken along; null where it can, as far as it is on record.</returns>
    private async Task<GatewayError?> KnowReferencesAsync(
        HistoryBuilder builder, SessionRequest request, List<Turn> turns, BackendModel? destination, CancellationToken cancellationToken)
    {
        foreach (var turn in turns)
            builder.Want(turn.Input);
        builder.Want(request.Keys.Input);
        if (builder.Wanted.Count == 0)
            return null;
        foreach (var turn in turns)
        {
            builder.Know(turn.Input);
            builder.Know(turn.Answer);
        }

        builder.Know(request.Keys.Input);
        var (length, limit) = (0L, options.Value.MaxRequestBodyBytes);
        var chain = turns.Select(turn => turn.ResponseId).ToHashSet();
        foreach (var (session, items) in await SessionsOfAsync([.. builder.Wanted], request, cancellationToken))
        {
            foreach (var listed in await store.ReadSessionAsync(session, cancellationToken))
            {
                if (!items.Exists(builder.Wanted.Contains))
                    break;
                if (chain.Contains(listed.ResponseId) || await store.ReadTurnAsync(listed.ResponseId, request.Owner, cancellationToken) is not { } turn)
                    continue;
                length += turn.Input.Length + turn.Answer.Length;
                if (length > limit)
                    return ReplayErrors.HistoryTooLarge(limit);
                if ((builder.Know(turn.Input) | builder.Know(HistoryBuilder.ValueOf(turn.Answer, "output"u8))) && !MayGo(turn, destination))
                    return ReplayErrors.OutsideBoundary(turn.ResponseId, turn.Backend);
            }
        }

        return null;
    }

    /// <summary>Sessions, each with those of <paramref name="items"/> that are in it.</summary>
    private async Task<Dictionary<string, List<string>>> SessionsOfAsync(IReadOnlyList<string> items, SessionRequest request, CancellationToken cancellationToken)
    {
        Dictionary<string, List<string>> sessions = [];
        foreach (var item in items)
        {
            if (await lookup.FindAsync(SessionId.Item(item), request.Owner, request.Patience, cancellationToken) is not { } pin)
                continue;
            if (!sessions.TryAdd(pin.Session, [item]))
                sessions[pin.Session].Add(item);
        }

        return sessions;
    }
}
