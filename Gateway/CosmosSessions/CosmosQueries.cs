using Microsoft.Azure.Cosmos;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.CosmosSessions;

/// <summary>Questions about whole sessions, for operators. They look into every partition, and read a little of each document there.</summary>
internal sealed class CosmosQueries(CosmosItems items, TimeProvider time)
{
    private const string Pins = $"c.type = '{SessionDocument.PinType}' AND c.expires > @now";

    private const string TurnFields =
        "c.id, c.partition, c.type, c.text, c.owner, c.backend, c.session, c.created, c.expires, c.status, c.model, c.previous, c.conversation, c.inputTokens, c.outputTokens, c.home, c.replay, c._ts";

    /// <summary>All turns of a session in their order, without content.</summary>
    public async Task<IReadOnlyList<Turn>> ReadSessionAsync(string session, CancellationToken cancellationToken)
    {
        var found = await AskAsync($"SELECT {TurnFields} FROM c WHERE {Pins} AND c.session = @session", cancellationToken, ("@session", session));
        return [.. found.Where(document => document.HasTurn).OrderBy(document => document.Created).ThenBy(document => document.WrittenAt).ThenBy(document => document.Text, StringComparer.Ordinal)
            .Select(document => document.ToTurn())];
    }

    /// <summary>Sessions by any of their ids, owner or backend, the latest first.</summary>
    public async Task<SessionPage> ListAsync(SessionFilter filter, CancellationToken cancellationToken)
    {
        var session = filter.Id is null ? null : await SessionOfAsync(filter.Id, cancellationToken);
        if (filter.Id is not null && session is null)
            return new([], HasMore: false);
        // What is not asked for is not compared: an index serves what stands there alone.
        var query = $"SELECT c.session, c.owner, c.backend, c.created, c.expires, c.status FROM c WHERE {Pins}"
            + (session is null ? "" : " AND c.session = @session") + (filter.Owner is null ? "" : " AND c.owner = @owner");
        var found = await AskAsync(query, cancellationToken, ("@session", session), ("@owner", filter.Owner));
        var sessions = found.GroupBy(document => document.Session!, StringComparer.Ordinal)
            .Where(group => filter.Backend is null || group.Any(document => document.Backend == filter.Backend))
            .Select(group => new SessionSummary(
                group.Key,
                group.Select(document => document.Owner!).Max(StringComparer.Ordinal)!,
                [.. group.Select(document => document.Backend!).Distinct(StringComparer.Ordinal)],
                group.Count(document => document.HasTurn),
                Time(group.Min(document => document.Created)),
                Time(group.Max(document => document.Created)),
                Time(group.Max(document => document.Expires))))
            .OrderByDescending(summary => summary.LastTurnAt).ThenByDescending(summary => summary.Session, StringComparer.Ordinal)
            .SkipWhile(summary => filter.After is { } after && summary.Session != after).Skip(filter.After is null ? 0 : 1)
            .Take(filter.Limit + 1).ToList();
        return new([.. sessions.Take(filter.Limit)], sessions.Count > filter.Limit);
    }

    /// <summary>Sessions by backend: one that has moved counts at each that holds some of it.</summary>
    public async Task<IReadOnlyDictionary<string, long>> CountAsync(CancellationToken cancellationToken) =>
        (await AskAsync($"SELECT c.session, c.backend FROM c WHERE {Pins}", cancellationToken))
            .Select(document => (document.Backend, document.Session)).Distinct()
            .GroupBy(place => place.Backend!, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(group => group.Key, group => group.LongCount(), StringComparer.OrdinalIgnoreCase);

    /// <summary>The session of any id: its own, or that of a response, a conversation or an item in it.</summary>
    private async Task<string?> SessionOfAsync(string id, CancellationToken cancellationToken)
    {
        // Ids' own texts are not indexed: nobody but an operator asks without knowing whose it is.
        SessionKeyKind[] kinds = [SessionKeyKind.Response, SessionKeyKind.Conversation, SessionKeyKind.Item, SessionKeyKind.Id];
        var found = await AskAsync(
            $"SELECT c.session, c.kind, c.text FROM c WHERE {Pins} AND (c.session = @id OR c.text = @id OR ARRAY_CONTAINS(c.items, @item))",
            cancellationToken, ("@id", id), ("@item", CosmosKey.ItemOf(id)));
        return found.OrderBy(document => document.Text == id ? kinds.Index().Where(kind => document.Kind == kind.Item.ToString()).Select(kind => kind.Index).DefaultIfEmpty(kinds.Length).First() : kinds.Length)
            .FirstOrDefault()?.Session;
    }

    private async Task<List<SessionDocument>> AskAsync(string sql, CancellationToken cancellationToken, params (string Name, string? Value)[] values)
    {
        var query = new QueryDefinition(sql).WithParameter("@now", time.GetUtcNow().ToUnixTimeMilliseconds());
        foreach (var (name, value) in values)
        {
            if (value is not null)
                query.WithParameter(name, value);
        }

        List<SessionDocument> found = [];
        await foreach (var document in items.QueryAsync(query, partition: null, cancellationToken))
            found.Add(document);
        return found;
    }

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
