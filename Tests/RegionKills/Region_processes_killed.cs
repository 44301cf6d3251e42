using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.RegionKills;

/// <summary>A region's process can be killed at each point of an answer, which its callers see, and comes back empty.</summary>
public sealed class Region_processes_killed
{
    [Fact]
    public async Task Kill_meets_the_region_at_its_phase_and_the_journal_outlives_it()
    {
        await using var region = await RegionProcess.StartAsync("eastus2");
        using var transport = new HttpClient(new SocketsHttpHandler());

        foreach (var phase in KillPhase.All.Where(phase => phase.HangsAfter is not null))
        {
            var conversations = new[] { 12, 17 }.Select(number => new ReplayConversation(new(number, phase, KilledAt: 3), region.Url, transport)).ToList();
            await Task.WhenAll(conversations.Select(conversation => conversation.GoOnAsync(2)));
            Assert.Equal(4, await region.StoredAsync());
            foreach (var conversation in conversations)
                conversation.WillBeHit();
            await region.HangAsync(phase.HangsAfter!.Value);

            var underWay = Task.WhenAll(conversations.Select(conversation => conversation.GoOnAsync(3)));
            await Task.WhenAll(conversations.Select(conversation => conversation.CaughtAsync()).Append(region.HangingAsync(2)));
            await region.KillAsync();
            await underWay;

            Assert.All(conversations, conversation => Assert.NotNull(conversation.Told[^1].Broken));
            Assert.Equal(phase.HangsAfter, conversations[0].Told[^1].Wire.Events.Count);
            Assert.Equal(0, conversations[1].Told[^1].Wire.Status);
            Assert.All(conversations.SelectMany(conversation => conversation.Told), turn => Assert.Contains(JournalledRequest.Of(region), request => request.Marker == turn.Marker));
            await region.StartAsync();
            Assert.Equal(0, await region.StoredAsync());
        }

        Assert.Equal(3 * 2 * 3, region.Journal().Count);
    }

    [Fact]
    public async Task Request_that_was_read_before_the_kill_and_again_after_it_is_found()
    {
        await using var region = await RegionProcess.StartAsync("eastus2");
        using var transport = new HttpClient(new SocketsHttpHandler());
        await new ReplayConversation(new(0, KillPhase.Idle, KilledAt: 2), region.Url, transport).GoOnAsync(1);
        Assert.Empty(JournalledRequest.UnmarkedSecondExecutions(JournalledRequest.Of(region).ToLookup(request => request.Marker)));

        await region.KillAsync();
        await region.StartAsync();
        await new ReplayConversation(new(0, KillPhase.Idle, KilledAt: 2), region.Url, transport).GoOnAsync(1);

        var found = Assert.Single(JournalledRequest.UnmarkedSecondExecutions(JournalledRequest.Of(region).ToLookup(request => request.Marker)));
        Assert.Equal("mark000n00: executed 2 times: eastus2, eastus2", found);
    }

    [Fact]
    public void Two_hundred_conversations_cover_every_phase_and_every_turn()
    {
        var plans = ConversationPlan.Lanes().SelectMany(lane => lane.SelectMany(group => group)).ToList();

        Assert.Equal((200, 100), (plans.Count, plans.Count(plan => plan.Streams)));
        Assert.Equal(KillPhase.All.Count * ConversationPlan.Turns, plans.Where(plan => plan.Streams).Select(plan => (plan.Phase, plan.KilledAt)).Distinct().Count());
        Assert.Equal(13, plans.Count(plan => plan.InsistsOnCut || plan.NeglectsTool));
        Assert.Equal(KillPhase.All.Count * ConversationPlan.Turns, plans.Where(plan => !plan.Streams).Select(plan => (plan.Phase, plan.KilledAt)).Distinct().Count());
        // The call under way, its output under way, both behind.
        Assert.All([0, -1, -2], offset => Assert.True(plans.Count(plan => plan.ToolTurn - plan.KilledAt == offset) >= 10));
        Assert.All([plans.Count(plan => plan.HasDetour), plans.Count(plan => plan.BranchesLater), plans.Count(plan => plan.SaysText), plans.Count(plan => plan.Model == "o4-mini")], count => Assert.True(count >= 25));
    }
}
