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
        private readonly SqliteStatement _begin, _end, _readPin;
        private readonly SqliteIndex _index;

        public Connection(string file)
        {
            Sqlite = SqliteSchema.Connect(file, readOnly: true);
            // Readers wait for no writer; but while the log is begun or recovered, only the first of them goes on. Statements that are stepped by hand know no other patience.
            Sqlite.Run("PRAGMA busy_timeout = 1000");
            _index = new(Sqlite);
            _begin = new(Sqlite.Handle!, "BEGIN");
            _end = new(Sqlite.Handle!, "END");
            _readPin = new(Sqlite.Handle!, "SELECT backend, session, expires, owner, key, home, replay, previous FROM pins WHERE id = ?1");
        }

        /// <summary>The connection itself.</summary>
        public SqliteConnection Sqlite { get; }

        /// <summary>The pin of <paramref name="id"/>, if it is <paramref name="owner"/>'s and has not expired.</summary>
        public Pin? Find(SessionId id, string owner, DateTimeOffset now)
        {
            _begin.Run();
            _index.Refresh();
            var (row, isFound) = _index.Find(SqliteKey.Of(id));
            // Always a row, and all of it, whatever is found: how long it takes must not tell.
            Pin? pin = null;
            if (_readPin.Bind(1, row).Step() && isFound & _readPin.Text(3) == owner & _readPin.Integer(2) > now.ToUnixTimeMilliseconds())
            {
                pin = new(
                    id,
                    owner,
                    _readPin.Text(0),
                    _readPin.IsNull(1) ? SqliteKey.TextOf(_readPin.Blob(4)) : SqliteKey.Decode(_readPin.Blob(1)),
                    DateTimeOffset.FromUnixTimeMilliseconds(_readPin.Integer(2)))
                {
                    Home = _readPin.IsNull(5) ? null : _readPin.Text(5),
                    Continues = _readPin.IsNull(6) || _readPin.IsNull(7) || id.Kind != SessionKeyKind.Response ? null : SqliteKey.Decode(_readPin.Blob(7)),
                };
            }

            _readPin.Reset();
            _end.Run();
            return pin;
        }

        /// <summary>The row of <paramref name="id"/>, whoever's it is; null where there is none.</summary>
        public long? FindRow(SessionId id)
        {
            _begin.Run();
            _index.Refresh();
            var (row, isFound) = _index.Find(SqliteKey.Of(id));
            _end.Run();
            return isFound ? row : null;
        }

        public void Dispose()
        {
            _begin.Dispose();
            _end.Dispose();
            _readPin.Dispose();
            _index.Dispose();
            Sqlite.Dispose();
        }
    }
}
