using System.Text.Json.Nodes;
using SessionAware.Tests.ClientRetries;
using SessionAware.Tests.SessionStores;
using SessionAware.Tests.Sessions;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Replay;

/// <summary>What becomes, where backends keep no state, of turns that are not to be stored, that a region fails or breaks off, and whose history cannot be had.</summary>
public sealed class Injected_turns
{
    private const string Model = "gpt-4o-mini", Reasoning = "o4-mini";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Turn_that_is_not_to_be_stored_takes_its_history_along_and_leaves_nothing(bool streams)
    {
        await using var world = await IdWorld.StartAsync(("environment", "Development"));
        using var caller = Call(world.Gateway);
        using var admin = new Caller(world.Gateway.Url);
        var first = await caller.SayAsync("My name is Ada.");

        var second = await caller.CreateAsync(new { model = Model, input = "Who am I?", previous_response_id = first.Id, store = false, stream = streams });

        var response = streams ? Events.Parse(second.Text)[^1].Data["response"]! : second.Json;
        Assert.Equal((200, "replayed", false, first.Id), (second.Status, second.Header("x-session-affinity"), response["store"]!.GetValue<bool>(), response["previous_response_id"]!.GetValue<string>()));
        Assert.Contains("Ada", second.Text, StringComparison.Ordinal);
        Assert.Equal(400, (await caller.SayAsync("And now?", response["id"]!.GetValue<string>())).Status);
        Assert.Single((await admin.GetAsync($"admin/sessions/{first.Id}")).Json["turns"]!.AsArray());
    }

    [Fact]
    public async Task Thoughts_that_a_caller_carries_are_left_out_for_no_region_need_be_able_to_read_them()
    {
        await using var world = await IdWorld.StartAsync();
        using var caller = Call(world.Gateway);
        var said = new { role = "user", content = "My name is Ada." };
        var first = await caller.CreateAsync(new { model = Reasoning, input = new object[] { said }, store = false, include = new[] { "reasoning.encrypted_content" } });
        var output = first.Json["output"]!.AsArray();
        Assert.NotNull(output[0]!["encrypted_content"]);
        object[] history = [said, .. output.Select(item => item!.DeepClone()), new { role = "user", content = "Who am I?" }];

        Answer[] answers = [await ThinkAsync(), await ThinkAsync()];

        Assert.Equal(2, answers.Select(answer => answer.Header("x-backend-id")).Distinct().Count());
        Assert.All(answers, answer => Assert.Equal((200, "turns=0; items=0; stripped=ids:1,reasoning:1"), (answer.Status, answer.Header("x-session-replay"))));
        Assert.All(answers, answer => Assert.Contains("Ada", answer.Text, StringComparison.Ordinal));

        Task<Answer> ThinkAsync() => caller.CreateAsync(new { model = Reasoning, input = history, store = false });
    }

