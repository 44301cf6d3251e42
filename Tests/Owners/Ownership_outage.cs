using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Owners;

/// <summary>While the store is down nobody gets what is another's, and nobody learns whether it is there.</summary>
public sealed class Ownership_outage
{
    private const int Unavailable = 503;

    public static TheoryData<string> Families => [.. AttackFamilies.Names];

    [Theory]
    [MemberData(nameof(Families))]
    public async Task What_is_anothers_is_as_unknown_as_ever_while_the_store_is_down(string family)
    {
        List<Func<WatchedStore>> stores = [];
        await using var world = await OwnersWorld.StartAsync(services: services =>
        {
            TimeAhead.AnHour(services);
            stores.Add(WatchedStore.In(services));
        });
        using var a = new Caller(world.First.Url, apiKey: OwnersWorld.KeyOfA);
        var theirs = await Possessions.MakeAsync(a, "Ada");
        stores.ForEach(store => store().IsDown = true);

        var faults = await world.AttackAsync(world.Replicas, AttackFamilies.Of(family), theirs, worst: Unavailable);

        Assert.True(faults.Count == 0, string.Join("\n\n", faults));
        await AssertGoesOnAsync(a, theirs);
        stores.ForEach(store => store().IsDown = false);
        await AssertGoesOnAsync(a, theirs);
    }

    [Fact]
    public async Task Store_that_hangs_is_a_store_that_is_down()
    {
        List<Func<WatchedStore>> stores = [];
        await using var world = await OwnersWorld.StartAsync(
            [.. OwnersWorld.TwoSubscriptions, ("Gateway:Sessions:StoreTimeout", "00:00:00.050")],
            services =>
            {
                TimeAhead.AnHour(services);
                stores.Add(WatchedStore.In(services));
            });
        using var a = new Caller(world.First.Url, apiKey: OwnersWorld.KeyOfA);
        using var b = new Caller(world.First.Url, apiKey: OwnersWorld.KeyOfB);
        var theirs = await Possessions.MakeAsync(a, "Ada");
        stores.ForEach(store => store().Hangs = true);

        Assert.Empty(await world.AttackAsync(world.Replicas, [Attack.Of("GET", ids => $"GET responses/{ids.Response}")], theirs, worst: Unavailable));
        await AssertUnavailableAsync(b, theirs.Response);
        await AssertGoesOnAsync(a, theirs);
    }

    [Fact]
    public async Task File_that_turns_into_garbage_lets_nobody_through()
    {
        await using var world = await OwnersWorld.StartAsync(services: TimeAhead.AnHour);
        using var a = new Caller(world.First.Url, apiKey: OwnersWorld.KeyOfA);
        var theirs = await Possessions.MakeAsync(a, "Ada");
        // One that has asked nothing yet has nothing of it in memory.
        var third = await world.StartGatewayAsync(OwnersWorld.TwoSubscriptions, TimeAhead.AnHour);
        using var b = new Caller(third.Url, apiKey: OwnersWorld.KeyOfB);
        foreach (var file in new[] { world.SessionsFile, world.SessionsFile + "-wal" })
            await OverwriteAsync(file);

        var attacks = AttackFamilies.Names.SelectMany(AttackFamilies.Of).ToList();
        var faults = await world.AttackAsync([third], attacks, theirs, worst: Unavailable);

        Assert.True(faults.Count == 0, string.Join("\n\n", faults));
        await AssertUnavailableAsync(b, theirs.Response);
        await AssertUnavailableAsync(b, theirs.Unknown().Response);
        await AssertGoesOnAsync(a, theirs);
    }

    [Fact]
    public async Task File_that_is_replaced_by_an_empty_one_lets_nobody_through()
    {
        await using var world = await OwnersWorld.StartAsync(services: TimeAhead.AnHour);
        using var a = new Caller(world.First.Url, apiKey: OwnersWorld.KeyOfA);
        var theirs = await Possessions.MakeAsync(a, "Ada");
        var third = await world.StartGatewayAsync(OwnersWorld.TwoSubscriptions, TimeAhead.AnHour);
        using var b = new Caller(third.Url, apiKey: OwnersWorld.KeyOfB);
        foreach (var file in new[] { world.SessionsFile, world.SessionsFile + "-wal", world.SessionsFile + "-shm" })
            File.Delete(file);
        await File.WriteAllBytesAsync(world.SessionsFile, [], TestContext.Current.CancellationToken);

        Assert.Empty(await world.AttackAsync([third], [Attack.Of("GET", ids => $"GET responses/{ids.Response}")], theirs, worst: Unavailable));
        // A replica that had the file open goes on with what it has; one that had not cannot tell.
        Assert.Contains((await b.GetAsync($"{OwnersWorld.Api}/responses/{theirs.Response}")).Status, new[] { 404, Unavailable });
    }

    /// <summary>What is in the memory of A's own replica is served as before.</summary>
    private static async Task AssertGoesOnAsync(Caller a, Possessions theirs)
    {
        var answer = await a.SendAsync(HttpMethod.Post, $"{OwnersWorld.Api}/responses", new { model = "gpt-4o-mini", input = "Who am I?", previous_response_id = theirs.Response });
        Assert.True(answer.Status == 200, answer.Text);
        Assert.Contains("Ada", answer.OutputText, StringComparison.Ordinal);
    }

    private static async Task AssertUnavailableAsync(Caller caller, string id)
    {
        var answer = await caller.GetAsync($"{OwnersWorld.Api}/responses/{id}");
        Assert.Equal((Unavailable, "store_unavailable", "1"), (answer.Status, answer.Json["error"]!["code"]!.GetValue<string>(), answer.Header("Retry-After")));
    }

    /// <summary>Not shortened: memory that is mapped to it must stay there.</summary>
    private static async Task OverwriteAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        var garbage = new byte[file.Length];
        new Random(1).NextBytes(garbage);
        await file.WriteAsync(garbage, TestContext.Current.CancellationToken);
    }
}
