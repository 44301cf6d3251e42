using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Agents;

/// <summary>Runs from state to state, each seen by a caller before the region may go on.</summary>
public sealed class Runs
{
    private const string Tool =
        """{"type":"function","function":{"name":"get_weather","description":null,"parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]},"strict":false}}""";

    [Fact]
    public async Task Run_goes_from_queued_over_in_progress_to_completed()
    {
        await using var world = await AgentWorld.StartAsync();
        await world.PostAsync($"threads/{world.Thread}/messages", new { role = "user", content = "My name is Ada." });

        var created = await world.PostAsync($"threads/{world.Thread}/runs", new { assistant_id = world.Assistant, metadata = new { lab = "1" } });
        var path = $"threads/{world.Thread}/runs/{created.Id}";

        Golden.AssertSame(Run("queued", expires: true), created.Text);
        await world.Gate.UntilAsync("in_progress");
        Golden.AssertSame(Run("in_progress", started: true, expires: true), (await world.GetAsync(path)).Text);
        await world.Gate.UntilAsync("completed");
        Golden.AssertSame(Run("completed", started: true, completed: true, usage: Usage(43, 23)), (await world.GetAsync(path)).Text);
        Assert.Equal(created.Json["created_at"]!.GetValue<long>() + 600, created.Json["expires_at"]!.GetValue<long>());
        Assert.Equal(created.Id, (await world.Caller.GetAsync("_emulator/journal")).Json.AsArray().Last(entry => entry!["made"] is not null)!["made"]!.GetValue<string>());
        Assert.Equal(["My name is Ada.", "Noted: \"My name is Ada.\" (This is the first message that I see from you.)"], await world.TextsAsync());
    }

    [Fact]
    public async Task Message_of_a_run_names_it_and_its_step_shows_what_it_cost()
    {
        await using var world = await AgentWorld.StartAsync();
        var run = await world.RunAsync("Say exactly: Hello");

        await world.Gate.UntilAsync("step.in_progress");
        var working = await world.GetAsync($"{run}/steps");
        await world.Gate.UntilAsync("completed");

        Golden.AssertSame(List(Step("in_progress", expires: true), "step"), working.Text);
        Golden.AssertSame(List(Step("completed", completed: true, usage: Usage(42, 3)), "step"), (await world.GetAsync($"{run}/steps")).Text);
        var messages = await world.GetAsync($"{run[..run.IndexOf("/runs", StringComparison.Ordinal)]}/messages?run_id={run.Split('/')[^1]}");
        Golden.AssertSame(
            List(
                """{"id":"msg_ID","object":"thread.message","created_at":0,"assistant_id":"asst_ID","thread_id":"thread_ID","run_id":"run_ID","role":"assistant","content":[{"type":"text","text":{"value":"Hello","annotations":[]}}],"attachments":[],"metadata":{}}""",
                "msg"),
            messages.Text);
        var step = (await world.GetAsync($"{run}/steps")).Json["data"]![0]!;
        Assert.Equal(messages.Json["first_id"]!.GetValue<string>(), step["step_details"]!["message_creation"]!["message_id"]!.GetValue<string>());
        Assert.Equal(200, (await world.GetAsync($"{run}/steps/{step["id"]!.GetValue<string>()}")).Status);
    }

    [Fact]
    public async Task Run_that_needs_a_tool_waits_for_its_output_and_goes_on_with_it()
    {
        await using var world = await AgentWorld.StartAsync();
        var run = await world.RunAsync("What is the weather in Paris?");

        await world.Gate.UntilAsync("requires_action");
        var waiting = await world.GetAsync(run);
        const string Call = """{"id":"call_ID","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Paris\"}"}}""";
        Golden.AssertSame(
            Run("requires_action", started: true, expires: true, metadata: "{}", action: "{\"type\":\"submit_tool_outputs\",\"submit_tool_outputs\":{\"tool_calls\":[" + Call + "]}}"), waiting.Text);
        var calls = await world.CallsAsync(run);
        Golden.AssertSame(List(CallStep("in_progress", "null", expires: true), "step"), (await world.GetAsync($"{run}/steps")).Text);

        var submitted = await world.PostAsync($"{run}/submit_tool_outputs", new { tool_outputs = new[] { new { tool_call_id = calls[0], output = "sunny" } } });
        Golden.AssertSame(Run("queued", started: true, expires: true, metadata: "{}"), submitted.Text);
        await world.Gate.UntilAsync("completed");

        Assert.Equal("get_weather returned: sunny", (await world.TextsAsync())[^1]);
        var steps = (await world.GetAsync($"{run}/steps")).Json["data"]!.AsArray();
        Assert.Equal(["message_creation", "tool_calls"], steps.Select(step => step!["type"]!.GetValue<string>()));
        Golden.AssertSame(CallStep("completed", "\"sunny\"", completed: true, usage: steps[1]!["usage"]!.ToJsonString()), steps[1]!.ToJsonString());
        foreach (var tokens in new[] { "prompt_tokens", "completion_tokens", "total_tokens" })
            Assert.Equal(steps.Sum(step => step!["usage"]![tokens]!.GetValue<int>()), (await world.GetAsync(run)).Json["usage"]![tokens]!.GetValue<int>());
    }

