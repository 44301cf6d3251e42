using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Agents;

/// <summary>Assistants, threads and messages as a region keeps them.</summary>
public sealed class Threads
{
    private const string Unknown = "thread_0123456789abcdefghijklmn";

    public static TheoryData<string, string, string, string?, int, string> Refusals { get; } = new()
    {
        { "unknown thread", "GET", $"threads/{Unknown}", null, 404, Error($"No thread found with id '{Unknown}'.") },
        { "message in an unknown thread", "POST", $"threads/{Unknown}/messages", """{"role":"user","content":"Hi"}""", 404, Error($"No thread found with id '{Unknown}'.") },
        { "run in an unknown thread", "POST", $"threads/{Unknown}/runs", """{"assistant_id":"asst_0123456789abcdefghijklmn"}""", 404, Error($"No thread found with id '{Unknown}'.") },
        { "unknown assistant", "GET", "assistants/asst_0123456789abcdefghijklmn", null, 404, Error("No assistant found with id 'asst_0123456789abcdefghijklmn'.") },
        { "run of an unknown assistant", "POST", "threads/THREAD/runs", """{"assistant_id":"asst_0123456789abcdefghijklmn"}""", 404, Error("No assistant found with id 'asst_0123456789abcdefghijklmn'.") },
        { "unknown run", "GET", "threads/THREAD/runs/run_x", null, 404, Error("No run found with id 'run_x'.") },
        { "unknown message", "GET", "threads/THREAD/messages/msg_x", null, 404, Error("No message found with id 'msg_x'.") },
        { "cursor of no message", "GET", "threads/THREAD/messages?after=msg_x", null, 404, Error("No message found with id 'msg_x'.") },
        { "thread id of another kind", "GET", "threads/undefined", null, 400, Error("Invalid 'thread_id': 'undefined'. Expected an ID that begins with 'thread'.", "thread_id", "invalid_value") },
        { "assistant id of another kind", "POST", "threads/runs", """{"assistant_id":"agent:1"}""", 400, Error("Invalid 'assistant_id': 'agent:1'. Expected an ID that begins with 'asst'.", "assistant_id", "invalid_value") },
        { "run without assistant", "POST", "threads/THREAD/runs", "{}", 400, Error("Missing required parameter: 'assistant_id'.", "assistant_id", "missing_required_parameter") },
        { "assistant without model", "POST", "assistants", "{}", 400, Error("Missing required parameter: 'model'.", "model", "missing_required_parameter") },
        { "hosted tool", "POST", "assistants", """{"model":"gpt-4o-mini","tools":[{"type":"code_interpreter"}]}""", 400, Error("Hosted tool 'code_interpreter' is not supported with this region's models.", "tools") },
        { "hosted tool of a run", "POST", "threads/THREAD/runs", """{"assistant_id":"ASSISTANT","tools":[{"type":"file_search"}]}""", 400, Error("Hosted tool 'file_search' is not supported with this region's models.", "tools") },
        { "files of a thread", "POST", "threads", """{"tool_resources":{"file_search":{"vector_store_ids":["vs_1"]}}}""", 400, Error("Unsupported parameter: 'tool_resources' is not supported with this model.", "tool_resources") },
        { "attachment", "POST", "threads/THREAD/messages", """{"role":"user","content":"Hi","attachments":[{"file_id":"file-1"}]}""", 404, Error("File with id 'file-1' not found.", "attachments[0].file_id") },
        { "unknown role", "POST", "threads/THREAD/messages", """{"role":"system","content":"Hi"}""", 400, Error("Invalid value: 'system'. Supported values are: 'user' and 'assistant'.", "role", "invalid_value") },
        { "message without content", "POST", "threads", """{"messages":[{"role":"user"}]}""", 400, Error("Missing required parameter: 'messages[0].content'.", "messages[0].content", "missing_required_parameter") },
        { "unknown parameter", "POST", "threads/THREAD/runs", """{"assistant_id":"ASSISTANT","foo":1}""", 400, Error("Unknown parameter: 'foo'.", "foo", "unknown_parameter") },
        { "choice of a tool that is not offered", "POST", "threads/THREAD/runs", """{"assistant_id":"ASSISTANT","tools":[{"type":"function","function":{"name":"g"}}],"tool_choice":{"type":"function","function":{"name":"f"}}}""", 400, Error("Tool choice 'function' not found in 'tools' parameter.", "tool_choice") },
        { "limit of too few tokens", "POST", "threads/THREAD/runs", """{"assistant_id":"ASSISTANT","max_completion_tokens":255}""", 400, Error("Invalid 'max_completion_tokens': integer below minimum value. Expected a value >= 256, but got 255 instead.", "max_completion_tokens", "integer_below_min_value") },
        { "truncation without a number", "POST", "threads/THREAD/runs", """{"assistant_id":"ASSISTANT","truncation_strategy":{"type":"last_messages"}}""", 400, Error("Missing required parameter: 'truncation_strategy.last_messages'.", "truncation_strategy.last_messages", "missing_required_parameter") },
        { "page too large", "GET", "threads/THREAD/messages?limit=101", null, 400, Error("Invalid 'limit': integer above maximum value. Expected a value <= 100, but got 101 instead.", "limit", "integer_above_max_value") },
    };

