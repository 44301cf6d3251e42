using SessionAware.Tests.Owners;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Sessions;

/// <summary>Any stateful API is pinned by the keys that its pool declares: here assistants and threads, over two regions that know nothing of each other, without a cookie.</summary>
public sealed class Declared_keys
{
    private const string Keys = """
        "keys": [ { "path": "/threads/{thread_id}" }, { "path": "/threads/runs" }, { "path": "/assistants/{assistant_id}" },
          { "field": "thread_id" }, { "field": "assistant_id" }, { "header": "x-session-id" } ]
        """;

    private const string Unknown = "thread_0123456789abcdefghijklmn";

    [Fact]
    public async Task Thread_its_messages_and_its_runs_stay_in_the_region_of_its_assistant()
    {
        await using var world = await StartAsync();
        using var here = Call(world.Gateway);
        using var there = Call(await world.StartReplicaAsync());
        HashSet<string?> regions = [];

        for (var round = 0; round < 4; round++)
        {
            var assistant = await PostAsync(here, "assistants", new { model = "gpt-4o-mini" });
            regions.Add(assistant.Header("x-backend-id"));
            // The body's assistant_id leads there, and the answer's thread_id is learned.
            var run = await PostAsync(there, "threads/runs", new { assistant_id = assistant.Id, thread = new { messages = new[] { new { role = "user", content = "My name is Ada." } } } });
            AssertPinned(run, assistant, "id");
            var thread = run.Json["thread_id"]!.GetValue<string>();

            await CompletedAsync(here, $"threads/{thread}/runs/{run.Id}", assistant);
            AssertPinned(await PostAsync(there, $"threads/{thread}/messages", new { role = "user", content = "Who am I?" }), assistant, "id");
            var again = await PostAsync(here, $"threads/{thread}/runs", new { assistant_id = assistant.Id });
            AssertPinned(again, assistant, "id");
            await CompletedAsync(there, $"threads/{thread}/runs/{again.Id}", assistant);
            var messages = await there.GetAsync($"openai/v1/threads/{thread}/messages");
            AssertPinned(messages, assistant, "id");
            Assert.Contains("Ada", messages.Json["data"]![0]!["content"]![0]!["text"]!["value"]!.GetValue<string>(), StringComparison.Ordinal);
            AssertPinned(await there.GetAsync($"openai/v1/threads/{thread}"), assistant, "id");
            AssertPinned(await here.GetAsync($"openai/v1/assistants/{assistant.Id}"), assistant, "id");
        }

        Assert.Equal(2, regions.Count);
    }

    [Fact]
    public async Task Thread_of_a_streamed_run_is_known_before_its_end()
    {
        await using var world = await StartAsync();
        using var here = Call(world.Gateway);
        using var there = Call(await world.StartReplicaAsync());

        for (var round = 0; round < 3; round++)
        {
            var assistant = await PostAsync(here, "assistants", new { model = "gpt-4o-mini" });
            var streamed = await PostAsync(here, "threads/runs", new { assistant_id = assistant.Id, stream = true });
            var thread = Events.Parse(streamed.Text.Replace("data: [DONE]", "data: {}", StringComparison.Ordinal)).First(item => item.Type == "thread.run.created").Data["thread_id"]!.GetValue<string>();

            AssertPinned(await there.GetAsync($"openai/v1/threads/{thread}/messages"), assistant, "id");
        }
    }

    [Fact]
    public async Task Header_keeps_what_is_made_under_one_value_together_and_the_ids_lead_there_without_it()
    {
        await using var world = await StartAsync();
        using var here = Call(world.Gateway);
        using var there = Call(await world.StartReplicaAsync());

        for (var round = 0; round < 4; round++)
        {
            (string, string) session = ("x-session-id", $"round {round}");
            var assistant = await PostAsync(here, "assistants", new { model = "gpt-4o-mini" }, session);
            Assert.Equal(("new", "none"), (assistant.Header("x-session-affinity"), assistant.Header("x-session-key")));
            var thread = await PostAsync(there, "threads", new { }, session);
            AssertPinned(thread, assistant, "header");

            AssertPinned(await PostAsync(here, $"threads/{thread.Id}/runs", new { assistant_id = assistant.Id }), assistant, "id");
        }
    }

    [Fact]
    public async Task State_wins_over_a_hint_that_says_otherwise()
    {
        await using var world = await StartAsync();
        using var caller = Call(world.Gateway);
        (string, string) session = ("x-session-id", "one");
        var hinted = await PostAsync(caller, "threads", new { }, session);
        var other = await PostAsync(caller, "threads", new { });
        if (other.Header("x-backend-id") == hinted.Header("x-backend-id"))
            other = await PostAsync(caller, "threads", new { });
        Assert.NotEqual(hinted.Header("x-backend-id"), other.Header("x-backend-id"));

        AssertPinned(await GetAsync(caller, $"threads/{other.Id}", session), other, "id");
        AssertPinned(await PostAsync(caller, $"threads/{other.Id}/messages", new { role = "user", content = "Hi" }, session), other, "id");
        // And the hint is what it was.
        AssertPinned(await PostAsync(caller, "threads", new { }, session), hinted, "header");
    }

