using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.RegionKills;

/// <summary>Conversations that live in one region and are all hit, each at its turn, by the kill of its process.</summary>
internal sealed class KilledGroup
{
    private readonly ReplayWorld _world;

    public KilledGroup(ReplayWorld world, RegionProcess victim, IEnumerable<ConversationPlan> plans, HttpClient transport)
    {
        (_world, Victim) = (world, victim);
        Conversations = [.. plans.Select(plan => new ReplayConversation(plan, world.Api, transport))];
        Phase = Conversations[0].Plan.Phase;
    }

    public KillPhase Phase { get; }

    public RegionProcess Victim { get; }

    public RegionProcess Survivor => _world.Other(Victim);

    public IReadOnlyList<ReplayConversation> Conversations { get; }

    /// <summary>Holds all turns before those that are hit, at the victim.</summary>
    public Task BeginAsync() => _world.OnlyAtAsync(Victim, () => GoOnAsync(plan => plan.KilledAt - 1));

    /// <summary>Kills the victim where its phase says, and waits for what was under way.</summary>
    public async Task KillAsync()
    {
        await _world.AvailableAsync(Survivor);
        foreach (var conversation in Conversations)
            conversation.WillBeHit();
        var underWay = Task.CompletedTask;
        if (Phase.HangsAfter is { } events)
        {
            await Victim.HangAsync(events);
            await _world.OnlyAtAsync(Victim, async () =>
            {
                underWay = GoOnAsync(plan => plan.KilledAt);
                await Task.WhenAny(underWay, CaughtAsync()).Unwrap();
            });
        }

        await Victim.KillAsync();
        await underWay;
    }

    /// <summary>Goes to the end while the victim is gone.</summary>
    public Task EndAsync() => Task.WhenAll(Conversations.Select(conversation => conversation.EndAsync()));

    private Task GoOnAsync(Func<ConversationPlan, int> turns) => Task.WhenAll(Conversations.Select(conversation => conversation.GoOnAsync(turns(conversation.Plan))));

    private Task CaughtAsync() => Task.WhenAll(Conversations.Select(conversation => conversation.CaughtAsync()).Append(Victim.HangingAsync(Conversations.Count)));
}
