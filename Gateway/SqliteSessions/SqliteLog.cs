using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;

namespace SessionAware.Gateway.SqliteSessions;

/// <summary>
/// The write-ahead log beside a database's file, brought to the disk by whoever writes: SQLite as it comes here has it done by <c>fsync</c>, which on Linux waits
/// once more for what nobody needs, the time of the last change.
/// </summary>
internal sealed class SqliteLog(SqliteConnection connection) : IDisposable
{
    private const int Done = 0;

    // Of the file that the connection has found: where its name is a link, that is another one.
    private readonly string _file = connection.Query("PRAGMA database_list", row => row.GetString(2))[0] + "-wal";

    private SafeFileHandle? _log;

    /// <summary>Ends when all that has been committed is on the disk.</summary>
    /// <exception cref="IOException">The disk failed: what has been committed is there, and may not stay.</exception>
    public void Flush()
    {
        _log ??= File.OpenHandle(_file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        Flush(_log);
    }

    /// <summary>Ends when all that has been written to <paramref name="log"/> is on the disk, and what is needed to read it again.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public static void Flush(SafeFileHandle log)
    {
        if (!OperatingSystem.IsLinux())
            RandomAccess.FlushToDisk(log);
        else if (FlushData(log) != Done)
            throw new IOException($"The log could not be flushed: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>Folds all of it into the file, and flushes that.</summary>
    /// <exception cref="SqliteStoreException">Somebody still reads it.</exception>
    /// <exception cref="SqliteException">The disk failed.</exception>
    public void Fold()
    {
        if (connection.Ask("PRAGMA wal_checkpoint(TRUNCATE)") != 0)
            throw new SqliteStoreException(SQLitePCL.raw.SQLITE_BUSY, "the log is still being read");
    }

    /// <inheritdoc/>
    public void Dispose() => _log?.Dispose();

    [DllImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static extern int FlushData(SafeFileHandle file);
}
