using System.Text.Json.Nodes;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Agents;

/// <summary>How runs end otherwise than well, what their streams show, and what a region forgets.</summary>
public sealed class Run_endings
{
    [Theory]
    [InlineData("openai/v1", "", 600)]
    [InlineData("api/projects/lab", "?api-version=v1", 1800)]
    public async Task Run_that_nobody_helps_expires_when_its_time_is_over(string family, string query, int seconds)
    {
        await using var world = await AgentWorld.StartAsync();
        var run = await world.PostAsync($"threads/{world.Thread}/runs{query}", new { assistant_id = world.Assistant }, family);
        var path = $"threads/{world.Thread}/runs/{run.Id}";

        world.Time.Advance(TimeSpan.FromSeconds(seconds - 1));
        Assert.Equal("queued", await world.StatusAsync(path));
        world.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("expired", await world.StatusAsync(path));
        // The thread is free again, and the work that was held changes nothing any more.
        Assert.Equal(200, (await world.PostAsync($"threads/{world.Thread}/messages", new { role = "user", content = "Hi" })).Status);
        await world.Gate.UntilAsync("queued");
        world.Gate.LetGo();
        var refused = await world.PostAsync($"{path}/submit_tool_outputs", """{"tool_outputs":[]}""");
        Assert.Equal("Runs in status \"expired\" do not accept tool outputs.", refused.Json["error"]!["message"]!.GetValue<string>());
        Assert.Equal("expired", await world.StatusAsync(path));
    }

