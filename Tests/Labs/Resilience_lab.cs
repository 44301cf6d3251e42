using SessionAware.ClientWorker.Conversations;
using SessionAware.ClientWorker.Reports;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Labs;

/// <summary>The lab's runs whose backends cannot serve: what becomes of each conversation is told by name, and the regions are left as they were.</summary>
public sealed class Resilience_lab
{
    private static readonly string[] s_faulty =
        ["region out, state lost", "region out, state kept", "429, Retry-After 1 s", "429, Retry-After 3 s", "visibility lag"];

    [Fact]
    public async Task Tells_of_each_conversation_whether_it_was_kept_moved_or_replayed_and_by_whom_each_turn_was_served()
    {
        await using var world = await World.StartAsync();

        var (report, shown) = await LabRun.HoldAsync(world.Gateway.Url, [.. RegionsOf(world), ("Lab:Conversations", "8")]);

        Assert.Empty(report.Expectations.Where(expectation => expectation.Held == false).Select(expectation => expectation.Name));
        Assert.Equal([.. s_faulty, "injected histories"], report.Resilience.Select(run => run.Run));
        Assert.All(report.Resilience, run => Assert.Equal((null, 4, 4, 4), (run.Skipped, run.Conversations, run.Kept, run.Turns)));
        Assert.Equal([(ConversationFate.Kept, 2), (ConversationFate.Moved, 2)], FatesOf(report, "region out, state lost"));
        Assert.Equal([(ConversationFate.Kept, 2), (ConversationFate.Kept, 1), (ConversationFate.Moved, 1)], FatesOf(report, "region out, state kept"));
        Assert.Equal([(ConversationFate.Kept, 2), (ConversationFate.Kept, 2)], FatesOf(report, "429, Retry-After 1 s"));
        Assert.Equal([(ConversationFate.Kept, 2), (ConversationFate.Kept, 2)], FatesOf(report, "429, Retry-After 3 s"));
        Assert.Equal([(ConversationFate.Kept, 2), (ConversationFate.Replayed, 2)], FatesOf(report, "visibility lag"));
        Assert.Equal([(ConversationFate.Moved, 4)], FatesOf(report, "injected histories"));
        var lost = Run(report, "region out, state lost");
        var moved = Assert.Single(lost.Fates, fate => fate.Fate == ConversationFate.Moved).Turns;
        Assert.Equal(["new", "pinned", "replayed", "pinned"], moved.Select(turn => turn.Affinity));
        Assert.Equal([null, null, "turns=2; items=4; stripped=ids:2", null], moved.Select(turn => turn.Replay));
        Assert.All(moved.Take(2), turn => Assert.Equal(lost.Struck, turn.Backend));
        Assert.All(moved.Skip(2), turn => Assert.NotEqual(lost.Struck, turn.Backend));
        var waited = Assert.Single(Run(report, "429, Retry-After 1 s").Fates, fate => fate.Turns[0].Backend == Run(report, "429, Retry-After 1 s").Struck);
        Assert.True(waited.SlowestTurnMs >= 900, $"Its slowest turn took {waited.SlowestTurnMs} ms.");
        var told = Assert.Single(Run(report, "429, Retry-After 3 s").Fates, fate => fate.Turns.Any(turn => turn.Retried is not null));
        Assert.Equal([null, null, "1 × 429", null], told.Turns.Select(turn => turn.Retried));
        var lagging = Assert.Single(Run(report, "visibility lag").Fates, fate => fate.Fate == ConversationFate.Replayed).Turns;
        Assert.Equal(["new", "pinned", "pinned", "replayed"], lagging.Select(turn => turn.Affinity));
        Assert.Single(lagging.Select(turn => turn.Backend).Distinct());
        Assert.Contains("2 moved", shown, StringComparison.Ordinal);
        Assert.Contains("replayed 3", shown, StringComparison.Ordinal);
        Assert.Contains("3 retried after 1 × 429", shown, StringComparison.Ordinal);
        await AssertNoFaultsAsync(world);
    }

