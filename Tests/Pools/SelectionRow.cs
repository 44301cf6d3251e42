using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Pools;

/// <summary>One row of <c>docs/pool-selection.md</c>.</summary>
public sealed record SelectionRow(string[] Services, string[] Pool, string[] States, string Cookie, SelectionAnswer Expected)
{
    private const int Columns = 11;

    /// <summary>The rows of all tables, without heads.</summary>
    public static IEnumerable<string> ReadAll() => File.ReadLines(Path.Combine(Repository.Root, "docs", "pool-selection.md"))
        .Where(line => line.StartsWith('|') && !line.StartsWith("|---", StringComparison.Ordinal) && !line.StartsWith("| services", StringComparison.Ordinal));

    public static SelectionRow Parse(string line)
    {
        var cells = line.Trim().Trim('|').Split('|', StringSplitOptions.TrimEntries);
        Assert.Equal(Columns, cells.Length);
        static string[] List(string cell, char separator) => cell.Split(separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return new(List(cells[0], ' '), List(cells[1], ','), List(cells[2], ','), cells[3], new(cells[4], cells[5], cells[6], cells[7], cells[8], cells[9], cells[10]));
    }
}

/// <summary>Who answered, and what the last answer says.</summary>
public sealed record SelectionAnswer(string Backends, string Status, string Affinity, string Key, string SetsCookie, string RetryAfter, string Code);
