using static SQLitePCL.raw;

namespace SessionAware.Gateway.SqliteSessions;

/// <summary>What SQLite answered instead of doing it.</summary>
internal sealed class SqliteStoreException(int code, string message) : Exception($"SQLite error {code}: {message}")
{
    /// <summary>Whether another connection is in the way, which passes.</summary>
    public bool IsBusy => (code & 0xFF) is SQLITE_BUSY or SQLITE_LOCKED;
}
