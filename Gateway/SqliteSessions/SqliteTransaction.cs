using Microsoft.Data.Sqlite;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.SqliteSessions;

/// <summary>
/// The writing connection and its statements; used by one thread, between <see cref="TryBegin"/> and <see cref="Commit"/>. What is committed others see at once,
/// and it is durable once <see cref="Log"/> is flushed: whatever they make of it is behind it in the log, and is never on the disk without it.
/// </summary>
internal sealed class SqliteTransaction : IDisposable
{
    // So many turns share the pages that their keys are in; more would only be kept in mind by every connection.
    private const int WorthIndexing = 2048;

    private readonly SqliteConnection _connection;
    private readonly SqliteIndex _index;
    private readonly List<SqliteStatement> _statements = [];
    private readonly SqliteStatement _begin, _commit, _version, _readPin, _insertPin, _keepPin, _removePin, _removeContent, _addKey, _removeKey, _setIndexed;
    private readonly SqliteTurns _turns;
    private long? _seenVersion;

    /// <summary>Opens <paramref name="file"/>.</summary>
    public SqliteTransaction(string file)
    {
        _connection = SqliteSchema.Connect(file, readOnly: false);
        SqliteSchema.Tune(_connection);
        _index = new(_connection);
        _begin = Prepare("BEGIN IMMEDIATE");
        _commit = Prepare("COMMIT");
        _version = Prepare("PRAGMA data_version");
        _readPin = Prepare("SELECT owner, status, expires, key, items FROM pins WHERE id = ?1");
        _insertPin = Prepare("INSERT INTO pins VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)");
        _keepPin = Prepare("UPDATE pins SET expires = ?2 WHERE id = ?1");
        _removePin = Prepare("DELETE FROM pins WHERE id = ?1");
        _removeContent = Prepare("DELETE FROM contents WHERE id = ?1");
        _addKey = Prepare("INSERT OR IGNORE INTO keys VALUES (?1, ?2)");
        _removeKey = Prepare("DELETE FROM keys WHERE key = ?1 AND pin = ?2");
        _setIndexed = Prepare("UPDATE indexed SET row = ?1");
        _turns = new(Prepare);
        Log = new(_connection);
    }

    /// <summary>The connection, for work that is rare.</summary>
    public SqliteConnection Connection => _connection;

    /// <summary>Where commits are, before they are in the file.</summary>
    public SqliteLog Log { get; }

    /// <summary>Whether another process has committed between this transaction and the one before it; before the first one, somebody has.</summary>
    public bool OthersHaveWritten { get; private set; }

    /// <summary>False while another process writes.</summary>
    public bool TryBegin()
    {
        try
        {
            _begin.Run();
        }
        catch (SqliteStoreException busy) when (busy.IsBusy)
        {
            return false;
        }

        // Within a transaction it costs no locks.
        var version = Version();
        (OthersHaveWritten, _seenVersion) = (version != _seenVersion, version);
        if (OthersHaveWritten)
            _index.Refresh();
        return true;
    }

    /// <summary>Ends it: others see what it wrote.</summary>
    public void Commit()
    {
        if (_index.Recent.Count >= WorthIndexing)
            IndexRecent();
        _commit.Run();
    }

    /// <summary>Writes one turn and what belongs to it.</summary>
    /// <param name="write">What to write.</param>
    /// <param name="now">Rows that have expired by then count as gone.</param>
    public void Apply(SessionWrite write, DateTimeOffset now)
    {
        foreach (var id in write.Forgotten ?? [])
        {
            if (Find(SqliteKey.Of(id)) is { } known && known.Owner == write.ForgottenBy)
                Remove(known.Row);
        }

        if (write.Turn is { } turn && !Apply(turn, ItemList.Of(turn, write.Pins), write.OnlyCompletes, now))
            return;
        foreach (var pin in write.Pins)
        {
            if (write.Turn is null || !ItemList.IsCarried(write.Turn, pin) && pin.Id != SessionId.Response(write.Turn.ResponseId))
                Apply(pin, now);
        }
    }

    /// <summary>Removes a row and all that points at it.</summary>
    /// <returns>How many ids are forgotten.</returns>
    public long Remove(long row)
    {
        // Nobody must keep in mind what is gone, and no row must take its number.
        IndexRecent();
        _readPin.Bind(1, row).Step();
        var (key, items) = (_readPin.Blob(3).ToArray(), new ItemList(_readPin.Blob(4).ToArray()));
        _readPin.Reset();
        foreach (var named in items.Keys.Append(key))
            _removeKey.Bind(1, named).Bind(2, row).Run();
        _removeContent.Bind(1, row).Run();
        _removePin.Bind(1, row).Run();
        return 1 + items.Count;
    }

