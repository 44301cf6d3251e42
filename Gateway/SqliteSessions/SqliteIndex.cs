using Microsoft.Data.Sqlite;

namespace SessionAware.Gateway.SqliteSessions;

/// <summary>
/// Which row an id is in. Rows are appended, and their keys are indexed later, many at once: within a second keys are at random, so that an entry for each turn
/// would mean another page for each turn. What is not indexed yet every connection keeps in mind. An id belongs to the first row that has it.
/// </summary>
internal sealed class SqliteIndex : IDisposable
{
    private readonly Dictionary<byte[], long> _recent = new(KeyComparer.Instance);
    private readonly SqliteStatement _indexed, _appended, _seek;
    private long _indexedRow;

    public SqliteIndex(SqliteConnection connection)
    {
        _indexed = new(connection.Handle!, "SELECT row FROM indexed");
        _appended = new(connection.Handle!, "SELECT id, key, items FROM pins WHERE id > ?1 ORDER BY id");
        _seek = new(connection.Handle!, "SELECT pin, key FROM keys WHERE key >= ?1 ORDER BY key LIMIT 1");
    }

    /// <summary>The last row that was appended.</summary>
    public long LastRow { get; private set; }

    /// <summary>The keys that are not indexed yet.</summary>
    public IReadOnlyDictionary<byte[], long> Recent => _recent;

    /// <summary>Looks at what others have appended and indexed since: the first thing to do in a transaction.</summary>
    public void Refresh()
    {
        _indexed.Step();
        var indexed = _indexed.Integer(0);
        _indexed.Reset();
        if (indexed != _indexedRow)
            SetIndexed(indexed);
        _appended.Bind(1, LastRow);
        while (_appended.Step())
            Append(_appended.Integer(0), _appended.Blob(1).ToArray(), new(_appended.Blob(2).ToArray()));
        _appended.Reset();
    }

    /// <summary>Takes note of a row that has been appended.</summary>
    public void Append(long row, byte[] key, ItemList items)
    {
        _recent.TryAdd(key, row);
        foreach (var item in items.Keys)
            _recent.TryAdd(item, row);
        LastRow = row;
    }

    /// <summary>Takes note that all rows up to <paramref name="row"/> are indexed.</summary>
    public void SetIndexed(long row)
    {
        _recent.Clear();
        LastRow = _indexedRow = row;
    }

    /// <summary>The row of <paramref name="key"/>, or any other where there is none: who reads it takes the same time.</summary>
    public (long Row, bool IsFound) Find(byte[] key)
    {
        var (row, isFound) = (LastRow, false);
        if (_seek.Bind(1, key).Step())
            (row, isFound) = (_seek.Integer(0), _seek.Blob(1).SequenceEqual(key));
        _seek.Reset();
        return !isFound && _recent.TryGetValue(key, out var recent) ? (recent, true) : (row, isFound);
    }

    public void Dispose()
    {
        _indexed.Dispose();
        _appended.Dispose();
        _seek.Dispose();
    }

    private sealed class KeyComparer : IEqualityComparer<byte[]>
    {
        public static readonly KeyComparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] key)
        {
            var hash = default(HashCode);
            hash.AddBytes(key);
            return hash.ToHashCode();
        }
    }
}