    [Fact]
    public async Task Path_decides_where_a_field_names_state_of_another_region()
    {
        await using var world = await StartAsync();
        using var caller = Call(world.Gateway);
        var thread = await PostAsync(caller, "threads", new { });
        var assistant = await PostAsync(caller, "assistants", new { model = "gpt-4o-mini" });
        Assert.NotEqual(thread.Header("x-backend-id"), assistant.Header("x-backend-id"));

        var run = await caller.SendAsync(HttpMethod.Post, $"openai/v1/threads/{thread.Id}/runs", new { assistant_id = assistant.Id });

        // That region's own answer: the assistant is on record, but not there.
        Assert.Equal((404, thread.Header("x-backend-id"), "id"), (run.Status, run.Header("x-backend-id"), run.Header("x-session-key")));
        Assert.Equal($"No assistant found with id '{assistant.Id}'.", run.Json["error"]!["message"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("GET", "threads/" + Unknown, null, "thread_id")]
    [InlineData("POST", "threads/" + Unknown + "/messages", """{"role":"user","content":"Hi"}""", "thread_id")]
    [InlineData("POST", "threads/runs", """{"assistant_id":"asst_0123456789abcdefghijklmn"}""", "assistant_id")]
    public async Task Unknown_id_is_404_and_no_region_is_asked(string method, string path, string? body, string param)
    {
        await using var world = await StartAsync();
        using var caller = Call(world.Gateway);

        var answer = await caller.SendAsync(new HttpMethod(method), $"openai/v1/{path}", body);

        var id = param == "thread_id" ? Unknown : "asst_0123456789abcdefghijklmn";
        Assert.Equal((404, null), (answer.Status, answer.Header("x-backend-id")));
        Assert.Equal($$$"""{"error":{"message":"There is no '{{{id}}}'.","type":"invalid_request_error","param":"{{{param}}}","code":null}}""", answer.Text);
    }

    [Fact]
    public async Task Deleted_thread_is_forgotten_by_every_replica()
    {
        await using var world = await StartAsync();
        using var here = Call(world.Gateway);
        var thread = await PostAsync(here, "threads", new { });

        AssertPinned(await here.SendAsync(HttpMethod.Delete, $"openai/v1/threads/{thread.Id}", body: null), thread, "id");

        foreach (var replica in new[] { world.Gateway, await world.StartReplicaAsync() })
        {
            using var caller = Call(replica);
            var gone = await caller.GetAsync($"openai/v1/threads/{thread.Id}");
            Assert.Equal((404, null), (gone.Status, gone.Header("x-backend-id")));
        }
    }

    [Theory]
    [InlineData("{\"assistant_id\":7}")]
    [InlineData("{\"assistant_id\":\"asst_a\",\"assistant_id\":\"asst_b\"}")]
    public async Task Declared_field_that_is_no_text_or_stands_twice_is_refused_by_its_name(string body)
    {
        await using var world = await StartAsync();
        using var caller = Call(world.Gateway);

        var answer = await caller.SendAsync(HttpMethod.Post, "openai/v1/threads/runs", body);

        var error = answer.Json["error"]!;
        Assert.Equal((400, "invalid_request", "assistant_id"), (answer.Status, error["code"]!.GetValue<string>(), error["param"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Threads_have_owners_too_and_one_header_value_of_two_callers_is_two_sessions()
    {
        await using var world = await OwnersWorld.StartAsync([.. OwnersWorld.TwoSubscriptions, ("Gateway:PoolsFile", IdPools.Write(Keys))]);
        using var a = Call(world.First, OwnersWorld.KeyOfA);
        using var b = Call(world.First, OwnersWorld.KeyOfB);
        (string, string) session = ("x-session-id", "one");
        var theirs = await PostAsync(a, "threads", new { }, session);
        Assert.Equal("header", (await PostAsync(a, "threads", new { }, session)).Header("x-session-key"));

        Assert.Equal("none", (await PostAsync(b, "threads", new { }, session)).Header("x-session-key"));
        foreach (var (method, below) in new[] { (HttpMethod.Get, ""), (HttpMethod.Delete, ""), (HttpMethod.Get, "/messages") })
        {
            var (anothers, never) = (await b.SendAsync(method, $"openai/v1/threads/{theirs.Id}{below}"), await b.SendAsync(method, $"openai/v1/threads/{Unknown}{below}"));
            Assert.Equal((404, 404), (anothers.Status, never.Status));
            Assert.Equal(never.Text.Replace(Unknown, theirs.Id, StringComparison.Ordinal), anothers.Text);
        }

        Assert.Equal(200, (await a.GetAsync($"openai/v1/threads/{theirs.Id}")).Status);
    }

    private static Task<IdWorld> StartAsync() => IdWorld.StartAsync(("Gateway:PoolsFile", IdPools.Write($""" "unknown": "reject", {Keys} """)));

    private static Caller Call(WebNode gateway, string apiKey = Nodes.ApiKey)
    {
        var caller = new Caller($"{gateway.Url}/pool", apiKey: apiKey);
        caller.Always("OpenAI-Beta", "assistants=v2");
        return caller;
    }

    private static async Task<Answer> PostAsync(Caller caller, string path, object body, params (string Name, string Value)[] headers)
    {
        var answer = await caller.SendAsync(HttpMethod.Post, $"openai/v1/{path}", body, headers);
        Assert.True(answer.Status == 200, $"{path}: {answer.Text}");
        return answer;
    }

    private static Task<Answer> GetAsync(Caller caller, string path, params (string Name, string Value)[] headers) =>
        caller.SendAsync(HttpMethod.Get, $"openai/v1/{path}", body: null, headers);

    private static Task CompletedAsync(Caller caller, string run, Answer home) => Eventually.IsAsync(async () =>
    {
        var polled = await GetAsync(caller, run);
        AssertPinned(polled, home, "id");
        return polled.Json["status"]!.GetValue<string>() == "completed";
    });

    private static void AssertPinned(Answer answer, Answer home, string key)
    {
        Assert.True(answer.Status == 200, answer.Text);
        Assert.Equal((home.Header("x-backend-id"), "pinned", key), (answer.Header("x-backend-id"), answer.Header("x-session-affinity"), answer.Header("x-session-key")));
    }
}
