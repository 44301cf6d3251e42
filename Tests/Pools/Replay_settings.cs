using SessionAware.Gateway.Pools;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Pools;

/// <summary>What a pool does for sessions whose backend cannot serve is read from its settings; what contradicts itself stops the start.</summary>
public sealed class Replay_settings
{
    private const string Place = "pools[0].sessionAware";
    private const string NoMeaning = "has no meaning where history is 'inject': every request takes the history along";

    public static TheoryData<string, string[]> Faults => new()
    {
        { """ "replayOn": [ "drained" ] """, [$"{Place}.replayOn[0]: must be one of: outage, throttled"] },
        { """ "replayOn": [ "outage", "outage" ] """, [$"{Place}.replayOn: must not have an entry twice"] },
        { """ "replayOn": "outage" """, [$"{Place}.replayOn: must be an array"] },
        { """ "replayOn": [ "outage" ], "recordContent": false """, [$"{Place}.replayOn: with recordContent false there is nothing to replay from: it must be [] or left out"] },
        { """ "maxWait": "2s" """, [$"{Place}.maxWait: must match ^P"] },
        { """ "maxWait": "P2S" """, [$"{Place}.maxWait: 'P2S' is no ISO 8601 duration such as PT1M"] },
        { """ "maxWait": "PT30.1S" """, [$"{Place}.maxWait: 'PT30.1S' must be between PT0S and PT30S"] },
        { """ "failBack": "go" """, [$"{Place}.failBack: must be one of: stay, return"] },
        { """ "history": "summary" """, [$"{Place}.history: must be one of: recorded, inject"] },
        { """ "replayOn": [ "throttled" ], "replayTokensPerMinute": 0 """, [$"{Place}.replayTokensPerMinute: must be at least 1"] },
        { """ "replayOn": [ "throttled" ], "replayTokensPerMinute": 1000000001 """, [$"{Place}.replayTokensPerMinute: must be at most 1000000000"] },
        { """ "replayTokensPerMinute": 5 """, [$"{Place}.replayTokensPerMinute: limits what throttling has replayed, and 'throttled' is not in replayOn"] },
        { """ "replayOn": [], "replayTokensPerMinute": 5 """, [$"{Place}.replayTokensPerMinute: limits what throttling has replayed, and 'throttled' is not in replayOn"] },
        { """ "history": "inject", "recordContent": false """, [$"{Place}.history: 'inject' sends what is on record, so recordContent must not be false"] },
        { """ "history": "inject", "unknown": "forward" """, [$"{Place}.unknown: 'forward' finds nothing where history is 'inject': no backend knows any id; it must be 'reject'"] },
        {
            """ "history": "inject", "replayOn": [ "throttled" ], "failBack": "stay", "replayTokensPerMinute": 5, "maxWait": "PT31S" """,
            [$"{Place}.replayOn: {NoMeaning}", $"{Place}.failBack: {NoMeaning}", $"{Place}.replayTokensPerMinute: {NoMeaning}", $"{Place}.maxWait: 'PT31S' must be between PT0S and PT30S"]
        },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Setting_that_cannot_be_is_named_by_its_place(string behavior, string[] faults) =>
        Assert.Equal(faults, await PoolsText.FaultsOfAsync(Pools($""" "affinity": "ids", {behavior} """), ("Backends:a:Url", "http://127.0.0.1:1")));

    [Fact]
    public async Task Settings_of_sessions_need_affinity_by_ids()
    {
        string[] settings =
        [
            """ "unknown": "reject" """, """ "recordContent": true """, """ "keys": [] """, """ "replayOn": [] """, """ "maxWait": "PT1S" """,
            """ "failBack": "stay" """, """ "history": "recorded" """, """ "replayTokensPerMinute": 5 """,
        ];

        Assert.Equal(
            settings.Select(setting => $"{Place}.{setting.Split('"')[1]}: belongs to pools whose affinity is ids"),
            await PoolsText.FaultsOfAsync(Pools(string.Join(", ", settings)), ("Backends:a:Url", "http://127.0.0.1:1")));
    }

    [Fact]
    public async Task Sessions_are_replayed_where_their_backend_is_out_and_stay_there_unless_said_otherwise()
    {
        var rules = await RulesOfAsync(""" "affinity": "ids" """);

        Assert.Equal(new ReplayRules { OnOutage = true, OnThrottled = false, MaxWait = TimeSpan.FromSeconds(2), FailsBack = false, Injects = false, TokensPerMinute = 100_000 }, rules);
        Assert.Equal(rules, await RulesOfAsync(""" "affinity": "ids", "replayOn": [ "outage" ], "maxWait": "PT2S", "failBack": "stay", "history": "recorded" """));
    }

    [Theory]
    [InlineData("[]", false, false)]
    [InlineData("""[ "outage" ]""", true, false)]
    [InlineData("""[ "throttled" ]""", false, true)]
    [InlineData("""[ "throttled", "outage" ]""", true, true)]
    public async Task Sessions_are_replayed_on_what_is_listed_and_on_nothing_else(string replayOn, bool onOutage, bool onThrottled)
    {
        var rules = await RulesOfAsync($""" "affinity": "ids", "replayOn": {replayOn} """);

        Assert.Equal((onOutage, onThrottled), (rules.OnOutage, rules.OnThrottled));
    }

    [Theory]
    [InlineData("")]
    [InlineData(""", "replayOn": [] """)]
    public async Task Nothing_is_replayed_of_what_is_not_recorded(string replayOn)
    {
        var rules = await RulesOfAsync($""" "affinity": "ids", "recordContent": false{replayOn} """);

        Assert.Equal((false, false), (rules.OnOutage, rules.OnThrottled));
    }

    [Fact]
    public async Task Every_setting_has_its_effect() => Assert.Equal(
        new ReplayRules { OnOutage = false, OnThrottled = true, MaxWait = TimeSpan.FromSeconds(30), FailsBack = true, TokensPerMinute = 1_000_000_000 },
        await RulesOfAsync(""" "affinity": "ids", "replayOn": [ "throttled" ], "maxWait": "PT30S", "failBack": "return", "replayTokensPerMinute": 1000000000 """));

    [Fact]
    public async Task Request_need_not_wait() => Assert.Equal(TimeSpan.Zero, (await RulesOfAsync(""" "affinity": "ids", "maxWait": "PT0S" """)).MaxWait);

    [Theory]
    [InlineData("")]
    [InlineData(""", "unknown": "reject", "recordContent": true, "maxWait": "PT1S" """)]
    public async Task Pool_that_injects_refuses_ids_that_no_backend_could_know(string beside)
    {
        var ids = (await ReadPools.OfAsync(Pools($""" "affinity": "ids", "history": "inject"{beside} """))).Pools[0].Ids!;

        Assert.Equal((true, true), (ids.Replay.Injects, ids.RejectUnknown));
    }

    [Fact]
    public async Task Shipped_pools_say_what_they_do()
    {
        var pools = (await ReadPools.OfAsync(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "pools.json"), TestContext.Current.CancellationToken))).Pools;

        Assert.Equal(new ReplayRules(), pools.Single(pool => pool.Name == "session-aware").Ids!.Replay);
        Assert.True(pools.Single(pool => pool.Name == "inject").Ids!.Replay.Injects);
        Assert.All(pools.SelectMany(pool => pool.Backends), backend => Assert.Equal(("us", "gpt-4o-mini"), (backend.DataBoundary, Assert.Single(backend.Deployments!))));
    }

    private static async Task<ReplayRules> RulesOfAsync(string behavior) => (await ReadPools.OfAsync(Pools(behavior))).Pools[0].Ids!.Replay;

    private static string Pools(string behavior) => $$"""
        {
          "backends": [ { "name": "a" } ],
          "pools": [ { "name": "p", "properties": { "pool": { "services": [ { "id": "/backends/a" } ] } }, "sessionAware": { {{behavior}} } } ],
          "apis": [ { "name": "x", "properties": { "path": "x" }, "sessionAware": { "pool": "p" } } ]
        }
        """;
}
