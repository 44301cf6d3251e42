using SQLitePCL;
using static SQLitePCL.raw;

namespace SessionAware.Gateway.SqliteSessions;

/// <summary>
/// A prepared statement, bound by index and stepped by hand: for the few statements of which every turn needs one. ADO.NET takes longer to bind them than
/// SQLite to run them.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    public SqliteStatement(sqlite3 database, string sql)
    {
        _database = database;
        Check(sqlite3_prepare_v2(database, sql, out _statement));
    }

    /// <summary>Binds parameter <paramref name="index"/>, from 1.</summary>
    public SqliteStatement Bind(int index, long? value)
    {
        Check(value is { } number ? sqlite3_bind_int64(_statement, index, number) : sqlite3_bind_null(_statement, index));
        return this;
    }

    /// <summary>Binds parameter <paramref name="index"/>, from 1.</summary>
    public SqliteStatement Bind(int index, string? value)
    {
        Check(value is null ? sqlite3_bind_null(_statement, index) : sqlite3_bind_text(_statement, index, value));
        return this;
    }

    /// <summary>Binds parameter <paramref name="index"/>, from 1; nothing is null.</summary>
    public SqliteStatement Bind(int index, ReadOnlySpan<byte> value)
    {
        Check(value.IsEmpty ? sqlite3_bind_null(_statement, index) : sqlite3_bind_blob(_statement, index, value));
        return this;
    }

    /// <summary>Runs a statement that returns nothing.</summary>
    /// <returns>How many rows it changed.</returns>
    public int Run()
    {
        Step();
        Reset();
        return sqlite3_changes(_database);
    }

    /// <summary>Goes to the next row; false where there is none. <see cref="Reset"/> it afterwards.</summary>
    public bool Step()
    {
        var result = sqlite3_step(_statement);
        if (result is SQLITE_ROW or SQLITE_DONE)
            return result == SQLITE_ROW;
        Reset();
        throw new SqliteStoreException(result, sqlite3_errmsg(_database).utf8_to_string());
    }

    /// <summary>Makes it ready to be bound again.</summary>
    public void Reset() => _ = sqlite3_reset(_statement);

    public bool IsNull(int column) => sqlite3_column_type(_statement, column) == SQLITE_NULL;

    public long Integer(int column) => sqlite3_column_int64(_statement, column);

    public string Text(int column) => sqlite3_column_text(_statement, column).utf8_to_string();

    /// <summary>Valid until the next step.</summary>
    public ReadOnlySpan<byte> Blob(int column) => sqlite3_column_blob(_statement, column);

    public void Dispose() => _statement.Dispose();

    private void Check(int result)
    {
        if (result != SQLITE_OK)
            throw new SqliteStoreException(result, sqlite3_errmsg(_database).utf8_to_string());
    }
}