    [Fact]
    public async Task Thread_is_made_changed_and_deleted_as_recorded()
    {
        await using var world = await AgentWorld.StartAsync();

        var made = await world.PostAsync("threads");
        var changed = await world.PostAsync($"threads/{made.Id}", """{"metadata":{"lab":"1"}}""");
        var read = await world.GetAsync($"threads/{made.Id}");
        var deleted = await world.Caller.SendAsync(HttpMethod.Delete, $"openai/v1/threads/{made.Id}");

        Golden.AssertSame("""{"id":"thread_ID","object":"thread","created_at":0,"metadata":{},"tool_resources":{}}""", made.Text);
        // Two blanks of indent and no final newline make the recorded length.
        Assert.Equal(137, made.Text.Length);
        Golden.AssertSame("""{"id":"thread_ID","object":"thread","created_at":0,"metadata":{"lab":"1"},"tool_resources":{}}""", changed.Text);
        Assert.Equal(changed.Text, read.Text);
        Golden.AssertSame("""{"id":"thread_ID","object":"thread.deleted","deleted":true}""", deleted.Text);
        Assert.Equal(Error($"No thread found with id '{made.Id}'."), (await world.GetAsync($"threads/{made.Id}")).Text);
    }

    [Fact]
    public async Task Assistant_is_made_listed_and_deleted_as_recorded()
    {
        await using var world = await AgentWorld.StartAsync();

        var made = await world.PostAsync("assistants", """{"model":"gpt-4o-mini","name":"n","temperature":0.5,"top_p":1}""");
        var page = await world.GetAsync("assistants?limit=1");
        var deleted = await world.Caller.SendAsync(HttpMethod.Delete, $"openai/v1/assistants/{made.Id}");

        const string Body =
            """{"id":"asst_ID","object":"assistant","created_at":0,"name":"n","description":null,"model":"gpt-4o-mini","instructions":null,"tools":[],"top_p":1.0,"temperature":0.5,"tool_resources":{},"metadata":{},"response_format":"auto"}""";
        Golden.AssertSame(Body, made.Text);
        Golden.AssertSame($$"""{"object":"list","data":[{{Body}}],"first_id":"asst_ID","last_id":"asst_ID","has_more":true}""", page.Text);
        Golden.AssertSame("""{"id":"asst_ID","object":"assistant.deleted","deleted":true}""", deleted.Text);
        Assert.Equal(404, (await world.GetAsync($"assistants/{made.Id}")).Status);
        Assert.Equal(200, (await world.GetAsync($"assistants/{world.Assistant}")).Status);
    }

    [Fact]
    public async Task Message_is_kept_in_the_form_of_values_however_it_was_written()
    {
        await using var world = await AgentWorld.StartAsync();

        var plain = await world.PostAsync($"threads/{world.Thread}/messages", """{"role":"user","content":"Hi","metadata":{"a":"b"}}""");
        var parts = await world.PostAsync(
            $"threads/{world.Thread}/messages", """{"role":"assistant","content":[{"type":"text","text":"Hi"},{"type":"image_url","image_url":{"url":"https://example.com/a.png"}}]}""");

        Golden.AssertSame(Message("user", """{"type":"text","text":{"value":"Hi","annotations":[]}}""", """{"a":"b"}"""), plain.Text);
        Golden.AssertSame(
            Message("assistant", """{"type":"text","text":{"value":"Hi","annotations":[]}},{"type":"image_url","image_url":{"url":"https://example.com/a.png","detail":"auto"}}"""), parts.Text);
        Assert.Equal(parts.Text, (await world.GetAsync($"threads/{world.Thread}/messages/{parts.Id}")).Text);
        Golden.AssertSame("""{"object":"list","data":[],"first_id":null,"last_id":null,"has_more":false}""", (await world.GetAsync($"threads/{world.Thread}/runs")).Text);
    }

