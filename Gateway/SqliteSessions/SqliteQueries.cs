using System.Globalization;
using Microsoft.Data.Sqlite;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.SqliteSessions;

/// <summary>Questions about whole sessions. They read every row, which is quick enough for who asks them: operators, and a replay for its one chain.</summary>
internal static class SqliteQueries
{
    private const string TurnColumns = "key, owner, backend, session, created, expires, status, model, previous, conversation, input_tokens, output_tokens, home, replay";

    private const string IsInSession = $"substr(key, 1, 1) <> {SqliteKey.AttemptInSql}";

    // A session's own key: what its rows name, or what names itself.
    private const string Session = "coalesce(session, substr(key, 2))";

    /// <summary>One turn with its content.</summary>
    public static Turn? ReadTurn(SqliteReader.Connection connection, string responseId, string owner, DateTimeOffset now) => connection.Sqlite.Query(
        $"SELECT {TurnColumns}, input, answer FROM pins LEFT JOIN contents USING (id) WHERE id = @0 AND owner = @1 AND expires > @2 AND status IS NOT NULL",
        row => TurnOf(row) with { Input = row.Bytes(14), Answer = row.Bytes(15) },
        connection.FindRow(SessionId.Response(responseId)), owner, now.ToUnixTimeMilliseconds()).FirstOrDefault();

    /// <summary>All turns of a session in their order, without content.</summary>
    public static IReadOnlyList<Turn> ReadSession(SqliteConnection connection, string session, DateTimeOffset now) => connection.Query(
        $"SELECT {TurnColumns} FROM pins WHERE {Session} = @0 AND expires > @1 AND status IS NOT NULL ORDER BY created, id",
        TurnOf,
        SqliteKey.Encode(session), now.ToUnixTimeMilliseconds());

    /// <summary>Sessions by any of their ids, owner or backend, the latest first.</summary>
    public static SessionPage List(SqliteReader.Connection connection, SessionFilter filter, DateTimeOffset now)
    {
        var session = filter.Id is null ? null : SessionOf(connection, filter.Id, now);
        if (filter.Id is not null && session is null)
            return new([], HasMore: false);

        var found = connection.Sqlite.Query(
            $"""
            SELECT {Session} AS session, max(owner), group_concat(DISTINCT backend), sum(status IS NOT NULL), min(created), max(created) AS latest, max(expires)
            FROM pins
            WHERE expires > @0 AND {IsInSession} AND (@1 IS NULL OR {Session} = @1) AND (@2 IS NULL OR owner = @2)
            GROUP BY 1
            HAVING @3 IS NULL OR sum(backend = @3) > 0
            ORDER BY latest DESC, 1 DESC
            """,
            row => (Key: row.Bytes(0), Summary: new SessionSummary(
                SqliteKey.Decode(row.Bytes(0)), row.GetString(1), row.GetString(2).Split(','), row.GetInt64(3), Time(row, 4), Time(row, 5), Time(row, 6))),
            now.ToUnixTimeMilliseconds(), session, filter.Owner, filter.Backend);
        var sessions = found.Select(row => row.Summary).SkipWhile(summary => filter.After is { } after && summary.Session != after).Skip(filter.After is null ? 0 : 1).ToList();
        return new([.. sessions.Take(filter.Limit)], sessions.Count > filter.Limit);
    }

    /// <summary>Sessions by backend: one that has moved counts at each that holds some of it.</summary>
    public static IReadOnlyDictionary<string, long> Count(SqliteConnection connection, DateTimeOffset now) => connection.Query(
        $"SELECT backend, count(DISTINCT {Session}) FROM pins WHERE expires > @0 AND {IsInSession} GROUP BY backend",
        row => KeyValuePair.Create(row.GetString(0), row.GetInt64(1)),
        now.ToUnixTimeMilliseconds()).ToDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>What was erased after the row that <paramref name="mark"/> names.</summary>
    public static ErasureList ReadErasures(SqliteConnection connection, string? mark)
    {
        var after = mark is null ? connection.Ask("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'erasures'") : long.Parse(mark, CultureInfo.InvariantCulture);
        var rows = connection.Query(
            "SELECT id, session, owner FROM erasures WHERE id > @0 ORDER BY id", row => (Id: row.GetInt64(0), Erasure: new Erasure(row.Text(1), row.Text(2))), after);
        return new([.. rows.Select(row => row.Erasure)], (rows.Count == 0 ? after : rows[^1].Id).ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The session of any id: of a response, a conversation or an item in it, or its own, which may be in rows of other kinds alone.</summary>
    private static byte[]? SessionOf(SqliteReader.Connection connection, string id, DateTimeOffset now)
    {
        SessionKeyKind[] kinds = [SessionKeyKind.Response, SessionKeyKind.Conversation, SessionKeyKind.Item, SessionKeyKind.Id];
        return kinds.Select(kind => connection.FindRow(new(kind, id))).OfType<long>()
            .SelectMany(row => connection.Sqlite.Query($"SELECT {Session} FROM pins WHERE id = @0 AND expires > @1", found => found.Bytes(0), row, now.ToUnixTimeMilliseconds()))
            .Concat(connection.Sqlite.Query($"SELECT {Session} FROM pins WHERE {Session} = @0 AND expires > @1 LIMIT 1", found => found.Bytes(0), SqliteKey.Encode(id), now.ToUnixTimeMilliseconds()))
            .FirstOrDefault();
    }

    private static Turn TurnOf(SqliteDataReader row)
    {
        var id = SqliteKey.TextOf(row.Bytes(0));
        return new(id, row.GetString(1), row.GetString(2), row.IsDBNull(3) ? id : SqliteKey.Decode(row.Bytes(3)), Time(row, 4), Time(row, 5))
        {
            Status = row.GetString(6),
            Model = row.Text(7),
            PreviousResponseId = Id(row, 8),
            ConversationId = Id(row, 9),
            InputTokens = row.Number(10),
            OutputTokens = row.Number(11),
            Home = row.Text(12),
            Replay = row.Text(13),
        };
    }

    private static string? Id(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : SqliteKey.Decode(row.Bytes(column));

    private static DateTimeOffset Time(SqliteDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));
}