    public void Dispose()
    {
        _statements.ForEach(statement => statement.Dispose());
        _index.Dispose();
        Log.Dispose();
        _connection.Dispose();
    }

    /// <summary>False where it must be known to be completed, and is not.</summary>
    private bool Apply(Turn turn, ItemList items, bool onlyCompletes, DateTimeOffset now)
    {
        var id = SessionId.Response(turn.ResponseId);
        var key = SqliteKey.Of(id);
        var alive = FindAlive(key, now);
        if (onlyCompletes && (alive is not { HasTurn: true } || alive.Owner != turn.Owner))
            return false;
        if (alive is not { } known)
        {
            Insert(new Pin(id, turn.Owner, turn.Backend, turn.Session, turn.ExpiresAt), key, turn.CreatedAt, turn, items);
            _turns.AddContent(_index.LastRow, turn);
            return true;
        }

        if (known.Owner != turn.Owner)
            return true;
        if (known.IsFinal)
        {
            _turns.Explain(known.Row, turn);
            return true;
        }

        _turns.Complete(known.Row, turn, items);
        // Others have seen the row already, and would not look at it again.
        foreach (var item in items.Keys.Where(item => !_index.Find(item).IsFound))
            _addKey.Bind(1, item).Bind(2, known.Row).Run();
        return true;
    }

    private void Apply(Pin pin, DateTimeOffset now)
    {
        var key = SqliteKey.Of(pin.Id);
        if (FindAlive(key, now) is not { } known)
            Insert(pin, key, now, turn: null, ItemList.Empty);
        else if (known.Owner == pin.Owner && pin.ExpiresAt > known.ExpiresAt + Pin.WorthKeepingLonger)
            _keepPin.Bind(1, known.Row).Bind(2, pin.ExpiresAt.ToUnixTimeMilliseconds()).Run();
    }

    private void IndexRecent()
    {
        if (_index.Recent.Count == 0)
            return;
        foreach (var (key, row) in _index.Recent.OrderBy(entry => entry.Key, SqliteKey.Order))
            _addKey.Bind(1, key).Bind(2, row).Run();
        _setIndexed.Bind(1, _index.LastRow).Run();
        _index.SetIndexed(_index.LastRow);
    }

    private KnownPin? FindAlive(byte[] key, DateTimeOffset now)
    {
        var known = Find(key);
        if (known is null || known.ExpiresAt > now)
            return known;
        Remove(known.Row);
        return null;
    }

    private KnownPin? Find(byte[] key)
    {
        var (row, isFound) = _index.Find(key);
        if (!isFound)
            return null;
        KnownPin? known = null;
        if (_readPin.Bind(1, row).Step())
        {
            known = new(
                row, _readPin.Text(0), _readPin.IsNull(1) ? null : _readPin.Text(1), DateTimeOffset.FromUnixTimeMilliseconds(_readPin.Integer(2)));
        }

        _readPin.Reset();
        return known;
    }

    private void Insert(Pin pin, byte[] key, DateTimeOffset created, Turn? turn, ItemList items)
    {
        var row = _index.LastRow + 1;
        _insertPin.Bind(1, row)
            .Bind(2, key)
            .Bind(3, pin.Owner)
            .Bind(4, pin.Backend)
            // Itself, mostly: not worth repeating.
            .Bind(5, pin.Session == pin.Id.Text ? [] : SqliteKey.Encode(pin.Session))
            .Bind(6, created.ToUnixTimeMilliseconds())
            .Bind(7, pin.ExpiresAt.ToUnixTimeMilliseconds())
            .Bind(8, turn?.Status)
            .Bind(9, turn?.Model)
            .Bind(10, SqliteKey.EncodeOrNothing(turn?.PreviousResponseId))
            .Bind(11, SqliteKey.EncodeOrNothing(turn?.ConversationId))
            .Bind(12, turn?.InputTokens)
            .Bind(13, turn?.OutputTokens)
            .Bind(14, items.Bytes)
            .Bind(15, turn?.Home)
            .Bind(16, turn?.Replay)
            .Run();
        _index.Append(row, key, items);
    }

    private long Version()
    {
        _version.Step();
        var version = _version.Integer(0);
        _version.Reset();
        return version;
    }

    private SqliteStatement Prepare(string sql)
    {
        var statement = new SqliteStatement(_connection.Handle!, sql);
        _statements.Add(statement);
        return statement;
    }

    private sealed record KnownPin(long Row, string Owner, string? Status, DateTimeOffset ExpiresAt)
    {
        public bool HasTurn => Status is not null;

        public bool IsFinal => Status is not (null or "queued" or "in_progress");
    }
}