    [Theory]
    [InlineData("", "d c b a", false)]
    [InlineData("order=asc", "a b c d", false)]
    [InlineData("limit=2", "d c", true)]
    [InlineData("limit=2&after=c", "b a", false)]
    [InlineData("order=asc&after=a&before=d", "b c", false)]
    [InlineData("order=asc&limit=2&before=d", "b c", true)]
    [InlineData("run_id=run_x", "", false)]
    public async Task Messages_come_in_pages_newest_first(string query, string expected, bool hasMore)
    {
        await using var world = await AgentWorld.StartAsync();
        var thread = await world.PostAsync("threads", """{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"c"},{"role":"user","content":"d"}]}""");
        var all = (await world.GetAsync($"threads/{thread.Id}/messages?order=asc")).Json["data"]!.AsArray().Select(message => message!["id"]!.GetValue<string>()).ToList();
        foreach (var (index, name) in new[] { "a", "b", "c", "d" }.Index())
            query = query.Replace($"after={name}", $"after={all[index]}", StringComparison.Ordinal).Replace($"before={name}", $"before={all[index]}", StringComparison.Ordinal);

        var page = (await world.GetAsync($"threads/{thread.Id}/messages?{query}")).Json;

        Assert.Equal(expected, string.Join(' ', page["data"]!.AsArray().Select(message => message!["content"]![0]!["text"]!["value"]!.GetValue<string>())));
        Assert.Equal(hasMore, page["has_more"]!.GetValue<bool>());
    }

    [Theory]
    [InlineData("v1", "", 200)]
    [InlineData("openai/v1", "", 200)]
    [InlineData("openai", "?api-version=2025-04-01-preview", 200)]
    [InlineData("openai", "", 404)]
    [InlineData("api/projects/lab", "?api-version=2025-05-15-preview", 200)]
    [InlineData("api/projects/lab", "", 404)]
    [InlineData("api/projects/lab/openai/v1", "", 404)]
    public async Task Thread_is_reached_under_the_paths_that_the_services_have(string family, string query, int status)
    {
        await using var world = await AgentWorld.StartAsync();

        Assert.Equal(status, (await world.Caller.GetAsync($"{family}/threads/{world.Thread}{query}")).Status);
        Assert.Equal(status, (await world.Caller.GetAsync($"{family}/assistants/{world.Assistant}{query}")).Status);
        Assert.Equal(status, (await world.PostAsync($"threads/{world.Thread}/messages{query}", """{"role":"user","content":"Hi"}""", family)).Status);
        Assert.Equal(status, (await world.PostAsync($"threads/{world.Thread}/runs{query}", new { assistant_id = world.Assistant }, family)).Status);
    }

    [Fact]
    public async Task Whatever_one_region_made_is_unknown_in_the_other()
    {
        await using var world = await AgentWorld.StartAsync();
        await using var west = await Nodes.StartRegionAsync("westus");
        using var caller = new Caller(west.Url);
        var run = await world.RunAsync("Hi");

        foreach (var path in new[] { $"threads/{world.Thread}", $"threads/{world.Thread}/messages", run, $"{run}/steps" })
            Assert.Equal((404, Error($"No thread found with id '{world.Thread}'.")), Told(await caller.GetAsync($"openai/v1/{path}")));
        Assert.Equal((404, Error($"No assistant found with id '{world.Assistant}'.")), Told(await caller.GetAsync($"openai/v1/assistants/{world.Assistant}")));
        Assert.Equal(
            (404, Error($"No assistant found with id '{world.Assistant}'.")),
            Told(await caller.SendAsync(HttpMethod.Post, "openai/v1/threads/runs", new { assistant_id = world.Assistant })));
        var asked = (await caller.GetAsync($"_emulator/ids/{world.Thread}")).Json;
        Assert.False(asked["minted_here"]!.GetValue<bool>());
        Assert.Equal(4, asked["misses"]!.GetValue<int>());
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Refusal_has_the_service_s_words(string what, string method, string path, string? body, int status, string expected)
    {
        await using var world = await AgentWorld.StartAsync();
        var assistant = await world.PostAsync("assistants", """{"model":"gpt-4o-mini"}""");

        var answer = await world.Caller.SendAsync(
            new HttpMethod(method), $"openai/v1/{path.Replace("THREAD", world.Thread, StringComparison.Ordinal)}", body?.Replace("ASSISTANT", assistant.Id, StringComparison.Ordinal));

        Assert.True(expected == answer.Text, $"{what}: {answer.Text}");
        Assert.Equal(status, answer.Status);
    }

    private static (int Status, string Text) Told(Answer answer) => (answer.Status, answer.Text);

    private static string Message(string role, string content, string metadata = "{}") =>
        $$"""{"id":"msg_ID","object":"thread.message","created_at":0,"assistant_id":null,"thread_id":"thread_ID","run_id":null,"role":"{{role}}","content":[{{content}}],"attachments":[],"metadata":{{metadata}} }""";

    private static string Error(string message, string? param = null, string? code = null) =>
        $$$"""{"error":{"message":"{{{message}}}","type":"invalid_request_error","param":{{{Text(param)}}},"code":{{{Text(code)}}}}}""";

    private static string Text(string? value) => value is null ? "null" : $"\"{value}\"";
}
