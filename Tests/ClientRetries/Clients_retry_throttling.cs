using SessionAware.Tests.Replay;

namespace SessionAware.Tests.ClientRetries;

/// <summary>Official clients with their own retries while the session's backend is throttled: the session stays, and nobody else is asked.</summary>
public sealed class Clients_retry_throttling(DefaultClients clients) : IClassFixture<DefaultClients>
{
    private static readonly object s_forASecond = new { kind = "throttle", retry_after_ms = 1000 };

    [Theory]
    [MemberData(nameof(DefaultClients.InEitherWay), MemberType = typeof(DefaultClients))]
    public async Task Short_wait_is_the_gateways_and_the_client_does_not_see_it(string client, bool streams)
    {
        await using var world = await RetryWorld.StartAsync(maxWait: "PT2S");
        var turn = RetryWorld.Turn(streams, await world.BeginAsync());
        await world.StrikeAsync(s_forASecond);

        var call = await clients.CreateAsync(client, world.Api, turn);

        call.AssertServed("200 eastus2 pinned");
        await world.AssertArrivedAsync(eastus2: "429, 200", westus: "");
    }

    [Theory]
    [MemberData(nameof(DefaultClients.InEitherWay), MemberType = typeof(DefaultClients))]
    public async Task Longer_wait_is_the_clients_which_comes_back_to_its_backend_by_itself(string client, bool streams)
    {
        await using var world = await RetryWorld.StartAsync();
        var turn = RetryWorld.Turn(streams, await world.BeginAsync());
        await world.StrikeAsync(s_forASecond);

        var call = await clients.CreateAsync(client, world.Api, turn);

        // Who comes back a little too early is told so once more.
        string[] early = [.. call.Exchanges.Where(exchange => exchange == "429 too_many_requests after 1")];
        call.AssertServed(["429 RateLimitReached after 1", .. early, "200 eastus2 pinned"]);
        await world.AssertArrivedAsync(eastus2: "429, 200", westus: "");
    }

    [Theory]
    [MemberData(nameof(DefaultClients.InEitherWay), MemberType = typeof(DefaultClients))]
    public async Task Longer_wait_is_nobodys_where_the_pool_has_it_replayed(string client, bool streams)
    {
        await using var world = await RetryWorld.StartAsync(replayOn: ["outage", "throttled"]);
        var turn = RetryWorld.Turn(streams, await world.BeginAsync());
        await world.StrikeAsync(s_forASecond);

        var call = await clients.CreateAsync(client, world.Api, turn);

        call.AssertServed("200 westus replayed");
        await world.AssertArrivedAsync(eastus2: "429", westus: "200");
    }

    /// <summary>A session's turn that was refused so is no one else's, and the stream says by itself what it is: clients do not send it again.</summary>
    [Theory]
    [MemberData(nameof(DefaultClients.Each), MemberType = typeof(DefaultClients))]
    public async Task Refusal_inside_of_a_200_is_passed_on_and_asked_of_nobody_else(string client)
    {
        await using var world = await RetryWorld.StartAsync();
        var turn = RetryWorld.Turn(streams: true, await world.BeginAsync());
        await world.StrikeAsync(new { kind = "throttle", in_stream = true });

        var call = await clients.CreateAsync(client, world.Api, turn);

        Assert.Equal(["200 eastus2 pinned"], call.Exchanges);
        Assert.StartsWith("error", call.Outcome, StringComparison.Ordinal);
        await world.AssertArrivedAsync(eastus2: "200", westus: "");
    }
}
