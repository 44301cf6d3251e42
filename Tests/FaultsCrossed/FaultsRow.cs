using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.FaultsCrossed;

/// <summary>A row of the table in <c>docs/sessions.md</c> that crosses faults of a region with faults of the store. It stands for every combination of what its first three cells list.</summary>
/// <param name="Sent">What the regions were sent, in order, each with its mark.</param>
/// <param name="Answer">What the caller gets.</param>
/// <param name="StoreBack">What comes next, once the store is well again.</param>
/// <param name="BothBack">And what once the region is, too.</param>
internal sealed record FaultsRow(string Sent, string Answer, string StoreBack, string BothBack)
{
    private const string Head = "| region | store | pin |";

    /// <summary>Every combination, <c>region / store / pin</c>, and its row.</summary>
    public static IEnumerable<(string Cell, FaultsRow Row)> ReadAll() =>
        from line in File.ReadLines(Path.Combine(Repository.Root, "docs", "sessions.md")).SkipWhile(line => !line.StartsWith(Head, StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.StartsWith('|'))
        let cells = line.Trim().Trim('|').Split('|', StringSplitOptions.TrimEntries)
        let row = new FaultsRow(cells[3], cells[4], cells[5], cells[6])
        from region in cells[0].Split(", ")
        from store in cells[1].Split(", ")
        from pin in cells[2].Split(", ")
        select ($"{region} / {store} / {pin}", row);
}
