using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;

namespace SessionAware.Gateway.SqliteSessions;

/// <summary>Short forms of ADO.NET, for what is not asked at every turn.</summary>
internal static class SqliteCommands
{
    /// <summary>Runs <paramref name="sql"/> with the parameters <c>@0</c>, <c>@1</c> ….</summary>
    /// <returns>How many rows it changed.</returns>
    public static int Run(this SqliteConnection connection, string sql, params object?[] values)
    {
        using var command = connection.Command(sql, values);
        return command.ExecuteNonQuery();
    }

    /// <summary>A number.</summary>
    public static long Ask(this SqliteConnection connection, string sql, params object?[] values)
    {
        using var command = connection.Command(sql, values);
        return command.ExecuteScalar() is long number ? number : 0;
    }

    /// <summary>All rows.</summary>
    public static List<T> Query<T>(this SqliteConnection connection, string sql, Func<SqliteDataReader, T> read, params object?[] values)
    {
        using var command = connection.Command(sql, values);
        using var reader = command.ExecuteReader();
        List<T> rows = [];
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    /// <summary>Bytes; empty where there are none.</summary>
    public static byte[] Bytes(this SqliteDataReader reader, int column) => reader.IsDBNull(column) ? [] : reader.GetFieldValue<byte[]>(column);

    /// <summary>Text; null where there is none.</summary>
    public static string? Text(this SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    /// <summary>A number; null where there is none.</summary>
    public static long? Number(this SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);

    [SuppressMessage("Security", "CA2100:Review SQL queries for security vulnerabilities", Justification = "All texts are this project's own; values are parameters.")]
    private static SqliteCommand Command(this SqliteConnection connection, string sql, object?[] values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (index, value) in values.Index())
            command.Parameters.AddWithValue($"@{index}", value ?? DBNull.Value);
        return command;
    }
}
