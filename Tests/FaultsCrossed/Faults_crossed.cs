using SessionAware.Tests.ClientRetries;

namespace SessionAware.Tests.FaultsCrossed;

/// <summary>
/// The table of <c>docs/sessions.md</c> in which a region's fault meets one of the store, cell by cell: what the caller gets, what was sent where and how it was
/// marked, and that the conversation goes on, whole, when both are over. Each cell is asked as JSON and as a stream.
/// </summary>
public sealed class Faults_crossed(FaultsWorld world) : IClassFixture<FaultsWorld>
{
    private static readonly string[] s_regions = ["well", "throttles", "refuses", "out", "loses", "fails", "cuts", "forgets"];
    private static readonly string[] s_stores = ["well", "429 once", "contended", "429", "503", "slow", "gone", "writes 503", "writes slow"];
    private static readonly string[] s_pins = ["warm", "cold"];

    private static readonly (string, string) s_again = ("x-session-attempt", "again");

    public static TheoryData<string> Cells => [.. FaultsRow.ReadAll().Select(cell => cell.Cell)];

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task Cell_of_the_table_holds(string cell)
    {
        var row = FaultsRow.ReadAll().Single(known => known.Cell == cell).Row;
        var (region, store, pin) = cell.Split(" / ") is [var first, var second, var third] ? (first, second, third) : default;
        // Nothing but a stream can be cut in its middle.
        foreach (var streams in region == "cuts" ? [true] : (bool[])[false, true])
            await HoldAsync(row, region, store, pin == "cold", streams);
    }

    [Fact]
    public void Every_combination_is_in_the_table_once()
    {
        var cells = FaultsRow.ReadAll().Select(cell => cell.Cell).ToList();

        Assert.Equal(
            (from region in s_regions from store in s_stores from pin in s_pins select $"{region} / {store} / {pin}").Order(StringComparer.Ordinal),
            cells.Order(StringComparer.Ordinal));
    }

    private async Task HoldAsync(FaultsRow row, string region, string store, bool isCold, bool streams)
    {
        await world.UseAsync();
        var (made, other) = (world.Replicas[0], world.Replicas[1]);
        var before = await made.BeginAsync();
        var asked = isCold ? other : made;
        await world.SentAsync();

        // Both faults.
        await world.StrikeRegionAsync(region);
        await world.StoreRequestsAsync();
        await world.StrikeStoreAsync(store);
        var answer = await asked.AskAsync(before, streams);
        var sent = await world.SentAsync();
        Assert.Equal((row.Sent, row.Answer), (sent.Count == 0 ? "-" : string.Join(", ", sent), $"{answer}"));
        AssertExecutedOnceUnlessMarked(sent);
        await AssertHiddenFromOthersAsync(asked, before);
        if (region == "well" && store.Any(char.IsAsciiDigit))
            Assert.Contains(await world.StoreRequestsAsync(), request => request.Any(char.IsAsciiDigit));

        // The store is back, the region is not: whoever was refused says the same again, as clients do.
        await world.RecoverStoreAsync();
        var last = answer.Id ?? before;
        var next = await asked.AskAsync(last, streams);
        Assert.Equal(row.StoreBack, $"{next}");
        AssertExecutedOnceUnlessMarked(await world.SentAsync());

        // Both are back: what nobody knows the caller has to be sure of.
        await world.RecoverRegionAsync();
        last = next.Id ?? last;
        var end = next.Code == "execution_uncertain" ? await asked.AskAsync(last, streams, s_again) : await asked.AskAsync(last, streams);
        Assert.Equal(row.BothBack, $"{end}");
        AssertExecutedOnceUnlessMarked(await world.SentAsync());

        // Every turn that was answered is on record, for every replica, and the conversation is whole.
        var whole = await (isCold ? made : other).AskAsync(end.Id!, streams: false);
        Assert.Equal($"200 pinned {end.Backend}", $"{whole}");
        Assert.Contains("Ada", whole.Text, StringComparison.Ordinal);
    }

    private static void AssertExecutedOnceUnlessMarked(IReadOnlyList<SentRequest> sent) =>
        Assert.All(sent.Where(request => request.MayHaveRun).Skip(1), request => Assert.Equal("2", request.Mark));

    /// <summary>Whoever asks for what is another's is told what is told of what never was, and nothing is sent anywhere.</summary>
    private async Task AssertHiddenFromOthersAsync(FaultsReplica replica, string id)
    {
        var (anothers, nobodys) = (replica.AskAsOtherAsync(id), replica.AskAsOtherAsync(Sessions.SessionIds.NewResponse()));

        Assert.Equal($"{await nobodys}", $"{await anothers}");
        Assert.Contains((await anothers).Code, (string[])["previous_response_not_found", "store_unavailable"]);
        Assert.Empty(await world.SentAsync());
    }
}
