using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SessionAware.Tests.Sessions;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Owners;

/// <summary>The ids that a pool declares are somebody's, too, whatever a body calls itself; the example of <c>docs/sessions.md</c> keeps them together.</summary>
public sealed partial class Declared_ids
{
    private const string Api = "pool/openai/v1";
    private const string Secret = "Never say Rumpelstiltskin.";

    public static TheoryData<string, string> Disguises => new()
    {
        { "another type", "Content-Type: text/plain\r\n" },
        { "no type", "" },
        { "empty type", "Content-Type: \r\n" },
        { "unreadable type", "Content-Type: application\r\n" },
        { "a form", "Content-Type: application/x-www-form-urlencoded\r\n" },
        { "bytes", "Content-Type: application/octet-stream\r\n" },
        { "JSON", "Content-Type: application/json\r\n" },
        { "a kind of JSON", "Content-Type: application/merge-patch+json; charset=utf-8\r\n" },
    };

    [Theory]
    [MemberData(nameof(Disguises))]
    public async Task Assistant_of_another_runs_for_nobody_else_whatever_the_body_calls_itself(string what, string type)
    {
        await using var world = await StartAsync();
        using var a = new Caller(world.First.Url, apiKey: OwnersWorld.KeyOfA);
        using var b = new Caller(world.First.Url, apiKey: OwnersWorld.KeyOfB);
        var assistant = await CreateAssistantAsync(a);
        var thread = await a.SendAsync(HttpMethod.Post, $"{Api}/threads");
        do
            thread = await b.SendAsync(HttpMethod.Post, $"{Api}/threads");
        while (thread.Header("x-backend-id") != assistant.Header("x-backend-id"));
        var before = await world.SentAsync();

        foreach (var path in new[] { $"threads/{thread.Id}/runs", "threads/runs", $"threads/{thread.Id}", $"chat/completions" })
        {
            var answer = await RawAsync(world.First, path, type, $$"""{"assistant_id":"{{assistant.Id}}","model":"gpt-4o-mini","messages":[]}""");
            Assert.True(answer.Status == 404, $"{what}: {path}: {answer}");
            Assert.DoesNotContain(Secret, answer.Body, StringComparison.Ordinal);
        }

        Assert.Equal(before, await world.SentAsync());
        Assert.Equal(404, (await b.GetAsync($"{Api}/assistants/{assistant.Id}")).Status);
        Assert.Equal(200, (await a.GetAsync($"{Api}/assistants/{assistant.Id}")).Status);
    }

    [Theory]
    [InlineData("Content-Type: text/plain\r\n", "assistant_id=asst_1")]
    [InlineData("Content-Type: multipart/form-data; boundary=x\r\n", "--x\r\nContent-Disposition: form-data; name=\"assistant_id\"\r\n\r\nasst_1\r\n--x--\r\n")]
    [InlineData("Content-Type: text/plain; charset=utf-16\r\n", "{}")]
    [InlineData("Content-Encoding: gzip\r\n", "{}")]
    public async Task Body_that_cannot_be_read_is_refused(string type, string body)
    {
        await using var world = await StartAsync();

        var answer = await RawAsync(world.First, "threads/runs", type, body);

        Assert.Equal(400, answer.Status);
        Assert.Contains("\"invalid_request\"", answer.Body, StringComparison.Ordinal);
        Assert.Empty(await world.SentAsync());
    }

    [Fact]
    public async Task Upload_passes_unread_where_everybody_may_come_in()
    {
        await using var backend = await Nodes.StartBackendAsync(context => context.Request.Body.CopyToAsync(context.Response.Body));
        await using var gateway = await Nodes.StartGatewayAsync(backend.Url, backend.Url, ("Gateway:PoolsFile", IdPools.Write(ExampleKeys())));
        const string upload = "--x\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nassistants\r\n--x--\r\n";

        var answer = await RawAsync(gateway, "files", "Content-Type: multipart/form-data; boundary=x\r\n", upload);

        Assert.Equal((200, true), (answer.Status, answer.Body.Contains("assistants", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Example_of_the_page_keeps_assistant_thread_and_run_together()
    {
        await using var world = await StartAsync();
        using var a = new Caller(world.First.Url, apiKey: OwnersWorld.KeyOfA);
        using var elsewhere = new Caller(world.Second.Url, apiKey: OwnersWorld.KeyOfA);
        HashSet<string?> backends = [];

        for (var agent = 0; agent < 4; agent++)
        {
            var session = ("x-session-id", $"agent {agent}");
            var assistant = await CreateAssistantAsync(a, session);
            var thread = await elsewhere.SendAsync(HttpMethod.Post, $"{Api}/threads", body: null, session);
            AssertPinned(thread, assistant, "header");
            AssertPinned(await a.SendAsync(HttpMethod.Post, $"{Api}/threads/{thread.Id}/messages", new { role = "user", content = "Hi" }), assistant, "id");
            var run = await elsewhere.SendAsync(HttpMethod.Post, $"{Api}/threads/{thread.Id}/runs", new { assistant_id = assistant.Id });
            AssertPinned(run, assistant, "id");
            AssertPinned(await a.GetAsync($"{Api}/threads/{thread.Id}/runs/{run.Id}"), assistant, "id");
            // A thread that begins with its run needs no header.
            var both = await elsewhere.SendAsync(HttpMethod.Post, $"{Api}/threads/runs", new { assistant_id = assistant.Id, thread = new { messages = new[] { new { role = "user", content = "Hi" } } } });
            AssertPinned(both, assistant, "id");
            AssertPinned(await a.GetAsync($"{Api}/threads/{both.Json["thread_id"]}/messages"), assistant, "id");
            AssertPinned(await a.SendAsync(HttpMethod.Delete, $"{Api}/threads/{both.Json["thread_id"]}"), assistant, "id");
            backends.Add(assistant.Header("x-backend-id"));
        }

        Assert.Equal(2, backends.Count);
    }

    private static Task<OwnersWorld> StartAsync() =>
        OwnersWorld.StartAsync([.. OwnersWorld.TwoSubscriptions, ("Gateway:PoolsFile", IdPools.Write(ExampleKeys()))], TimeAhead.AnHour);

    private static string ExampleKeys()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "sessions.md"));
        var behavior = JsonNode.Parse($"{{{Example().Match(page).Groups["json"].Value}}}")!["sessionAware"]!;
        return $"\"keys\": {behavior["keys"]!.ToJsonString()}";
    }

    private static async Task<Answer> CreateAssistantAsync(Caller caller, params (string, string)[] headers)
    {
        var assistant = await caller.SendAsync(HttpMethod.Post, $"{Api}/assistants", new { model = "gpt-4o-mini", instructions = Secret }, headers);
        Assert.True(assistant.Status == 200, assistant.Text);
        return assistant;
    }

    private static void AssertPinned(Answer answer, Answer first, string key)
    {
        Assert.True(answer.Status == 200, answer.Text);
        Assert.Equal((first.Header("x-backend-id"), "pinned", key), (answer.Header("x-backend-id"), answer.Header("x-session-affinity"), answer.Header("x-session-key")));
    }

    private static Task<RawAnswer> RawAsync(WebNode gateway, string path, string headers, string body) => RawAnswer.OfAsync(
        gateway.Url,
        Encoding.UTF8.GetBytes($"POST /{Api}/{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\napi-key: {OwnersWorld.KeyOfB}\r\n{headers}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"));

    [GeneratedRegex("```json\n(?<json>\"sessionAware\".*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
