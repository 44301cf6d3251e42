using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.ClientRetries;

/// <summary>Official clients with their own retries when a backend is lost that may have executed the request: it is executed again with a mark, or not at all.</summary>
public sealed class Clients_retry_uncertain_executions(DefaultClients clients) : IClassFixture<DefaultClients>
{
    private static readonly object s_closed = new { kind = "outage", close_connection = true };

    public static MatrixTheoryData<string, bool, int?> Losses { get; } = new([DefaultClients.Dotnet, DefaultClients.Node], [false, true], [null, 500, 502, 504]);

    public static MatrixTheoryData<string, bool, string> Unrepeatable { get; } = new([DefaultClients.Dotnet, DefaultClients.Node], [false, true], ["background", "hosted tool", "conversation"]);

    [Theory]
    [MemberData(nameof(Losses))]
    public async Task Plain_turn_is_executed_once_more_and_marked(string client, bool streams, int? status)
    {
        await using var world = await RetryWorld.StartAsync();
        var turn = RetryWorld.Turn(streams, await world.BeginAsync());
        await world.StrikeAsync(status is null ? s_closed : new { kind = "error", status });

        var call = await clients.CreateAsync(client, world.Api, turn);

        call.AssertServed("200 westus replayed #2");
        await world.AssertArrivedAsync(eastus2: status?.ToString() ?? "lost", westus: "200 #2");
    }

    [Theory]
    [MemberData(nameof(DefaultClients.Each), MemberType = typeof(DefaultClients))]
    public async Task Failure_that_a_200_begins_with_is_one_of_these(string client)
    {
        await using var world = await RetryWorld.StartAsync();
        var turn = RetryWorld.Turn(streams: true, await world.BeginAsync());
        await world.StrikeAsync(new { kind = "error", in_stream = true });

        var call = await clients.CreateAsync(client, world.Api, turn);

        call.AssertServed("200 westus replayed #2");
        await world.AssertArrivedAsync(eastus2: "200", westus: "200 #2");
    }

    [Theory]
    [MemberData(nameof(Unrepeatable))]
    public async Task What_must_not_run_twice_does_not_whoever_sends_it_again(string client, bool streams, string kind)
    {
        await using var world = await RetryWorld.StartAsync();
        var turn = kind switch
        {
            "background" => RetryWorld.Turn(streams, await world.BeginAsync(), RetryWorld.Background),
            "hosted tool" => RetryWorld.Turn(streams, await world.BeginAsync(), RetryWorld.HostedTool),
            _ => RetryWorld.Turn(streams, more: await world.BeginConversationAsync()),
        };
        await world.StrikeAsync(s_closed);

        var call = await clients.CreateAsync(client, world.Api, turn);
        var again = await clients.CreateAsync(client, world.Api, turn);

        call.AssertRefusedForGood("execution_uncertain");
        again.AssertRefusedForGood("execution_uncertain");
        await world.AssertArrivedAsync(eastus2: "lost", westus: "");
    }

    [Fact]
    public async Task Items_that_may_be_in_a_conversation_are_not_added_a_second_time()
    {
        await using var world = await RetryWorld.StartAsync();
        var conversation = (await world.Caller.SendAsync(HttpMethod.Post, "openai/v1/conversations")).Id;
        await world.StrikeAsync(s_closed);

        var call = await clients.AddAsync(world.Api, conversation);
        var again = await clients.AddAsync(world.Api, conversation);

        call.AssertRefusedForGood("execution_uncertain");
        again.AssertRefusedForGood("execution_uncertain");
        await world.AssertArrivedAsync(eastus2: "lost", westus: "");
    }

    [Theory]
    [MemberData(nameof(DefaultClients.InEitherWay), MemberType = typeof(DefaultClients))]
    public async Task Turn_that_was_lost_twice_does_not_run_a_third_time(string client, bool streams)
    {
        await using var world = await RetryWorld.StartAsync();
        var turn = RetryWorld.Turn(streams, await world.BeginAsync());
        await world.StrikeAsync(s_closed);
        await world.WestUs.QueueAsync(s_closed);

        var call = await clients.CreateAsync(client, world.Api, turn);
        var again = await clients.CreateAsync(client, world.Api, turn);

        call.AssertRefusedForGood("execution_uncertain");
        again.AssertRefusedForGood("execution_uncertain");
        await world.AssertArrivedAsync(eastus2: "lost", westus: "lost #2");
    }

    [Theory]
    [MemberData(nameof(DefaultClients.Each), MemberType = typeof(DefaultClients))]
    public async Task Stream_that_breaks_off_ends_as_failed_and_the_next_turn_continues_from_the_last_that_is_whole(string client)
    {
        await using var world = await RetryWorld.StartAsync(trip: "PT1M");
        var id = await world.BeginAsync();
        await world.StrikeAsync(new { kind = "cut", after_events = 4 });

        var call = await clients.CreateAsync(client, world.Api, RetryWorld.Turn(streams: true, id));
        var next = await clients.CreateAsync(client, world.Api, RetryWorld.Turn(streams: true, id, input: "What is my name?"));

        Assert.Equal(["200 eastus2 pinned"], call.Exchanges);
        // One goes by the event, the other by the response that follows it.
        Assert.Equal(client == DefaultClients.Node ? "error server_error" : "failed", call.Outcome);
        next.AssertServed("200 westus replayed");
        await world.AssertArrivedAsync(eastus2: "200", westus: "200");
    }
}