    [Theory]
    [InlineData("queued", 200)]
    [InlineData("in_progress", 200)]
    [InlineData("step.in_progress", 200)]
    [InlineData("requires_action", 200)]
    [InlineData("cancelling", 400)]
    [InlineData("cancelled", 400)]
    [InlineData("completed", 400)]
    public async Task Cancel_ends_a_run_in_every_active_state_and_no_other(string state, int status)
    {
        await using var world = await AgentWorld.StartAsync();
        var run = await world.RunAsync(state == "requires_action" ? "What is the weather in Paris?" : "Hi");
        if (state.StartsWith("cancel", StringComparison.Ordinal))
            await world.PostAsync($"{run}/cancel");
        await world.Gate.UntilAsync(state);

        var cancelled = await world.PostAsync($"{run}/cancel");

        Assert.Equal(status, cancelled.Status);
        if (status == 400)
        {
            Golden.AssertSame($$$"""{"error":{"message":"Cannot cancel run with status '{{{state}}}'.","type":"invalid_request_error","param":null,"code":null}}""", cancelled.Text);
            return;
        }

        Assert.Equal("cancelling", cancelled.Json["status"]!.GetValue<string>());
        Assert.NotNull(cancelled.Json["expires_at"]);
        Assert.Null(cancelled.Json["cancelled_at"]);
        await world.Gate.UntilAsync("cancelled");
        var ended = (await world.GetAsync(run)).Json;
        Assert.Equal("cancelled", ended["status"]!.GetValue<string>());
        Assert.NotNull(ended["cancelled_at"]);
        Assert.Null(ended["expires_at"]);
        Assert.Null(ended["required_action"]);
        if (state != "requires_action")
            Golden.AssertSame(Usage(0, 0), ended["usage"]!.ToJsonString());
        foreach (var step in (await world.GetAsync($"{run}/steps")).Json["data"]!.AsArray())
            Assert.Equal("cancelled", step!["status"]!.GetValue<string>());
        Assert.Single(await world.TextsAsync());
    }

    [Fact]
    public async Task Active_run_holds_its_thread()
    {
        await using var world = await AgentWorld.StartAsync();
        var run = await world.RunAsync("Hi");
        var id = run.Split('/')[^1];

        var message = await world.PostAsync($"threads/{world.Thread}/messages", new { role = "user", content = "And?" });
        var second = await world.PostAsync($"threads/{world.Thread}/runs", new { assistant_id = world.Assistant, additional_messages = new[] { new { role = "user", content = "And?" } } });

        Assert.Equal($$$"""{"error":{"message":"Can't add messages to {{{world.Thread}}} while a run {{{id}}} is active.","type":"invalid_request_error","param":null,"code":null}}""", message.Text);
        Assert.Equal($$$"""{"error":{"message":"Thread {{{world.Thread}}} already has an active run {{{id}}}.","type":"invalid_request_error","param":null,"code":null}}""", second.Text);
        Assert.Equal(400, second.Status);
        await world.Gate.UntilAsync("completed");
        Assert.Equal(2, (await world.TextsAsync()).Count);
        await world.RunAsync("And?");
    }

