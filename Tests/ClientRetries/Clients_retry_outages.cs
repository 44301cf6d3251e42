using SessionAware.Tests.Replay;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.ClientRetries;

/// <summary>Official clients with their own retries while the session's backend is out and has executed nothing: the session goes on elsewhere, or they are told when to come back.</summary>
public sealed class Clients_retry_outages(DefaultClients clients) : IClassFixture<DefaultClients>
{
    private static readonly object s_out = new { kind = "outage" };

    public static MatrixTheoryData<string, bool, string> Outages { get; } = new([DefaultClients.Dotnet, DefaultClients.Node], [false, true], ["tripped", "taken out of the pool", "refuses connections", "out"]);

    public static MatrixTheoryData<string, bool, string> Refusals { get; } = new(
        [DefaultClients.Dotnet, DefaultClients.Node], [false, true], ["history_incomplete", "region_bound_state", "conversation_unavailable"]);

    [Theory]
    [MemberData(nameof(Outages))]
    public async Task Turn_is_replayed_and_the_client_has_nothing_to_retry(string client, bool streams, string outage)
    {
        await using var world = await RetryWorld.StartAsync(trip: "PT1M");
        var id = await world.BeginAsync();
        switch (outage)
        {
            case "tripped":
                await world.StrikeAsync(s_out);
                Assert.Equal("record", (await world.Caller.GetAsync($"openai/v1/responses/{id}")).Header("x-session-served-from"));
                await world.StrikeAsync();
                break;
            case "taken out of the pool":
                await world.TakeOutAsync();
                await world.StrikeAsync();
                break;
            case "refuses connections":
                await world.StrikeAsync();
                await world.CloseAsync();
                break;
            default:
                await world.StrikeAsync(s_out);
                break;
        }

        var call = await clients.CreateAsync(client, world.Api, RetryWorld.Turn(streams, id));

        call.AssertServed("200 westus replayed");
        Assert.Equal("200", await RetryWorld.ArrivedAsync(world.WestUs));
        if (outage != "refuses connections")
            Assert.Equal(outage == "out" ? "503" : "", await RetryWorld.ArrivedAsync(world.EastUs2));
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task What_cannot_go_on_elsewhere_is_refused_by_name_and_served_when_the_client_comes_back(string client, bool streams, string code)
    {
        await using var world = await RetryWorld.StartAsync();
        var turn = code switch
        {
            "history_incomplete" => RetryWorld.Turn(streams, await BeginWithoutFirstTurnAsync(world)),
            "region_bound_state" => RetryWorld.Turn(streams, await world.BeginAsync(), RetryWorld.HostedTool),
            _ => RetryWorld.Turn(streams, more: await world.BeginConversationAsync()),
        };
        await world.StrikeAsync(s_out);

        var call = await clients.CreateAsync(client, world.Api, turn);

        if (code == "region_bound_state")
        {
            // The emulated models have no hosted tools; it is for the region itself to say so.
            Assert.Equal([$"503 {code} after 1", "400"], call.Exchanges);
            await world.AssertArrivedAsync(eastus2: "503, 400", westus: "");
            return;
        }

        call.AssertServed($"503 {code} after 1", "200 eastus2 pinned");
        await world.AssertArrivedAsync(eastus2: "503, 200", westus: "");
    }

    [Theory]
    [MemberData(nameof(DefaultClients.InEitherWay), MemberType = typeof(DefaultClients))]
    public async Task Pending_tools_are_a_conflict_that_clients_do_not_send_again(string client, bool streams)
    {
        await using var world = await RetryWorld.StartAsync();
        var called = await world.Caller.CreateAsync(new
        {
            model = "gpt-4o-mini",
            input = "What is the weather in Paris?",
            tools = new[] { new { type = "function", name = "get_weather", parameters = new { type = "object", properties = new { city = new { type = "string" } } } } },
        });
        Assert.Equal("function_call", called.Json["output"]![0]!["type"]!.GetValue<string>());
        await world.StrikeAsync(s_out);

        var call = await clients.CreateAsync(client, world.Api, RetryWorld.Turn(streams, called.Id));

        call.AssertRefusedForGood("tools_pending");
        await world.AssertArrivedAsync(eastus2: "503", westus: "");
    }

    [Theory]
    [MemberData(nameof(DefaultClients.Each), MemberType = typeof(DefaultClients))]
    public async Task Response_that_has_ended_is_read_from_the_record(string client)
    {
        await using var world = await RetryWorld.StartAsync();
        var id = await world.BeginAsync();
        await world.StrikeAsync(s_out);

        var call = await clients.RetrieveAsync(client, world.Api, id);

        call.AssertServed("200 record pinned");
        await world.AssertArrivedAsync(eastus2: "503", westus: "");
    }

    [Theory]
    [MemberData(nameof(DefaultClients.Each), MemberType = typeof(DefaultClients))]
    public async Task Background_response_whose_end_is_not_on_record_is_never_told_as_it_was(string client)
    {
        await using var world = await RetryWorld.StartAsync();
        var begun = await world.Caller.BeginAsync("My name is Ada.");
        Assert.Equal("queued", Background.Status(begun));
        await world.EastUs2.EndOfAsync(begun.Id);
        await world.StrikeAsync(s_out);

        var call = await clients.RetrieveAsync(client, world.Api, begun.Id);

        call.AssertServed("503 session_unavailable after 1", "200 eastus2 pinned");
        await world.AssertArrivedAsync(eastus2: "503, 200", westus: "");
    }

    private static async Task<string> BeginWithoutFirstTurnAsync(RetryWorld world)
    {
        var first = await world.BeginAsync();
        var second = await world.Caller.SayAsync("I live in Paris.", first);
        Assert.Equal(200, (await world.Caller.DeleteAsync($"responses/{first}")).Status);
        return second.Id;
    }
}
