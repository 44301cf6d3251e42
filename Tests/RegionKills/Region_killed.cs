using SessionAware.Tests.Replay;

namespace SessionAware.Tests.RegionKills;

/// <summary>
/// A region's process is killed while it is idle, has read a request, has begun a stream, is in the midst of one; at every turn of conversations by an
/// official client that does not retry. Who has what it takes to go on notices nothing, or the cut; who has not is refused by name.
/// </summary>
public sealed class Region_killed
{
    private const int Conversations = 200;
    private const int AtLeastComplete = 180;

    [Fact]
    public async Task Complete_conversations_continue_elsewhere_and_others_are_refused_by_name()
    {
        using var transport = new HttpClient(new SocketsHttpHandler { UseCookies = false });

        var lanes = await Task.WhenAll(ConversationPlan.Lanes().Select(lane => LaneAsync(lane, transport)));

        var tally = lanes.Aggregate(new KillTally(), (sum, lane) => sum + lane.Tally);
        var faults = lanes.SelectMany(lane => lane.Faults).ToList();
        TestContext.Current.TestOutputHelper?.WriteLine(tally.ToString());
        Assert.True(faults.Count == 0, $"{tally}\n{faults.Count} faults:\n{string.Join('\n', faults)}");
        Assert.Equal(Conversations, tally.Conversations);
        Assert.True(tally.Complete >= AtLeastComplete, $"{tally}");
        Assert.Equal(tally.Complete, tally.Continued);
        Assert.Equal(Conversations - tally.Complete, tally.Refused);
    }

    /// <summary>One group after the other, each in the region that survived the one before; a killed region starts again meanwhile.</summary>
    private static async Task<(KillTally Tally, IReadOnlyList<string> Faults)> LaneAsync(IReadOnlyList<IReadOnlyList<ConversationPlan>> lane, HttpClient transport)
    {
        await using var world = await ReplayWorld.StartAsync();
        var (victim, groups, restart) = (world.EastUs2, new List<KilledGroup>(), Task.CompletedTask);
        foreach (var plans in lane)
        {
            var group = new KilledGroup(world, victim, plans, transport);
            groups.Add(group);
            await group.BeginAsync();
            await restart;
            await group.KillAsync();
            await group.EndAsync();
            restart = victim.StartAsync();
            victim = group.Survivor;
        }

        await restart;
        var journal = JournalledRequest.Of(world.EastUs2).Concat(JournalledRequest.Of(world.WestUs)).ToLookup(request => request.Marker);
        var verdicts = groups.ConvertAll(group => GroupVerdict.Of(group, journal));
        return (verdicts.Aggregate(new KillTally(), (sum, verdict) => sum + verdict.Tally), [.. verdicts.SelectMany(verdict => verdict.Faults), .. JournalledRequest.UnmarkedSecondExecutions(journal)]);
    }
}