    [Fact]
    public async Task Names_the_refusal_where_nothing_is_replayed_and_fails_its_expectations()
    {
        await using var world = await World.StartAsync();
        await using var gateway = await Nodes.StartGatewayAsync(world.EastUs2.Url, world.WestUs.Url, ("Gateway:PoolsFile", PoolsText.WithoutReplay()));

        var (report, shown) = await LabRun.HoldAsync(gateway.Url, [.. RegionsOf(world), ("Lab:Conversations", "8")]);

        var lost = Run(report, "region out, state lost");
        Assert.Equal((2, 2), (lost.Kept, lost.Broken));
        Assert.Equal([(ConversationFate.Kept, 2), (ConversationFate.Refused, 2)], FatesOf(report, "region out, state lost"));
        Assert.Equal("503 session_unavailable", lost.Fates[1].Refusal);
        Assert.Equal([lost.Struck, lost.Struck, lost.Struck], lost.Fates[1].Turns.Select(turn => turn.Backend));
        Assert.Equal(
            [
                "/session-aware loses no conversation to a region that is out with its state: its own are replayed elsewhere and stay there",
                "/session-aware keeps what was silent while its region was out; what spoke went on elsewhere and stays there",
                "/session-aware waits for a response that is not visible yet, or replays it in its own region",
            ],
            report.Expectations.Where(expectation => expectation.Held == false).Select(expectation => expectation.Name));
        Assert.Contains("3 refused: 503", shown, StringComparison.Ordinal);
        Assert.Contains("session_unavailable", shown, StringComparison.Ordinal);
        await AssertNoFaultsAsync(world);
    }

    [Fact]
    public async Task Withdraws_its_faults_when_it_is_cancelled()
    {
        await using var world = await World.StartAsync();
        using var cancel = new CancellationTokenSource();
        var lab = LabRun.HoldAsync(world.Gateway.Url, restart: null, cancel.Token, [.. RegionsOf(world), ("Lab:Conversations", "4")]);
        await Eventually.IsAsync(async () => (await FaultsAsync(world)).Any(count => count > 0));
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lab);

        await AssertNoFaultsAsync(world);
    }

    [Fact]
    public async Task Is_skipped_with_the_reason_where_backends_take_no_orders()
    {
        await using var world = await World.StartAsync();
        await using var deployment = await ScriptedBackend.StartAsync("deployment");
        deployment.Always(404);

        var (report, shown) = await LabRun.HoldAsync(
            world.Gateway.Url, ("Lab:Regions:eastus2", world.EastUs2.Url), ("Lab:Regions:westus", deployment.Url), ("Lab:Conversations", "4"));

        Assert.True(report.AllHeld);
        var reason = $"Faults can be ordered at emulated regions alone, and Lab__Regions__westus ({deployment.Url}/) is none: GET /_emulator answers 404.";
        Assert.Equal([.. s_faulty.Select(_ => reason), null], report.Resilience.Select(run => run.Skipped));
        Assert.All(report.Resilience.SkipLast(1), run => Assert.Equal((0, 0, 0), (run.Conversations, run.Kept, run.Broken)));
        Assert.Equal([null, null, null, null, null, true], report.Expectations.TakeLast(6).Select(expectation => expectation.Held));
        Assert.Contains($"skipped  {string.Join(", ", s_faulty)}: Faults can be ordered", shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Lab:Faults", "false", "Lab__Faults is false.")]
    [InlineData("SessionAware:Target", "Local", "Faults can be ordered at emulated regions alone, and Lab__Regions__<backend> names none.")]
    public async Task Is_skipped_where_no_faults_are_wanted_or_no_region_is_known(string setting, string value, string reason)
    {
        await using var world = await World.StartAsync();

        var (report, _) = await LabRun.HoldAsync(world.Gateway.Url, (setting, value), ("Lab:Conversations", "4"));

        Assert.True(report.AllHeld);
        Assert.All(report.Resilience.SkipLast(1), run => Assert.Equal(reason, run.Skipped));
    }

    [Fact]
    public async Task Is_skipped_where_a_backend_has_no_region_that_is_known()
    {
        await using var world = await World.StartAsync();

        var (report, _) = await LabRun.HoldAsync(world.Gateway.Url, ("Lab:Regions:eastus2", world.EastUs2.Url), ("Lab:Conversations", "4"));

        Assert.True(report.AllHeld);
        Assert.All(report.Resilience.SkipLast(1), run => Assert.EndsWith("Lab__Regions__westus is not set.", run.Skipped, StringComparison.Ordinal));
    }

    private static (string Name, string? Value)[] RegionsOf(World world) => [("Lab:Regions:eastus2", world.EastUs2.Url), ("Lab:Regions:westus", world.WestUs.Url)];

    private static RunReport Run(LabReport report, string label) => Assert.Single(report.Resilience, run => run.Run == label);

    private static IEnumerable<(ConversationFate Fate, int Count)> FatesOf(LabReport report, string label) =>
        Run(report, label).Fates.Select(fate => (fate.Fate, fate.Conversations));

    private static async Task AssertNoFaultsAsync(World world) => Assert.Equal([0, 0], await FaultsAsync(world));

    private static async Task<IReadOnlyList<int>> FaultsAsync(World world)
    {
        List<int> counts = [];
        foreach (var region in new[] { world.EastUs2, world.WestUs })
        {
            using var emulator = new Caller(region.Url);
            counts.Add((await emulator.GetAsync("_emulator/faults")).Json["in_force"]!.AsArray().Count);
        }

        return counts;
    }
}
