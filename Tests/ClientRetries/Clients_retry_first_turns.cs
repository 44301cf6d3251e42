using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.ClientRetries;

/// <summary>Official clients with their own retries when a conversation's first turn fails: another backend takes what has not run, and what may have run does not run again without a mark.</summary>
public sealed class Clients_retry_first_turns(DefaultClients clients) : IClassFixture<DefaultClients>
{
    private const string Input = "My name is Ada.";

    private static readonly object s_closed = new { kind = "outage", close_connection = true };

    public static MatrixTheoryData<string, bool, string> Failures { get; } = new([DefaultClients.Dotnet, DefaultClients.Node], [false, true], ["429", "503", "lost"]);

    public static MatrixTheoryData<string, bool, string> Unrepeatable { get; } = new([DefaultClients.Dotnet, DefaultClients.Node], [false, true], [RetryWorld.Background, RetryWorld.HostedTool]);

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Another_backend_takes_it_and_the_client_has_nothing_to_retry(string client, bool streams, string failure)
    {
        await using var world = await RetryWorld.StartAsync();
        await world.StrikeAsync(failure switch
        {
            "429" => new { kind = "throttle", retry_after_ms = 60_000 },
            "503" => new { kind = "outage" },
            _ => s_closed,
        });

        var call = await clients.CreateAsync(client, world.Api, RetryWorld.Turn(streams, input: Input));

        var mark = failure == "lost" ? " #2" : "";
        call.AssertServed("200 westus new" + mark);
        await world.AssertArrivedAsync(eastus2: failure, westus: "200" + mark);
    }

    [Theory]
    [MemberData(nameof(Unrepeatable))]
    public async Task What_must_not_run_twice_does_not_whoever_sends_it_again(string client, bool streams, string more)
    {
        await using var world = await RetryWorld.StartAsync();
        var turn = RetryWorld.Turn(streams, more: more, input: Input);
        await world.StrikeAsync(s_closed);

        var call = await clients.CreateAsync(client, world.Api, turn);
        var again = await clients.CreateAsync(client, world.Api, turn);

        call.AssertRefusedForGood("execution_uncertain");
        again.AssertRefusedForGood("execution_uncertain");
        await world.AssertArrivedAsync(eastus2: "lost", westus: "");
    }

    [Theory]
    [MemberData(nameof(DefaultClients.InEitherWay), MemberType = typeof(DefaultClients))]
    public async Task Turn_that_was_lost_twice_does_not_run_a_third_time(string client, bool streams)
    {
        await using var world = await RetryWorld.StartAsync();
        await world.StrikeAsync(s_closed);
        await world.WestUs.QueueAsync(s_closed);

        var call = await clients.CreateAsync(client, world.Api, RetryWorld.Turn(streams, input: Input));

        call.AssertRefusedForGood("execution_uncertain");
        await world.AssertArrivedAsync(eastus2: "lost", westus: "lost #2");
    }

    [Theory]
    [MemberData(nameof(DefaultClients.InEitherWay), MemberType = typeof(DefaultClients))]
    public async Task Turn_that_was_lost_while_nobody_else_can_serve_does_not_run_again(string client, bool streams)
    {
        await using var world = await RetryWorld.StartAsync();
        var turn = RetryWorld.Turn(streams, input: Input);
        Assert.Equal(200, (await world.Admin.SendAsync(HttpMethod.Post, "admin/backends/westus/drain")).Status);
        await world.StrikeAsync(s_closed);

        var call = await clients.CreateAsync(client, world.Api, turn);

        call.AssertRefusedForGood("execution_uncertain");
        await world.AssertArrivedAsync(eastus2: "lost", westus: "");
    }
}
