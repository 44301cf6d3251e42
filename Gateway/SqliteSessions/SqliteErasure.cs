using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.SqliteSessions;

/// <summary>Forgetting many rows, in steps that let others through.</summary>
internal sealed class SqliteErasure(SqliteReader reader, SqliteWriter writer)
{
    private const int Step = 500;

    // Replicas ask every second; one that was away for that long has forgotten by itself.
    private static readonly TimeSpan s_toldFor = TimeSpan.FromDays(1);

    /// <summary>Everything of a session: what names it, and the row that it names itself.</summary>
    public Task<long> EraseSessionAsync(string session, CancellationToken cancellationToken) =>
        EraseAsync("(session = @0 OR session IS NULL AND substr(key, 2) = @0)", SqliteKey.Encode(session), cancellationToken);

    /// <summary>Everything of an owner.</summary>
    public Task<long> EraseOwnerAsync(string owner, CancellationToken cancellationToken) => EraseAsync("owner = @0", owner, cancellationToken);

    /// <summary>What has expired.</summary>
    public async Task<long> SweepAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await writer.WriteAsync(transaction => transaction.Connection.Run("DELETE FROM erasures WHERE at <= @0", (now - s_toldFor).ToUnixTimeMilliseconds()));
        return await EraseAsync("expires <= @0", now.ToUnixTimeMilliseconds(), cancellationToken);
    }

    /// <summary>Tells the other replicas.</summary>
    public Task AnnounceAsync(Erasure erasure, DateTimeOffset now) => writer.WriteAsync(transaction =>
        transaction.Connection.Run("INSERT INTO erasures (session, owner, at) VALUES (@0, @1, @2)", erasure.Session, erasure.Owner, now.ToUnixTimeMilliseconds()));

    private async Task<long> EraseAsync(string which, object value, CancellationToken cancellationToken)
    {
        for (var (erased, last) = (0L, 0L); ;)
        {
            // Looked for while others may write; most of the time there is nothing.
            var rows = await reader.AskAsync(
                connection => connection.Sqlite.Query($"SELECT id FROM pins WHERE {which} AND id > @1 ORDER BY id LIMIT {Step}", row => row.GetInt64(0), value, last), cancellationToken);
            if (rows.Count == 0)
                return erased;
            last = rows[^1];
            // Still, when it is their turn.
            erased += await writer.WriteAsync(transaction => rows
                .Where(row => transaction.Connection.Ask($"SELECT count(*) FROM pins WHERE {which} AND id = @1", value, row) > 0)
                .Sum(transaction.Remove));
        }
    }
}
