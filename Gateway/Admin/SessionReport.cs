using SessionAware.Gateway.Pools;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.Admin;

/// <summary>Sessions, the latest first.</summary>
/// <param name="Sessions">Each without its turns.</param>
/// <param name="HasMore">Whether there are more: ask with <c>after</c> set to the last one's <c>session</c>.</param>
internal sealed record SessionsReport(IReadOnlyList<SessionSummary> Sessions, bool HasMore);

/// <summary>One session's tree: every turn names the one that it continues.</summary>
/// <param name="Session">Its id.</param>
/// <param name="Owner">Its owner; empty where callers are not known.</param>
/// <param name="Turns">In the order of their making.</param>
internal sealed record SessionReport(string Session, string Owner, IReadOnlyList<TurnReport> Turns)
{
    public static SessionReport Of(string session, IReadOnlyList<Turn> turns, PoolsModel model)
    {
        var backends = turns.ToDictionary(turn => turn.ResponseId, turn => turn.Backend, StringComparer.Ordinal);
        return new(session, turns[0].Owner, [.. turns.Select(turn => TurnReport.Of(turn, backends, model))]);
    }
}

/// <summary>One turn, without what was said.</summary>
/// <param name="Response">The response.</param>
/// <param name="PreviousResponse">The one that it continues.</param>
/// <param name="Conversation">The conversation that it belongs to.</param>
/// <param name="Backend">Where it was made.</param>
/// <param name="Region">That backend's region; null where the pools don't have it any more.</param>
/// <param name="MovedFrom">The backend of the turn that it continues, where that is another.</param>
/// <param name="Status">As the region said it.</param>
/// <param name="Model">The model.</param>
/// <param name="InputTokens">Tokens read.</param>
/// <param name="OutputTokens">Tokens written.</param>
/// <param name="CreatedAt">When it was recorded.</param>
/// <param name="ExpiresAt">Until when.</param>
internal sealed record TurnReport(
    string Response,
    string? PreviousResponse,
    string? Conversation,
    string Backend,
    string? Region,
    string? MovedFrom,
    string Status,
    string? Model,
    long? InputTokens,
    long? OutputTokens,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt)
{
    public static TurnReport Of(Turn turn, IReadOnlyDictionary<string, string> backends, PoolsModel model)
    {
        var before = turn.PreviousResponseId is { } previous && backends.TryGetValue(previous, out var backend) ? backend : turn.Backend;
        return new(
            turn.ResponseId,
            turn.PreviousResponseId,
            turn.ConversationId,
            turn.Backend,
            model.Backends.FirstOrDefault(known => known.Name.Equals(turn.Backend, StringComparison.OrdinalIgnoreCase))?.Region,
            before == turn.Backend ? null : before,
            turn.Status,
            turn.Model,
            turn.InputTokens,
            turn.OutputTokens,
            turn.CreatedAt,
            turn.ExpiresAt);
    }
}

/// <summary>What was erased.</summary>
/// <param name="ErasedIds">Ids that are forgotten.</param>
internal sealed record ErasureReport(long ErasedIds);

/// <summary>The session store as this replica sees it.</summary>
/// <param name="CachedIds">Ids in memory.</param>
/// <param name="WaitingWrites">Writes that wait in memory for the store while their answers have left.</param>
/// <param name="LostWrites">Writes that found no room to wait, since the start.</param>
internal sealed record StoreReport(int CachedIds, int WaitingWrites, long LostWrites);
