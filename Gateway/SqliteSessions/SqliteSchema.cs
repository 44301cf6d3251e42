using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.SqliteSessions;

/// <summary>The tables, their version, and how connections are opened.</summary>
internal static class SqliteSchema
{
    /// <summary>"SeAw": another program's file is not touched.</summary>
    private const int ApplicationId = 0x53654177;

    // Before SQLite's first use: each connection is used by one thread at a time, and nobody asks how much memory it takes. Its locks cost as much as its inserts.
    static SqliteSchema()
    {
        SQLitePCL.Batteries_V2.Init();
        _ = SQLitePCL.raw.sqlite3_config(SQLitePCL.raw.SQLITE_CONFIG_MULTITHREAD);
        _ = SQLitePCL.raw.sqlite3_config(SQLitePCL.raw.SQLITE_CONFIG_MEMSTATUS, 0);
    }

    // Whoever opens waits for another who migrates.
    private const int OpenTimeoutSeconds = 5;

    /// <summary>
    /// Each brings the version before it up to date. <c>pins</c> has a row for each id that names state; a response's row has its turn, too, and its output
    /// items. <c>contents</c> is apart, with the same row numbers, so that questions about sessions need not read past it. Both are only appended to.
    /// <c>keys</c> says which row an id is in, for all rows up to the one that <c>indexed</c> names. <c>erasures</c> tells other replicas what to forget.
    /// </summary>
    private static readonly string[] s_migrations =
    [
        """
        CREATE TABLE pins (
            id INTEGER PRIMARY KEY, key BLOB NOT NULL, owner TEXT NOT NULL, backend TEXT NOT NULL, session BLOB, created INTEGER NOT NULL, expires INTEGER NOT NULL,
            status TEXT, model TEXT, previous BLOB, conversation BLOB, input_tokens INTEGER, output_tokens INTEGER, items BLOB
        );
        CREATE TABLE contents (id INTEGER PRIMARY KEY, input BLOB, answer BLOB);
        CREATE TABLE keys (key BLOB PRIMARY KEY, pin INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE indexed (row INTEGER NOT NULL);
        INSERT INTO indexed VALUES (0);
        """,
        """
        ALTER TABLE pins ADD COLUMN home TEXT;
        ALTER TABLE pins ADD COLUMN replay TEXT;
        CREATE TABLE erasures (id INTEGER PRIMARY KEY AUTOINCREMENT, session TEXT, owner TEXT, at INTEGER NOT NULL);
        """,
    ];

    /// <summary>Opens a connection to a file that is there and up to date.</summary>
    public static SqliteConnection Connect(string file, bool readOnly)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Mode = readOnly ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
            DefaultTimeout = OpenTimeoutSeconds,
        }.ToString());
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Makes the file, or brings it up to date.</summary>
    /// <exception cref="OptionsValidationException">It cannot be used; the reason says why.</exception>
    public static void Prepare(string file)
    {
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder)
                Directory.CreateDirectory(folder);
            using var connection = Connect(file, readOnly: false);
            // Who writes alone waits for whole pages to be on the disk; smaller ones are too many under load.
            connection.Run("PRAGMA page_size = 8192; PRAGMA journal_mode = WAL;");
            Migrate(connection, file);
        }
        catch (Exception unusable) when (unusable is SqliteException or IOException or UnauthorizedAccessException)
        {
            // Of any other fault the reason says what is wrong with the file that is there.
            var elsewhere = unusable is SqliteException { SqliteErrorCode: not (SQLitePCL.raw.SQLITE_CANTOPEN or SQLitePCL.raw.SQLITE_READONLY) } ? "" : " Set it to a file in a folder that this process may write to.";
            throw Unusable(file, unusable.Message + elsewhere);
        }
    }

    /// <summary>What a writing connection needs.</summary>
    public static void Tune(SqliteConnection connection) =>
        // Each commit is in the log, which SqliteLog flushes; checkpoints come every 16 MB, and flush both; what is erased is overwritten.
        connection.Run("PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 2000; PRAGMA busy_timeout = 0; PRAGMA secure_delete = ON;");

    private static void Migrate(SqliteConnection connection, string file)
    {
        // Another replica may be writing for as long as it likes: who finds everything in place waits for nobody.
        if (connection.Ask("PRAGMA application_id") == ApplicationId && connection.Ask("PRAGMA user_version") == s_migrations.Length)
            return;
        connection.Run("BEGIN IMMEDIATE");
        var (application, version) = (connection.Ask("PRAGMA application_id"), connection.Ask("PRAGMA user_version"));
        if (application == 0 && version == 0 && connection.Ask("SELECT count(*) FROM sqlite_master") == 0)
            application = ApplicationId;
        if (application != ApplicationId)
            throw Unusable(file, "it is another program's database");
        if (version > s_migrations.Length)
            throw Unusable(file, $"it was made by a newer version of this program (schema {version}, known are {s_migrations.Length})");
        foreach (var migration in s_migrations[(int)version..])
            connection.Run(migration);
        connection.Run($"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {s_migrations.Length}; COMMIT");
    }

    private static OptionsValidationException Unusable(string file, string reason) => new(
        SessionsOptions.Section, typeof(SessionsOptions), [$"Gateway__Sessions__File: sessions cannot be kept in '{Path.GetFullPath(file)}': {reason}"]);
}
