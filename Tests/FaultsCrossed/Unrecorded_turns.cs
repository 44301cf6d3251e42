using SessionAware.Tests.ClientRetries;

namespace SessionAware.Tests.FaultsCrossed;

/// <summary>
/// What the store was told too late, or not at all: a turn that it has not taken leads to no replay without it, and a marker that it has not taken, or has taken when
/// nobody waited for it any more, neither hides a sending nor makes one up.
/// </summary>
public sealed class Unrecorded_turns : IAsyncLifetime
{
    private static readonly (string, string) s_again = ("x-session-attempt", "again");

    private readonly FaultsWorld _world = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("refuses", "westus")]
    [InlineData("forgets", "eastus2")]
    public async Task Turn_that_waits_for_the_store_is_missed_by_name_until_it_is_there(string fault, string server)
    {
        var (replica, before) = await BeginAsync();
        await _world.StrikeStoreAsync("writes 503");
        var told = await replica.A.SayAsync("My cat is called Tom.", before);
        Assert.Equal(200, told.Status);
        await _world.StrikeRegionAsync(fault);
        await _world.SentAsync();

        var refused = await replica.AskAsync(told.Id, streams: false);

        Assert.Equal("503 history_incomplete", $"{refused}");
        Assert.DoesNotContain(await _world.SentAsync(), request => request.MayHaveRun);
        await _world.RecoverStoreAsync();
        var whole = await replica.A.SayAsync("What is my cat called?", told.Id);
        Assert.Equal((200, server, "replayed"), (whole.Status, whole.Header("x-backend-id"), whole.Header("x-session-affinity")));
        Assert.Contains("Tom", whole.OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_that_could_return_stays_where_it_is_while_the_store_is_out()
    {
        var (replica, before) = await BeginAsync(""", "failBack": "return" """);
        await _world.StrikeRegionAsync("out");
        var moved = await replica.AskAsync(before, streams: false);
        Assert.Equal("200 replayed westus", $"{moved}");
        await _world.RecoverRegionAsync();

        foreach (var fault in (string[])["503", "slow", "writes 503", "writes slow"])
        {
            await replica.SettledAsync();
            await _world.StrikeStoreAsync(fault);
            Assert.Equal("200 pinned westus", $"{moved = await replica.AskAsync(moved.Id!, streams: false)}");
            await _world.RecoverStoreAsync();
        }

        Assert.Equal("200 replayed eastus2", $"{await replica.AskAsync(moved.Id!, streams: false)}");
    }

    [Fact]
    public async Task What_must_not_run_twice_is_not_sent_while_nobody_can_say_whether_it_was()
    {
        var (replica, before) = await BeginAsync();
        await _world.StrikeStoreAsync("503");
        await _world.SentAsync();

        var refused = await AskInBackgroundAsync(replica, before);

        Assert.Equal("503 store_unavailable", $"{refused}");
        Assert.Empty(await _world.SentAsync());
        await _world.RecoverStoreAsync();
        Assert.Equal("200 pinned eastus2", $"{await AskInBackgroundAsync(replica, before)}");
    }

    [Fact]
    public async Task Uncertainty_that_the_store_has_not_taken_is_told_to_every_replica_when_it_is_back()
    {
        var (replica, before) = await BeginAsync();
        await _world.StrikeStoreAsync("writes 503");
        await _world.StrikeRegionAsync("loses");
        Assert.Equal("409 execution_uncertain", $"{await AskInBackgroundAsync(replica, before)}");
        await _world.RecoverRegionAsync();
        await _world.RecoverStoreAsync();
        await _world.SentAsync();

        Assert.Equal("409 execution_uncertain", $"{await AskInBackgroundAsync(_world.Replicas[1], before)}");
        Assert.Empty(await _world.SentAsync());
        Assert.Equal("200 pinned eastus2", $"{await AskInBackgroundAsync(_world.Replicas[1], before, s_again)}");
        Assert.Equal("2", Assert.Single(await _world.SentAsync()).Mark);
    }

    [Fact]
    public async Task End_that_the_store_has_not_taken_makes_nothing_uncertain_when_it_is_back()
    {
        var (replica, before) = await BeginAsync();
        await _world.StrikeRegionAsync("refuses");
        await _world.StrikeStoreAsync("deletes 503");
        Assert.Equal("200 replayed westus", $"{await replica.AskAsync(before, streams: false)}");
        await _world.RecoverStoreAsync();
        await _world.UnmarkedAsync();

        Assert.Equal("200 replayed westus", $"{await replica.AskAsync(before, streams: false)}");
        await _world.UnmarkedAsync();
        Assert.Equal("200 replayed westus", $"{await _world.Replicas[1].AskAsync(before, streams: false)}");
    }

    [Fact]
    public async Task Marker_that_comes_too_late_is_taken_back_and_no_replica_takes_it_for_a_sending()
    {
        var (replica, before) = await BeginAsync();
        await _world.StrikeRegionAsync("refuses");
        await _world.StrikeStoreAsync("writes slow");
        await _world.SentAsync();
        Assert.Equal("503 store_unavailable", $"{await replica.AskAsync(before, streams: false)}");
        Assert.Empty(await _world.SentAsync());
        await _world.RecoverStoreAsync();
        await _world.UnmarkedAsync();

        Assert.Equal("200 replayed westus", $"{await replica.AskAsync(before, streams: false)}");
        await _world.UnmarkedAsync();
        Assert.Equal("200 replayed westus", $"{await _world.Replicas[1].AskAsync(before, streams: false)}");
        Assert.All(await _world.SentAsync(), request => Assert.Equal("westus", $"{request}"));
    }

    public async ValueTask DisposeAsync() => await _world.DisposeAsync();

    private async Task<(FaultsReplica Replica, string Id)> BeginAsync(string pools = "")
    {
        await _world.UseAsync(pools);
        return (_world.Replicas[0], await _world.Replicas[0].BeginAsync());
    }

    private static async Task<FaultsAnswer> AskInBackgroundAsync(FaultsReplica replica, string previous, params (string Name, string Value)[] headers) => new(await replica.A.SendAsync(
        HttpMethod.Post, "openai/v1/responses", new { model = "gpt-4o-mini", input = "Who am I?", previous_response_id = previous, background = true }, headers));
}
