using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Sessions;

/// <summary>An API's retries behind affinity by ids: what begins something is sent to another backend before the first byte, what names a session never.</summary>
public sealed class Retries_with_sessions
{
    private const string Model = "gpt-4o-mini";

    public static TheoryData<string, bool> Refusals => new()
    {
        { """{ "kind": "throttle", "retry_after_ms": 60000 }""", false },
        { """{ "kind": "throttle", "retry_after_ms": 60000 }""", true },
        { """{ "kind": "throttle", "in_stream": true }""", true },
        { """{ "kind": "outage", "status": 503 }""", false },
        { """{ "kind": "outage", "status": 503 }""", true },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Request_without_a_session_is_retried_and_the_session_is_where_it_was_answered(string fault, bool streams)
    {
        await using var world = await StartAsync();
        using var caller = IdWorld.Call(world.Gateway, "pool");
        using var elsewhere = IdWorld.Call(await world.StartReplicaAsync(), "pool");
        using var east = new Caller(world.EastUs2.Url);
        Assert.Equal(200, (await east.SendAsync(HttpMethod.Post, "_emulator/faults", fault)).Status);
        List<string> begun = [];

        for (var round = 0; round < 4; round++)
        {
            var answer = await caller.CreateAsync(new { model = Model, input = "My name is Ada.", stream = streams });
            Assert.Equal((200, "westus", "new", null), (answer.Status, answer.Header("x-backend-id"), answer.Header("x-session-affinity"), answer.Header("Retry-After")));
            begun.Add(streams ? Events.Parse(answer.Text)[^1].Data["response"]!["id"]!.GetValue<string>() : answer.Id);
        }

        // Two of the four were eastus2's turn first.
        Assert.Equal(2, (await east.JournalAsync()).Count(entry => entry!["path"]!.GetValue<string>().EndsWith("/responses", StringComparison.Ordinal)));
        await east.LiftAsync();
        foreach (var id in begun)
        {
            var followUp = await elsewhere.SayAsync("Who am I?", id);
            Assert.Equal(("westus", "pinned", "response"), (followUp.Header("x-backend-id"), followUp.Header("x-session-affinity"), followUp.Header("x-session-key")));
            Assert.Contains("Ada", followUp.OutputText, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("previous response")]
    [InlineData("response in the path")]
    [InlineData("conversation")]
    [InlineData("conversation in the path")]
    [InlineData("item")]
    public async Task Request_that_names_a_session_is_never_sent_elsewhere(string named)
    {
        await using var world = await StartAsync();
        using var caller = IdWorld.Call(world.Gateway, "pool");
        var conversation = await caller.SendAsync(HttpMethod.Post, "openai/v1/conversations");
        var first = await caller.CreateAsync(new { model = Model, input = "My name is Ada.", conversation = conversation.Id });
        var backend = first.Header("x-backend-id");
        using var home = new Caller(world[backend].Url);
        using var other = new Caller(world[backend == "westus" ? "eastus2" : "westus"].Url);
        await home.OrderAsync(new { kind = "throttle", retry_after_ms = 7000 });
        var before = ((await home.JournalAsync()).Count, (await other.JournalAsync()).Count);
        var item = first.Json["output"]![0]!["id"]!.GetValue<string>();

        Task<Answer> AskAsync() => named switch
        {
            "previous response" => caller.SayAsync("Who am I?", first.Id),
            "response in the path" => caller.GetAsync($"openai/v1/responses/{first.Id}"),
            "conversation" => caller.CreateAsync(new { model = Model, input = "Who am I?", conversation = conversation.Id }),
            "conversation in the path" => caller.GetAsync($"openai/v1/conversations/{conversation.Id}"),
            _ => caller.CreateAsync(new { model = Model, input = new object[] { new { type = "item_reference", id = item }, new { role = "user", content = "Who am I?" } } }),
        };

        var refused = await AskAsync();

        Assert.Equal((429, "7", backend, "pinned"), (refused.Status, refused.Header("Retry-After"), refused.Header("x-backend-id"), refused.Header("x-session-affinity")));
        // Asked once, there alone.
        Assert.Equal((before.Item1 + 1, before.Item2), ((await home.JournalAsync()).Count, (await other.JournalAsync()).Count));
        await home.LiftAsync();
        var answer = await AskAsync();
        Assert.Equal((200, backend), (answer.Status, answer.Header("x-backend-id")));
    }

    /// <summary>Another backend would say that there is no such response, for good; the one that is throttled may be the one that knows it.</summary>
    [Fact]
    public async Task Session_that_is_not_on_record_yet_is_not_sent_elsewhere_either()
    {
        await using var world = await IdWorld.StartAsync(("Gateway:PoolsFile", IdPools.Write(""" "unknown": "forward" """)));
        using var caller = IdWorld.Call(world.Gateway, "pool");
        using var east = new Caller(world.EastUs2.Url);
        using var west = new Caller(world.WestUs.Url);
        var before = await east.SayAsync("My name is Ada.");
        await east.OrderAsync(new { kind = "throttle", retry_after_ms = 7000 });

        Answer[] answers = [await caller.SayAsync("Who am I?", before.Id), await caller.SayAsync("Who am I?", before.Id)];

        // Each was asked once: one refuses for now, the other does not know it.
        Assert.Equal([("eastus2", 429), ("westus", 400)], answers.Select(answer => (answer.Header("x-backend-id"), answer.Status)).Order());
        Assert.Single(await west.JournalAsync(), entry => entry!["path"]!.GetValue<string>().EndsWith("/responses", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Refusal_of_every_backend_reaches_the_caller_and_leaves_nothing_on_record()
    {
        await using var world = await StartAsync(("environment", "Development"));
        using var caller = IdWorld.Call(world.Gateway, "pool");
        using var admin = new Caller(world.Gateway.Url);
        foreach (var url in new[] { world.EastUs2.Url, world.WestUs.Url })
        {
            using var region = new Caller(url);
            await region.OrderAsync(new { kind = "throttle", retry_after_ms = 7000, count = 1 });
        }

        var refused = await caller.SayAsync("Hi");

        Assert.Equal((429, "7", "none"), (refused.Status, refused.Header("Retry-After"), refused.Header("x-session-affinity")));
        Golden.AssertSame("""{ "cached_ids": 0, "waiting_writes": 0, "lost_writes": 0 }""", (await admin.GetAsync("admin/store")).Text);
        Assert.Equal(200, (await caller.SayAsync("Hi")).Status);
    }

    private static Task<IdWorld> StartAsync(params (string Name, string? Value)[] settings) =>
        IdWorld.StartAsync([.. settings, ("Gateway:PoolsFile", IdPools.Write(""" "unknown": "reject" """))]);
}
