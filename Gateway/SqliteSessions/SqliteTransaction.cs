using Microsoft.Data.Sqlite;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.SqliteSessions;

/// <summary>The writing connection and its statements; used by one thread, between <see cref="TryBegin"/> and <see cref="Commit"/>.</summary>
internal sealed class SqliteTransaction : IDisposable
{
    // A row is not written anew for every turn that would keep it a little longer.
    private static readonly TimeSpan s_worthKeepingLonger = TimeSpan.FromDays(1);

    private readonly SqliteConnection _connection;
    private readonly List<SqliteStatement> _statements = [];
    private readonly SqliteStatement _begin, _commit, _version, _findPin, _findCarriers, _insertPin, _keepPin, _forgetPin, _insertContent, _completeContent, _completePin, _forgetContent;
    private long _seenVersion;

    /// <summary>Opens <paramref name="file"/>.</summary>
    public SqliteTransaction(string file)
    {
        _connection = SqliteSchema.Connect(file, readOnly: false);
        SqliteSchema.Tune(_connection);
        _begin = Prepare("BEGIN IMMEDIATE");
        _commit = Prepare("COMMIT");
        _version = Prepare("PRAGMA data_version");
        _findPin = Prepare("SELECT owner, content, status, expires FROM pins WHERE key = ?1");
        _findCarriers = Prepare("SELECT items FROM pins WHERE key > ?1 AND key < ?2 AND expires > ?3 AND items IS NOT NULL");
        _insertPin = Prepare("INSERT INTO pins VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)");
        _keepPin = Prepare("UPDATE pins SET expires = ?2 WHERE key = ?1");
        _forgetPin = Prepare("DELETE FROM pins WHERE key = ?1");
        _insertContent = Prepare("INSERT INTO contents (input, answer) VALUES (?1, ?2)");
        _completeContent = Prepare("UPDATE contents SET input = coalesce(?2, input), answer = coalesce(?3, answer) WHERE id = ?1");
        _completePin = Prepare(
            """
            UPDATE pins SET content = ?2, status = ?3, model = coalesce(?4, model), previous = coalesce(previous, ?5), conversation = coalesce(conversation, ?6),
                input_tokens = coalesce(?7, input_tokens), output_tokens = coalesce(?8, output_tokens), items = coalesce(?9, items)
            WHERE key = ?1
            """);
        _forgetContent = Prepare("DELETE FROM contents WHERE id = ?1");
        _seenVersion = Version();
    }

    /// <summary>The connection, for work that is rare.</summary>
    public SqliteConnection Connection => _connection;

    /// <summary>Whether another process has committed since the last time that this was asked.</summary>
    public bool OthersHaveWritten
    {
        get
        {
            var version = Version();
            (var changed, _seenVersion) = (version != _seenVersion, version);
            return changed;
        }
    }

    /// <summary>False while another process writes.</summary>
    public bool TryBegin()
    {
        try
        {
            _begin.Run();
            return true;
        }
        catch (SqliteStoreException busy) when (busy.IsBusy)
        {
            return false;
        }
    }

    /// <summary>Makes it durable.</summary>
    public void Commit() => _commit.Run();

    /// <summary>Writes one turn and what belongs to it.</summary>
    /// <param name="write">What to write.</param>
    /// <param name="now">Rows that have expired by then count as gone.</param>
    public void Apply(SessionWrite write, DateTimeOffset now)
    {
        foreach (var id in write.Forgotten ?? [])
            Forget(SqliteKey.Of(id), write.ForgottenBy);
        var items = ItemList.Empty;
        byte[]? turnKey = null;
        if (write.Turn is { } turn)
        {
            turnKey = SqliteKey.Of(SessionId.Response(turn.ResponseId));
            items = ItemList.Of(turnKey, write.Pins);
            Apply(turn, turnKey, items, now);
        }

        foreach (var pin in write.Pins)
        {
            var key = SqliteKey.Of(pin.Id);
            if (!items.Contains(key) && (turnKey is null || !key.AsSpan().SequenceEqual(turnKey)))
                Apply(pin, key, now);
        }
    }

    public void Dispose()
    {
        _statements.ForEach(statement => statement.Dispose());
        _connection.Dispose();
    }

    private void Apply(Turn turn, byte[] key, ItemList items, DateTimeOffset now)
    {
        var known = Find(key, now);
        if (known is null)
        {
            Insert(
                new Pin(SessionId.Response(turn.ResponseId), turn.Owner, turn.Backend, turn.Session, turn.ExpiresAt), key, turn.CreatedAt, turn, WriteContent(turn, content: null), items);
            return;
        }

        if (known.Value.Owner != turn.Owner || known.Value.IsFinal)
            return;
        _completePin.Bind(1, key)
            .Bind(2, WriteContent(turn, known.Value.Content))
            .Bind(3, turn.Status)
            .Bind(4, turn.Model)
            .Bind(5, Encoded(turn.PreviousResponseId))
            .Bind(6, Encoded(turn.ConversationId))
            .Bind(7, turn.InputTokens)
            .Bind(8, turn.OutputTokens)
            .Bind(9, items.Bytes)
            .Run();
    }