    [Fact]
    public async Task Run_in_a_Foundry_project_waits_ten_hours_for_tool_outputs()
    {
        await using var world = await AgentWorld.StartAsync();
        var run = await world.PostAsync(
            "threads/runs?api-version=v1", new { assistant_id = world.Assistant, thread = new { messages = new[] { new { role = "user", content = "What is the weather in Paris?" } } } }, "api/projects/lab");
        var path = $"threads/{run.Json["thread_id"]!.GetValue<string>()}/runs/{run.Id}";

        await world.Gate.UntilAsync("requires_action");

        var waiting = (await world.GetAsync(path)).Json;
        Assert.Equal(36_000, waiting["expires_at"]!.GetValue<long>() - waiting["created_at"]!.GetValue<long>());
        world.Time.Advance(TimeSpan.FromHours(10));
        Assert.Equal("expired", await world.StatusAsync(path));
        Assert.Equal("expired", (await world.GetAsync($"{path}/steps")).Json["data"]![0]!["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task Run_beyond_the_quota_fails_and_says_why()
    {
        await using var world = await AgentWorld.StartAsync();
        await world.Caller.SendAsync(HttpMethod.Put, "_emulator/deployments/gpt-4o-mini/limits", """{"tokens_per_minute":1}""");
        var run = await world.RunAsync("Hi");

        await world.Gate.UntilAsync("failed");

        var failed = (await world.GetAsync(run)).Json;
        Assert.Equal("rate_limit_exceeded", failed["last_error"]!["code"]!.GetValue<string>());
        Assert.StartsWith("Your requests to gpt-4o-mini", failed["last_error"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.NotNull(failed["failed_at"]);
        Assert.Null(failed["expires_at"]);
        Assert.Equal(0, failed["usage"]!["total_tokens"]!.GetValue<int>());
    }

    [Fact]
    public async Task Run_is_incomplete_when_a_limit_cuts_its_answer()
    {
        await using var world = await AgentWorld.StartAsync();
        var run = await world.PostAsync(
            "threads/runs", new { assistant_id = world.Assistant, max_completion_tokens = 256, thread = new { messages = new[] { new { role = "user", content = "Count to 400" } } } });
        var path = $"threads/{run.Json["thread_id"]!.GetValue<string>()}/runs/{run.Id}";

        await world.Gate.UntilAsync("incomplete");

        var cut = (await world.GetAsync(path)).Json;
        Assert.Equal("max_completion_tokens", cut["incomplete_details"]!["reason"]!.GetValue<string>());
        Assert.Equal(256, cut["usage"]!["completion_tokens"]!.GetValue<int>());
        var text = (await world.GetAsync($"threads/{run.Json["thread_id"]!.GetValue<string>()}/messages?limit=1")).Json["data"]![0]!["content"]![0]!["text"]!["value"]!.GetValue<string>();
        Assert.StartsWith("1, 2, 3", text, StringComparison.Ordinal);
        Assert.DoesNotContain("400", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_is_incomplete_when_its_prompt_exceeds_the_limit()
    {
        await using var world = await AgentWorld.StartAsync();
        await world.PostAsync($"threads/{world.Thread}/messages", new { role = "user", content = string.Concat(Enumerable.Repeat("word ", 300)) });
        var run = await world.PostAsync($"threads/{world.Thread}/runs", new { assistant_id = world.Assistant, max_prompt_tokens = 256 });

        await world.Gate.UntilAsync("incomplete");

        var cut = (await world.GetAsync($"threads/{world.Thread}/runs/{run.Id}")).Json;
        Assert.Equal("max_prompt_tokens", cut["incomplete_details"]!["reason"]!.GetValue<string>());
        Assert.Equal(0, cut["usage"]!["total_tokens"]!.GetValue<int>());
    }

    [Fact]
    public async Task Run_sees_only_the_last_messages_when_told_so()
    {
        await using var world = await AgentWorld.StartAsync();
        await world.PostAsync($"threads/{world.Thread}/messages", new { role = "user", content = "My name is Ada." });

        await world.PostAsync($"threads/{world.Thread}/runs", new
        {
            assistant_id = world.Assistant,
            additional_messages = new[] { new { role = "user", content = "What is my name?" } },
            truncation_strategy = new { type = "last_messages", last_messages = 1 },
        });
        await world.Gate.UntilAsync("completed");

        Assert.StartsWith("I find nothing about that", (await world.TextsAsync())[^1], StringComparison.Ordinal);
        await world.RunAsync("What is my name?");
        await world.Gate.UntilAsync("completed");
        Assert.StartsWith("You told me: \"My name is Ada.\"", (await world.TextsAsync())[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Streamed_run_shows_every_state_and_goes_on_through_tool_outputs()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var assistant = await caller.SendAsync(HttpMethod.Post, "openai/v1/assistants", $$"""{"model":"gpt-4o-mini","tools":[{{AgentWorld.Tool}}]}""");

        var first = Parse(await caller.SendAsync(
            HttpMethod.Post, "openai/v1/threads/runs", new { assistant_id = assistant.Id, stream = true, thread = new { messages = new[] { new { role = "user", content = "What is the weather in Rome?" } } } }));
        var run = first[^1].Data!;
        var (path, call) = ($"openai/v1/threads/{run["thread_id"]}/runs/{run["id"]}", run["required_action"]!["submit_tool_outputs"]!["tool_calls"]![0]!["id"]!.GetValue<string>());
        var second = Parse(await caller.SendAsync(HttpMethod.Post, $"{path}/submit_tool_outputs", new { stream = true, tool_outputs = new[] { new { tool_call_id = call, output = "sunny" } } }));

        Assert.Equal(
            ["thread.created", "thread.run.created", "thread.run.queued", "thread.run.in_progress", "thread.run.step.created", "thread.run.step.in_progress", "thread.run.step.delta", "thread.run.requires_action"],
            first.Select(item => item.Type).Distinct());
        Assert.Equal(
            [
                "thread.run.step.completed", "thread.run.queued", "thread.run.in_progress", "thread.run.step.created", "thread.run.step.in_progress", "thread.message.created",
                "thread.message.in_progress", "thread.message.delta", "thread.message.completed", "thread.run.completed",
            ],
            second.Select(item => item.Type).Distinct());
        Golden.AssertSame(
            """{"id":"step_ID","object":"thread.run.step.delta","delta":{"step_details":{"type":"tool_calls","tool_calls":[{"index":0,"id":"call_ID","type":"function","function":{"name":"get_weather","arguments":"","output":null}}]}}}""",
            first.First(item => item.Type == "thread.run.step.delta").Data!.ToJsonString());
        var deltas = second.Where(item => item.Type == "thread.message.delta").Select(item => item.Data!).ToList();
        Golden.AssertSame(
            """{"id":"msg_ID","object":"thread.message.delta","delta":{"content":[{"index":0,"type":"text","text":{"value":"get","annotations":[]}}]}}""", deltas[0].ToJsonString());
        Assert.Equal("get_weather returned: sunny", string.Concat(deltas.Select(delta => delta["delta"]!["content"]![0]!["text"]!["value"]!.GetValue<string>())));
        Golden.AssertSame(
            """
            {"id":"msg_ID","object":"thread.message","created_at":0,"assistant_id":"asst_ID","thread_id":"thread_ID","run_id":"run_ID","status":"completed","incomplete_details":null,
            "incomplete_at":null,"completed_at":0,"role":"assistant","content":[{"type":"text","text":{"value":"get_weather returned: sunny","annotations":[]}}],"attachments":[],"metadata":{}}
            """,
            second.Single(item => item.Type == "thread.message.completed").Data!.ToJsonString());
    }

    [Fact]
    public async Task Stream_of_a_run_that_is_cancelled_ends_with_its_cancellation()
    {
        await using var world = await AgentWorld.StartAsync();
        var streamed = world.PostAsync($"threads/{world.Thread}/runs", new { assistant_id = world.Assistant, stream = true });
        await world.Gate.UntilAsync("in_progress");
        var run = (await world.GetAsync($"threads/{world.Thread}/runs")).Json["first_id"]!.GetValue<string>();

        await world.PostAsync($"threads/{world.Thread}/runs/{run}/cancel");
        await world.Gate.UntilAsync("cancelled");
        world.Gate.LetGo();

        Assert.Equal(
            ["thread.run.created", "thread.run.queued", "thread.run.in_progress", "thread.run.cancelling", "thread.run.cancelled"], Parse(await streamed).Select(item => item.Type));
    }

    [Fact]
    public async Task Region_that_loses_its_state_forgets_threads_and_what_worked_for_them()
    {
        await using var world = await AgentWorld.StartAsync();
        var run = await world.RunAsync("Hi");
        Assert.Equal(1, (await world.Caller.GetAsync("_emulator")).Json["threads"]!["count"]!.GetValue<int>());

        await world.Caller.SendAsync(HttpMethod.Post, "_emulator/faults", """{"kind":"outage","lose_state":true}""");
        await world.Caller.SendAsync(HttpMethod.Delete, "_emulator/faults");

        Assert.Equal(404, (await world.GetAsync(run)).Status);
        Assert.Equal(404, (await world.GetAsync($"assistants/{world.Assistant}")).Status);
        var state = (await world.Caller.GetAsync("_emulator")).Json;
        Assert.Equal("""{"count":0,"bytes":0}""", state["threads"]!.ToJsonString());
        Assert.Equal("""{"count":0,"bytes":0}""", state["assistants"]!.ToJsonString());
    }

    [Fact]
    public async Task Thread_used_least_recently_is_forgotten_first_and_an_unused_one_after_30_days()
    {
        await using var world = await AgentWorld.StartAsync(("Region:MaxStoredResponses", "2"));
        var second = await world.PostAsync("threads");
        Assert.Equal(200, (await world.GetAsync($"threads/{world.Thread}")).Status);

        var third = await world.PostAsync("threads");

        Assert.Equal(404, (await world.GetAsync($"threads/{second.Id}")).Status);
        world.Time.Advance(TimeSpan.FromDays(30));
        Assert.Equal(200, (await world.GetAsync($"threads/{world.Thread}")).Status);
        world.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(404, (await world.GetAsync($"threads/{third.Id}")).Status);
        Assert.Equal(200, (await world.GetAsync($"threads/{world.Thread}")).Status);
    }

    [Fact]
    public async Task OpenAI_asks_for_its_header_and_has_fields_that_Azure_has_not()
    {
        await using var world = await AgentWorld.StartAsync(("Region:Flavor", "OpenAI"));

        var refused = await world.Caller.GetAsync($"v1/threads/{world.Thread}");
        var run = await world.RunAsync("Hi");
        await world.Gate.UntilAsync("completed");

        Assert.Equal(
            """{"error":{"message":"You must provide the 'OpenAI-Beta' header to access the Assistants API. Please try again by setting the header 'OpenAI-Beta: assistants=v2'.","type":"invalid_request_error","param":null,"code":"invalid_beta"}}""",
            refused.Text);
        Assert.Equal(400, refused.Status);
        Golden.AssertSame("""{"id":"thread_ID","object":"thread","created_at":0,"metadata":{},"tool_resources":{"code_interpreter":{"file_ids":[]}}}""", (await world.GetAsync($"threads/{world.Thread}")).Text);
        var completed = (await world.GetAsync(run)).Json.AsObject();
        Assert.True(completed.ContainsKey("reasoning_effort"));
        Assert.Null(completed["reasoning_effort"]);
        Assert.Equal("""{"reasoning_tokens":0}""", completed["usage"]!["completion_tokens_details"]!.ToJsonString());
    }

    private static IReadOnlyList<(string Type, JsonNode? Data)> Parse(Answer answer)
    {
        const string Done = "event: done\ndata: [DONE]\n\n";
        Assert.EndsWith(Done, answer.Text, StringComparison.Ordinal);
        return [.. Events.Parse(answer.Text[..^Done.Length]).Select(item => (item.Type, (JsonNode?)item.Data))];
    }
}
