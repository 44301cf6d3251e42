using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.SqliteSessions;

/// <summary>Reading connections, a few at a time. Reading waits for no writer.</summary>
internal sealed class SqliteReader(string file) : IDisposable
{
    // More than there are processors would only wait for each other; a store that hangs must not take all threads with it.
    private readonly SemaphoreSlim _turns = new(Math.Clamp(Environment.ProcessorCount, 2, 8));
    private readonly ConcurrentBag<Connection> _idle = [];
    private volatile bool _disposed;

    /// <summary>Asks on a connection of its own.</summary>
    /// <exception cref="SessionStoreException">SQLite could not answer.</exception>
    public async Task<T> AskAsync<T>(Func<Connection, T> question, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken);
        // Whoever stops waiting leaves the question to end by itself.
        return await Task.Run(
            () =>
            {
                try
                {
                    return Ask(question);
                }
                finally
                {
                    _turns.Release();
                }
            },
            CancellationToken.None);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryTake(out var connection))
            connection.Dispose();
    }

    private T Ask<T>(Func<Connection, T> question)
    {
        Connection? connection = null;
        try
        {
            connection = _idle.TryTake(out var idle) ? idle : new Connection(file);
            var answer = question(connection);
            if (_disposed)
                connection.Dispose();
            else
                _idle.Add(connection);
            return answer;
        }
        catch (Exception failure) when (failure is SqliteException or SqliteStoreException)
        {
            connection?.Dispose();
            throw new SessionStoreException("The session store could not be asked.", failure);
        }
    }

    /// <summary>A connection and the statements of the cold path.</summary>
    internal sealed class Connection : IDisposable
    {
        private const string Found = "owner = ?2 AND expires > ?3";

        private readonly SqliteStatement _find, _findItem;

        public Connection(string file)
        {
            Sqlite = SqliteSchema.Connect(file, readOnly: true);
            // Always a row, the next one where there is none of that key: how long it takes must not tell.
            _find = new(Sqlite.Handle!, "SELECT backend, session, expires, owner, key FROM pins WHERE key >= ?1 ORDER BY key LIMIT 1");
            _findItem = new(Sqlite.Handle!, $"SELECT backend, session, expires, items, key FROM pins WHERE key > ?1 AND key < ?4 AND {Found} AND items IS NOT NULL");
        }

        /// <summary>The connection itself.</summary>
        public SqliteConnection Sqlite { get; }

        /// <summary>The pin of <paramref name="id"/>, if it is <paramref name="owner"/>'s and has not expired.</summary>
        public Pin? Find(SessionId id, string owner, DateTimeOffset now)
        {
            var key = SqliteKey.Of(id);
            try
            {
                if (_find.Bind(1, key).Step() && IsFound(_find, key, owner, now))
                    return PinOf(_find, id, owner, id.Text);
            }
            finally
            {
                _find.Reset();
            }

            return id.Kind == SessionKeyKind.Item && SqliteKey.ShapeOf(key) is { } shape ? FindItem(id, key, shape, owner, now) : null;
        }

        public void Dispose()
        {
            _find.Dispose();
            _findItem.Dispose();
            Sqlite.Dispose();
        }

        /// <summary>Looks at the chain's responses of the item's second and of those before it.</summary>
        private Pin? FindItem(SessionId id, byte[] key, (ulong Chain, uint Second) item, string owner, DateTimeOffset now)
        {
            for (var back = 0u; back <= ItemList.LongestSearch && back <= item.Second; back++)
            {
                var (from, before) = SqliteKey.ResponsesOf(item.Chain, item.Second - back);
                try
                {
                    _findItem.Bind(1, from).Bind(2, owner).Bind(3, now.ToUnixTimeMilliseconds()).Bind(4, before);
                    while (_findItem.Step())
                    {
                        if (ItemList.Contains(_findItem.Blob(3), key))
                            return PinOf(_findItem, id, owner, SqliteKey.TextOf(_findItem.Blob(4)));
                    }
                }
                finally
                {
                    _findItem.Reset();
                }
            }

            return null;
        }

        /// <summary>Looks at all of the row, whatever its key is.</summary>
        private static bool IsFound(SqliteStatement row, byte[] key, string owner, DateTimeOffset now) =>
            row.Blob(4).SequenceEqual(key) & row.Text(3) == owner & row.Integer(2) > now.ToUnixTimeMilliseconds();

        private static Pin PinOf(SqliteStatement row, SessionId id, string owner, string itself) => new(
            id, owner, row.Text(0), row.IsNull(1) ? itself : SqliteKey.Decode(row.Blob(1)), DateTimeOffset.FromUnixTimeMilliseconds(row.Integer(2)));
    }
}