    [Theory]
    [InlineData("""{ "kind": "throttle", "retry_after_ms": 60000 }""", false, false)]
    [InlineData("""{ "kind": "throttle", "in_stream": true }""", true, false)]
    [InlineData("""{ "kind": "outage", "status": 503 }""", false, false)]
    [InlineData("""{ "kind": "error", "status": 500 }""", false, true)]
    [InlineData("""{ "kind": "error", "status": 500 }""", true, true)]
    [InlineData("""{ "kind": "outage", "close_connection": true }""", false, true)]
    public async Task Turn_that_a_region_fails_is_sent_to_the_other_with_the_same_history(string fault, bool streams, bool isUncertain)
    {
        await using var world = await IdWorld.StartAsync();
        using var caller = Call(world.Gateway);
        using var east = new Caller(world.EastUs2.Url);
        using var west = new Caller(world.WestUs.Url);
        var first = await caller.SayAsync("My name is Ada.");
        Assert.Equal(200, (await east.SendAsync(HttpMethod.Post, "_emulator/faults", fault)).Status);

        // It is eastus2's turn at one of the two.
        Answer[] answers = [await AskAsync(), await AskAsync()];

        Assert.All(answers, answer => Assert.Equal((200, "westus", "replayed"), (answer.Status, answer.Header("x-backend-id"), answer.Header("x-session-affinity"))));
        Assert.All(answers, answer => Assert.Contains("Ada", answer.Text, StringComparison.Ordinal));
        Assert.Equal(isUncertain ? 1 : 0, answers.Count(answer => answer.Header("x-session-attempt") == "2" && answer.Header("x-session-replay")!.EndsWith("; attempt=2", StringComparison.Ordinal)));
        var (failed, served) = (Assert.Single(await AskedAsync(east)), await AskedAsync(west));
        Assert.Equal(2, served.Count);
        Assert.All(served, request => Assert.Equal(failed["body"]!.GetValue<string>(), request["body"]!.GetValue<string>()));
        Assert.Equal(isUncertain ? 1 : 0, served.Count(request => request["attempt"]?.GetValue<string>() == "2"));

        Task<Answer> AskAsync() => caller.CreateAsync(new { model = Model, input = "Who am I?", previous_response_id = first.Id, stream = streams });
    }