    [Theory]
    [InlineData("[]", "[]")]
    [InlineData("""[{"tool_call_id":"call_x","output":"sunny"}]""", "['call_x']")]
    public async Task Tool_outputs_must_answer_every_call(string outputs, string got)
    {
        await using var world = await AgentWorld.StartAsync();
        var run = await world.RunAsync("What is the weather in Paris and Rome?");
        await world.Gate.UntilAsync("requires_action");
        var calls = await world.CallsAsync(run);

        var refused = await world.PostAsync($"{run}/submit_tool_outputs", $$"""{"tool_outputs":{{outputs}}}""");

        Assert.Equal(2, calls.Count);
        Assert.Equal(400, refused.Status);
        Assert.Equal($"Expected tool outputs for call_ids ['{calls[0]}', '{calls[1]}'], got {got}", refused.Json["error"]!["message"]!.GetValue<string>());
        Assert.Equal("requires_action", await world.StatusAsync(run));
    }

    [Fact]
    public async Task Tool_outputs_are_refused_by_a_run_that_waits_for_none()
    {
        await using var world = await AgentWorld.StartAsync();
        var run = await world.RunAsync("Hi");

        var refused = await world.PostAsync($"{run}/submit_tool_outputs", """{"tool_outputs":[]}""");

        Assert.Equal("""{"error":{"message":"Runs in status \"queued\" do not accept tool outputs.","type":"invalid_request_error","param":null,"code":null}}""", refused.Text);
        Assert.Equal(400, refused.Status);
    }

    [Fact]
    public async Task Usage_of_text_follows_the_formula_of_chat()
    {
        await using var world = await AgentWorld.StartAsync();
        var assistant = await world.PostAsync("assistants", """{"model":"gpt-4o-mini","instructions":"Be brief."}""");

        await world.PostAsync($"threads/{world.Thread}/runs", new { assistant_id = assistant.Id, additional_messages = new[] { new { role = "user", content = "Say exactly: Hello" } } });
        await world.Gate.UntilAsync("completed");

        // Three tokens, and four for each message beside its text: 3 + (4 + 3) + (4 + 4).
        Golden.AssertSame(Usage(18, 2), (await world.GetAsync($"threads/{world.Thread}/runs")).Json["data"]![0]!["usage"]!.ToJsonString());
    }

    private static string Run(
        string status, bool started = false, bool expires = false, bool completed = false, string usage = "null", string action = "null", string metadata = """{"lab":"1"}""") => $$"""
        {"id":"run_ID","object":"thread.run","created_at":0,"assistant_id":"asst_ID","thread_id":"thread_ID","status":"{{status}}","started_at":{{At(started)}},
        "expires_at":{{At(expires)}},"cancelled_at":null,"failed_at":null,"completed_at":{{At(completed)}},"required_action":{{action}},"last_error":null,
        "model":"gpt-4o-mini","instructions":"Be brief.","tools":[{{Tool}}],"tool_resources":{},"metadata":{{metadata}},"temperature":1.0,"top_p":1.0,
        "max_completion_tokens":null,"max_prompt_tokens":null,"truncation_strategy":{"type":"auto","last_messages":null},"incomplete_details":null,
        "usage":{{usage}},"response_format":"auto","tool_choice":"auto","parallel_tool_calls":true}
        """;

    private static string Step(string status, bool expires = false, bool completed = false, string usage = "null") =>
        AnyStep("message_creation", """{"type":"message_creation","message_creation":{"message_id":"msg_ID"}}""", status, expires, completed, usage);

    private static string CallStep(string status, string output, bool expires = false, bool completed = false, string usage = "null") => AnyStep(
        "tool_calls",
        $$$"""{"type":"tool_calls","tool_calls":[{"id":"call_ID","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Paris\"}","output":{{{output}}}}}]}""",
        status, expires, completed, usage);

    private static string AnyStep(string type, string details, string status, bool expires, bool completed, string usage) => $$"""
        {"id":"step_ID","object":"thread.run.step","created_at":0,"run_id":"run_ID","assistant_id":"asst_ID","thread_id":"thread_ID","type":"{{type}}",
        "status":"{{status}}","cancelled_at":null,"completed_at":{{At(completed)}},"expires_at":{{At(expires)}},"failed_at":null,"last_error":null,
        "step_details":{{details}},"usage":{{usage}}}
        """;

    private static string List(string one, string prefix) => $$"""{"object":"list","data":[{{one}}],"first_id":"{{prefix}}_ID","last_id":"{{prefix}}_ID","has_more":false}""";

    private static string Usage(int prompt, int completion) =>
        $$"""{"prompt_tokens":{{prompt}},"completion_tokens":{{completion}},"total_tokens":{{prompt + completion}},"prompt_token_details":{"cached_tokens":0} }""";

    private static string At(bool isSet) => isSet ? "0" : "null";
}
