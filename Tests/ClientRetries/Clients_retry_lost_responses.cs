using SessionAware.Tests.Replay;

namespace SessionAware.Tests.ClientRetries;

/// <summary>Official clients with their own retries when the right backend does not know what it made: it goes on there, and the client sees nothing of it.</summary>
public sealed class Clients_retry_lost_responses(DefaultClients clients) : IClassFixture<DefaultClients>
{
    [Theory]
    [MemberData(nameof(DefaultClients.InEitherWay), MemberType = typeof(DefaultClients))]
    public async Task Response_that_is_not_visible_yet_is_waited_for(string client, bool streams)
    {
        await using var world = await RetryWorld.StartAsync();
        var id = await world.BeginAsync();
        await world.StrikeAsync(new { kind = "error", status = 400, code = "previous_response_not_found", message = $"Previous response with id '{id}' not found." });

        var call = await clients.CreateAsync(client, world.Api, RetryWorld.Turn(streams, id));

        call.AssertServed("200 eastus2 pinned");
        await world.AssertArrivedAsync(eastus2: "400, 200", westus: "");
    }

    [Theory]
    [MemberData(nameof(DefaultClients.InEitherWay), MemberType = typeof(DefaultClients))]
    public async Task Response_that_the_region_has_lost_is_replayed_there(string client, bool streams)
    {
        await using var world = await RetryWorld.StartAsync();
        var id = await world.BeginAsync();
        await LoseStateAsync(world);

        var call = await clients.CreateAsync(client, world.Api, RetryWorld.Turn(streams, id));

        call.AssertServed("200 eastus2 replayed");
        // What is refused so has not run: asked again after a tenth of a second, and then there is not time enough to wait twice as long.
        await world.AssertArrivedAsync(eastus2: "400, 400, 200", westus: "");
    }

    [Theory]
    [MemberData(nameof(DefaultClients.Each), MemberType = typeof(DefaultClients))]
    public async Task Response_that_the_region_has_lost_is_read_from_the_record(string client)
    {
        await using var world = await RetryWorld.StartAsync();
        var id = await world.BeginAsync();
        await LoseStateAsync(world);

        var call = await clients.RetrieveAsync(client, world.Api, id);

        call.AssertServed("200 record pinned");
        await world.AssertArrivedAsync(eastus2: "404", westus: "");
    }

    private static async Task LoseStateAsync(RetryWorld world)
    {
        await world.StrikeAsync();
        Assert.Equal(204, (await world.EastUs2.SendAsync(HttpMethod.Post, "_emulator/reset")).Status);
    }
}