    private void Apply(Pin pin, byte[] key, DateTimeOffset now)
    {
        if (Find(key, now) is not { } known)
        {
            // What a response carries is its owner's, whoever names it now.
            if (!IsCarried(pin.Id.Kind, key, now))
                Insert(pin, key, now, turn: null, content: null, ItemList.Empty);
        }
        else if (known.Owner == pin.Owner && pin.ExpiresAt > known.ExpiresAt + s_worthKeepingLonger)
            _keepPin.Bind(1, key).Bind(2, pin.ExpiresAt.ToUnixTimeMilliseconds()).Run();
    }

    private bool IsCarried(SessionKeyKind kind, byte[] key, DateTimeOffset now)
    {
        if (kind != SessionKeyKind.Item || SqliteKey.ShapeOf(key) is not { } item)
            return false;
        var found = false;
        for (var back = 0u; !found && back <= ItemList.LongestSearch && back <= item.Second; back++)
        {
            var (from, before) = SqliteKey.ResponsesOf(item.Chain, item.Second - back);
            _findCarriers.Bind(1, from).Bind(2, before).Bind(3, now.ToUnixTimeMilliseconds());
            while (!found && _findCarriers.Step())
                found = ItemList.Contains(_findCarriers.Blob(0), key);
            _findCarriers.Reset();
        }

        return found;
    }

    private (string Owner, long? Content, bool IsFinal, DateTimeOffset ExpiresAt)? Find(byte[] key, DateTimeOffset now)
    {
        (string Owner, long? Content, bool IsFinal, DateTimeOffset ExpiresAt)? found = null;
        if (_findPin.Bind(1, key).Step())
        {
            found = (
                _findPin.Text(0),
                _findPin.IsNull(1) ? null : _findPin.Integer(1),
                !_findPin.IsNull(2) && _findPin.Text(2) is not ("queued" or "in_progress"),
                DateTimeOffset.FromUnixTimeMilliseconds(_findPin.Integer(3)));
        }

        _findPin.Reset();
        if (found is null || found.Value.ExpiresAt > now)
            return found;
        Forget(key, found.Value.Content);
        return null;
    }

    private void Forget(byte[] key, string owner)
    {
        // Expired or not: it goes.
        if (Find(key, DateTimeOffset.MinValue) is { } known && known.Owner == owner)
            Forget(key, known.Content);
    }

    private void Forget(byte[] key, long? content)
    {
        if (content is not null)
            _forgetContent.Bind(1, content).Run();
        _forgetPin.Bind(1, key).Run();
    }

    private void Insert(Pin pin, byte[] key, DateTimeOffset created, Turn? turn, long? content, ItemList items)
    {
        _insertPin.Bind(1, key)
            .Bind(2, pin.Owner)
            .Bind(3, pin.Backend)
            // Itself, mostly: not worth repeating.
            .Bind(4, pin.Session == pin.Id.Text ? [] : SqliteKey.Encode(pin.Session))
            .Bind(5, created.ToUnixTimeMilliseconds())
            .Bind(6, pin.ExpiresAt.ToUnixTimeMilliseconds())
            .Bind(7, content)
            .Bind(8, turn?.Status)
            .Bind(9, turn?.Model)
            .Bind(10, Encoded(turn?.PreviousResponseId))
            .Bind(11, Encoded(turn?.ConversationId))
            .Bind(12, turn?.InputTokens)
            .Bind(13, turn?.OutputTokens)
            .Bind(14, items.Bytes)
            .Run();
    }

    /// <summary>The content's row; null where there is none.</summary>
    private long? WriteContent(Turn turn, long? content)
    {
        if (turn.Input.IsEmpty && turn.Answer.IsEmpty)
            return content;
        if (content is { } known)
        {
            _completeContent.Bind(1, known).Bind(2, turn.Input.Span).Bind(3, turn.Answer.Span).Run();
            return known;
        }

        _insertContent.Bind(1, turn.Input.Span).Bind(2, turn.Answer.Span).Run();
        return SQLitePCL.raw.sqlite3_last_insert_rowid(_connection.Handle);
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

    private static ReadOnlySpan<byte> Encoded(string? id) => id is null ? [] : SqliteKey.Encode(id);
}
