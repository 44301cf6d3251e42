using Microsoft.Data.Sqlite;

namespace SessionAware.Gateway.SqliteSessions;

/// <summary>Forgetting many rows at once.</summary>
internal static class SqliteErasure
{
    // Others wait for this long at most.
    private const int Step = 500;

    /// <summary>Everything of a session.</summary>
    public static long EraseSession(SqliteConnection connection, string session)
    {
        var encoded = SqliteKey.Encode(session);
        // Whatever names it, and the row that it names itself.
        return Erase(connection, "session = @0 OR (session IS NULL AND substr(key, 2) = @0)", encoded);
    }

    /// <summary>Everything of an owner.</summary>
    public static long EraseOwner(SqliteConnection connection, string owner) => Erase(connection, "owner = @0", owner);

    /// <summary>Some keys that have expired.</summary>
    public static List<byte[]> FindExpired(SqliteConnection connection, DateTimeOffset now) =>
        connection.Query($"SELECT key FROM pins WHERE expires <= @0 LIMIT {Step}", row => row.Bytes(0), now.ToUnixTimeMilliseconds());

    /// <summary>Those of <paramref name="keys"/> that have expired still.</summary>
    public static long EraseExpired(SqliteConnection connection, List<byte[]> keys, DateTimeOffset now) =>
        keys.Sum(key => Erase(connection, "key = @0 AND expires <= @1", key, now.ToUnixTimeMilliseconds()));

    private static long Erase(SqliteConnection connection, string which, params object?[] values)
    {
        connection.Run($"DELETE FROM contents WHERE id IN (SELECT content FROM pins WHERE {which})", values);
        return connection.Run($"DELETE FROM pins WHERE {which}", values);
    }
}
