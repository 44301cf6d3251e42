namespace SessionAware.FakeResponsesBackend.Requests;

/// <summary>Finds the fields that a caller may have meant by a name that is none.</summary>
internal static class Misspelling
{
    private const int MostEdits = 2;

    /// <summary>Names that two edits or fewer turn into <paramref name="name"/>, nearest first.</summary>
    public static string[] Near(string name, IEnumerable<string> candidates) =>
    [
        .. candidates.Where(candidate => Math.Abs(candidate.Length - name.Length) <= MostEdits)
            .Select(candidate => (Name: candidate, Edits: Edits(name, candidate)))
            .Where(candidate => candidate.Edits <= MostEdits)
            .OrderBy(candidate => candidate.Edits).ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .Select(candidate => candidate.Name),
    ];

    /// <summary>Levenshtein's distance: letters to insert, delete or replace.</summary>
    private static int Edits(string from, string to)
    {
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        foreach (var letter in from)
        {
            var diagonal = row[0]++;
            for (var column = 1; column < row.Length; column++)
                (diagonal, row[column]) = (row[column], Math.Min(Math.Min(row[column], row[column - 1]) + 1, diagonal + (letter == to[column - 1] ? 0 : 1)));
        }

        return row[^1];
    }
}