    [Fact]
    public async Task What_has_no_history_is_sent_again_whole_too()
    {
        await using var world = await IdWorld.StartAsync();
        using var caller = Call(world.Gateway);
        using var east = new Caller(world.EastUs2.Url);
        await east.OrderAsync(new { kind = "throttle", retry_after_ms = 60_000 });

        for (var round = 0; round < 2; round++)
        {
            var answer = await caller.ChatAsync(new { model = Model, messages = new[] { new { role = "user", content = "My name is Ada. Who am I?" } } });
            Assert.Equal((200, "westus"), (answer.Status, answer.Header("x-backend-id")));
            Assert.Contains("Ada", answer.ChatText, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_a_pool_declares_stays_where_it_was_made()
    {
        await using var world = await TwoBackends.StartAsync(""", "history": "inject", "keys": [ { "path": "/threads/{thread_id}" } ] """);
        world.EastUs2.Next(ScriptedBackend.Json("""{"id":"thread_1","object":"thread"}"""));
        Assert.Equal("eastus2", (await world.Caller.SendAsync(HttpMethod.Post, "openai/v1/threads", "{}")).Header("x-backend-id"));

        for (var round = 0; round < 3; round++)
        {
            var read = await world.Caller.GetAsync("openai/v1/threads/thread_1");
            Assert.Equal((200, "eastus2", "pinned"), (read.Status, read.Header("x-backend-id"), read.Header("x-session-affinity")));
        }
    }

    [Fact]
    public async Task Stream_that_breaks_off_says_so_and_the_conversation_goes_on_from_the_turn_before()
    {
        await using var world = await IdWorld.StartAsync();
        using var caller = Call(world.Gateway);
        var first = await caller.SayAsync("My name is Ada.");
        foreach (var url in new[] { world.EastUs2.Url, world.WestUs.Url })
        {
            using var region = new Caller(url);
            await region.QueueAsync(new { kind = "cut", after_events = 4, match = new { stream = true } });
        }

        var cut = await caller.CreateAsync(new { model = Model, input = "Who am I?", previous_response_id = first.Id, stream = true });

        var events = Events.Parse(cut.Text);
        Assert.Equal(["error", "response.failed"], events.Skip(4).Select(item => item.Type));
        var failed = events[^1].Data["response"]!;
        Assert.Equal(("failed", true, first.Id), (failed["status"]!.GetValue<string>(), failed["store"]!.GetValue<bool>(), failed["previous_response_id"]!.GetValue<string>()));
        AssertRefused(503, "history_incomplete", await caller.SayAsync("Go on.", failed["id"]!.GetValue<string>()));
        Assert.Contains("Ada", (await caller.SayAsync("Who am I?", first.Id)).OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Conversation_that_is_too_long_for_a_request_is_refused_by_name_and_never_cut()
    {
        await using var world = await IdWorld.StartAsync(("Gateway:MaxRequestBodyBytes", "8192"));
        using var caller = Call(world.Gateway);
        var first = await caller.SayAsync("My name is Ada.");
        var second = await caller.SayAsync($"Say exactly: {new string('x', 5000)}", first.Id);

        AssertRefused(503, "history_too_large", await caller.SayAsync("Who am I?", second.Id));
        Assert.Contains("Ada", (await caller.SayAsync("Who am I?", first.Id)).OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_store_takes_no_writes_conversations_begin_and_go_on_when_it_does()
    {
        // Reading needs no lock, but time.
        await using var world = await OutageWorld.StartAsync(settings: ("Gateway:Sessions:StoreTimeout", "00:00:02"));
        using var caller = Call(world.Gateway);
        Answer first;
        using (world.Lock())
        {
            first = await caller.SayAsync("My name is Ada.");
            Assert.Equal(200, first.Status);
            AssertRefused(503, "history_incomplete", await caller.SayAsync("Who am I?", first.Id));
        }

        await Eventually.IsAsync(async () => (await world.BacklogAsync()).Waiting == 0);
        Assert.Contains("Ada", (await caller.SayAsync("Who am I?", first.Id)).OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_store_cannot_be_read_conversations_begin_and_none_goes_on()
    {
        await using var world = await OutageWorld.StartAsync();
        using var caller = Call(world.Gateway);
        await world.RecordElsewhereAsync(turns: 300);
        var first = await caller.SayAsync("My name is Ada.");
        world.Corrupt();

        Assert.Equal(200, (await caller.SayAsync("My name is Bob.")).Status);
        AssertRefused(503, "store_unavailable", await caller.SayAsync("Who am I?", first.Id));
    }

    [Theory]
    [InlineData("responses", """{"model":"gpt-4o-mini","input":"Hi","background":true}""", "background")]
    [InlineData("conversations", "{}", "conversation")]
    public async Task What_needs_a_backend_that_keeps_it_is_refused_by_name(string path, string body, string param)
    {
        await using var world = await IdWorld.StartAsync();
        using var caller = Call(world.Gateway);

        var refused = await caller.SendAsync(HttpMethod.Post, $"openai/v1/{path}", body);

        AssertRefused(400, "invalid_request", refused);
        Assert.Equal(param, refused.Json["error"]!["param"]!.GetValue<string>());
    }

    [Fact]
    public async Task Tokens_are_counted_with_the_history()
    {
        await using var world = await IdWorld.StartAsync();
        using var caller = Call(world.Gateway);
        var first = await caller.SayAsync("My name is Ada.");
        var second = await caller.SayAsync("Who am I?", first.Id);

        var counted = await caller.SendAsync(HttpMethod.Post, "openai/v1/responses/input_tokens", new { model = Model, input = "Who am I?", previous_response_id = first.Id });

        Assert.Equal((200, second.Json["usage"]!["input_tokens"]!.GetValue<int>()), (counted.Status, counted.Json["input_tokens"]!.GetValue<int>()));
    }

    private static Caller Call(WebNode gateway) => IdWorld.Call(gateway, "inject");

    /// <summary>The turns that ask who one is, as a region has read them.</summary>
    private static async Task<IReadOnlyList<JsonNode>> AskedAsync(Caller region) =>
        [.. (await region.JournalAsync()).Select(entry => entry!).Where(entry => entry["body"]!.GetValue<string>().Contains("Who am I?", StringComparison.Ordinal))];

    private static void AssertRefused(int status, string code, Answer answer) => Assert.Equal(
        (status, code, null), (answer.Status, answer.Json["error"]!["code"]!.GetValue<string>(), answer.Header("x-backend-id")));
}
