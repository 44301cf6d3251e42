using SessionAware.Tests.RegionKills;
using SessionAware.Tests.Sessions;
using SessionAware.Tests.Worlds;
using static SessionAware.Tests.SharedSessions.SharedConversation.Sight;

namespace SessionAware.Tests.SharedSessions;

/// <summary>Two replicas over one store: what one does to a conversation that both have in memory, the other sees with the very next request.</summary>
public sealed class Shared_replicas
{
    private const int Conversations = 50, AtOnce = 10;
    private const string Home = "eastus2", Away = "westus";

    public static MatrixTheoryData<string, string> Moves => new(["sqlite", "cosmos"], ["stay", "return"]);

    [Theory]
    [MemberData(nameof(Moves))]
    public async Task Move_and_return_by_one_are_seen_by_the_other(string store, string failBack)
    {
        await using var world = await IdWorld.StartAsync([("environment", "Development"), ("Gateway:PoolsFile", Pools(failBack)), .. await SharedStores.SettingsAsync(store)]);
        var replicas = new[] { world.Gateway, await world.StartReplicaAsync() };
        using var east = new Caller(world.EastUs2.Url);
        var all = Begin(replicas);
        foreach (var replica in replicas)
            await DrainAsync(replica, Away, "drain");
        await ForEachAsync(all, async conversation =>
        {
            Assert.Equal(Home, (await conversation.SayAsync(conversation.Replicas.One)).Backend);
            Assert.Equal(PinnedAt(Home), await conversation.SayAsync(conversation.Replicas.Other));
            Assert.Equal(PinnedAt(Home), await conversation.SayAsync(conversation.Replicas.One));
        });
        foreach (var replica in replicas)
            await DrainAsync(replica, Away, "undrain");
        await east.OrderAsync(new { kind = "outage" });

        var moves = await CountAsync(all, async conversation =>
            await conversation.SayAsync(conversation.Replicas.One) == ReplayedAt(Away) && await conversation.SayAsync(conversation.Replicas.Other) == PinnedAt(Away));
        await east.LiftAsync();
        foreach (var replica in replicas)
            await AvailableAsync(replica, Home);
        var (first, then) = failBack == "return" ? (ReplayedAt(Home), PinnedAt(Home)) : (PinnedAt(Away), PinnedAt(Away));
        var returns = await CountAsync(all, async conversation =>
            await conversation.SayAsync(conversation.Replicas.Other) == first && await conversation.SayAsync(conversation.Replicas.One) == then);

        var recalled = all.Count(conversation => conversation.Recalls);
        var executed = await ExecutedAsync(world);
        Print($"{store}, {failBack}: moves seen at once by the other: {moves} of {Conversations}; {(failBack == "return" ? "returns" : "stays")} seen at once: {returns} of {Conversations}; {recalled} recalled; {executed.Count} turns, each executed once");
        Assert.Equal((Conversations, Conversations, Conversations), (moves, returns, recalled));
        Assert.Equal(all.Sum(conversation => conversation.Ids.Count), executed.Count);
        Assert.All(executed, same => Assert.Single(same));
    }

    [Theory]
    [MemberData(nameof(SharedStores.All), MemberType = typeof(SharedStores))]
    public async Task Erasure_by_one_is_seen_by_the_other(string store)
    {
        await using var world = await IdWorld.StartAsync(LongSeconds.For, settings: [("environment", "Development"), ("Gateway:PoolsFile", Pools("stay")), .. await SharedStores.SettingsAsync(store)]);
        var replicas = new[] { world.Gateway, await world.StartReplicaAsync() };
        var admins = replicas.Select(replica => new Caller(replica.Url)).ToList();
        var all = Begin(replicas);
        await ForEachAsync(all, async conversation =>
        {
            for (var turn = 0; turn < 2; turn++)
            {
                await conversation.SayAsync(conversation.Replicas.One);
                await conversation.SayAsync(conversation.Replicas.Other);
            }
        });

        var erasures = await CountAsync(all, async conversation =>
        {
            var erased = await admins[all.IndexOf(conversation) % 2].SendAsync(HttpMethod.Delete, $"admin/sessions/{conversation.Ids[0]}");
            Assert.Equal(200, erased.Status);
            return await conversation.IsUnknownAsync(conversation.Replicas.Other) && await conversation.IsUnknownAsync(conversation.Replicas.One);
        }, atOnce: Conversations);

        Print($"{store}: erasures seen at once by the other: {erasures} of {Conversations}");
        Assert.Equal(Conversations, erasures);
        admins.ForEach(admin => admin.Dispose());
    }

    private static List<SharedConversation> Begin(IEnumerable<WebNode> replicas)
    {
        var callers = replicas.Select(replica => IdWorld.Call(replica, "pool")).ToList();
        return [.. Enumerable.Range(0, Conversations).Select(number => new SharedConversation(number, callers))];
    }

    private static Task ForEachAsync(IEnumerable<SharedConversation> all, Func<SharedConversation, Task> act, int atOnce = AtOnce) =>
        Parallel.ForEachAsync(all, new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (conversation, _) => await act(conversation));

    private static async Task<int> CountAsync(IEnumerable<SharedConversation> all, Func<SharedConversation, Task<bool>> holds, int atOnce = AtOnce)
    {
        var count = 0;
        await ForEachAsync(all, async conversation =>
        {
            if (await holds(conversation))
                Interlocked.Increment(ref count);
        }, atOnce);
        return count;
    }

    /// <summary>What the regions answered, by its marker.</summary>
    private static async Task<ILookup<string, JournalledRequest>> ExecutedAsync(IdWorld world)
    {
        List<JournalledRequest> all = [];
        foreach (var (name, region) in new[] { (Home, world.EastUs2), (Away, world.WestUs) })
        {
            using var caller = new Caller(region.Url);
            all.AddRange(JournalledRequest.Of(name, (await caller.JournalAsync()).Where(entry => entry!["status"]?.GetValue<int>() == 200)));
        }

        return all.ToLookup(request => request.Marker);
    }

    private static async Task DrainAsync(WebNode replica, string backend, string call)
    {
        using var admin = new Caller(replica.Url);
        Assert.Equal(200, (await admin.SendAsync(HttpMethod.Post, $"admin/backends/{backend}/{call}")).Status);
    }

    private static async Task AvailableAsync(WebNode replica, string backend)
    {
        using var admin = new Caller(replica.Url);
        await Eventually.IsAsync(async () => (await admin.GetAsync($"admin/backends/{backend}")).Json["state"]!.GetValue<string>() == "available");
    }

    private static void Print(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);

    private static string Pools(string failBack) => PoolsText.Write($$"""
        {
          "backends": [ {{Backend(Home)}}, {{Backend(Away)}} ],
          "pools": [ { "name": "pool", "properties": { "pool": { "services": [ { "id": "/backends/{{Home}}" }, { "id": "/backends/{{Away}}" } ] } },
            "sessionAware": { "affinity": "ids", "unknown": "reject", "failBack": "{{failBack}}" } } ],
          "apis": [ { "name": "pool", "properties": { "path": "pool" }, "sessionAware": { "pool": "pool" } } ]
        }
        """);

    private static string Backend(string name) => $$"""
        { "name": "{{name}}", "sessionAware": { "dataBoundary": "us" }, "properties": { "circuitBreaker": { "rules": [ { "name": "out", "tripDuration": "PT0.5S",
          "failureCondition": { "count": 1, "interval": "PT1M", "statusCodeRanges": [ { "min": 500, "max": 599 } ] } } ] } } }
        """;
}
