using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using SessionAware.FakeResponsesBackend.Streaming;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Regions;

/// <summary>Responses made in a conversation: one at a time, and what they leave in it.</summary>
public sealed partial class Responses_in_a_conversation
{
    private const string Path = "openai/v1/conversations";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Response_continues_the_conversation_echoes_it_and_adds_to_it(bool asObject)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var id = (await caller.SendAsync(HttpMethod.Post, Path, new { items = new[] { new { role = "user", content = "My name is Ada." } } })).Id;

        var answer = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Who am I?", conversation = asObject ? (object)new { id } : id });

        Assert.Equal("""You told me: "My name is Ada." (I see 1 earlier message from you.)""", answer.OutputText);
        Assert.Equal($$"""{"id":"{{id}}"}""", answer.Json["conversation"]!.ToJsonString());
        Assert.Null(answer.Json["previous_response_id"]);
        Assert.Equal(["My name is Ada.", "Who am I?", answer.OutputText], await TextsAsync(caller, id));
        Assert.Equal(answer.Text, (await caller.RetrieveAsync(answer.Id)).Text);
    }

    [Fact]
    public async Task Ids_follow_the_recorded_grammar_and_share_the_conversations_partition()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var conversation = await caller.SendAsync(HttpMethod.Post, Path, new { items = new[] { new { role = "user", content = "First" } } });
        var added = (await caller.SendAsync(HttpMethod.Post, $"{Path}/{conversation.Id}/items", new { items = new[] { new { role = "user", content = "Second" } } })).Json["first_id"]!.GetValue<string>();
        var answer = await SayAsync(caller, "Hi", conversation.Id);
        var items = (await caller.GetAsync($"{Path}/{conversation.Id}/items?order=asc")).Json["data"]!.AsArray().Select(item => item!["id"]!.GetValue<string>()).ToList();

        Assert.Matches(InConversation(), conversation.Id);
        var partition = conversation.Id[^16..];
        Assert.Equal(conversation.Json["created_at"]!.GetValue<long>(), Convert.ToInt64(conversation.Id[5..13], 16));
        Assert.Equal(added, items[1]);
        Assert.All(items[..2], item =>
        {
            Assert.Matches(InConversation(), item);
            Assert.EndsWith(partition, item, StringComparison.Ordinal);
        });
        Assert.All([answer.Id, .. items[2..]], made =>
        {
            Assert.Matches(InResponse(), made);
            Assert.Equal(partition, made[(made.IndexOf('_', StringComparison.Ordinal) + 1)..][..16]);
        });
        Assert.Equal(answer.Json["output"]![0]!["id"]!.GetValue<string>(), items[3]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Conversation_is_locked_while_a_response_runs_and_gets_its_items_all_at_once(bool background)
    {
        var (region, pace) = await HeldAsync();
        await using var _ = region;
        using var caller = new Caller(region.Url);
        var id = (await caller.SendAsync(HttpMethod.Post, Path, new { items = new[] { new { role = "user", content = "First" } } })).Id;
        var item = (await caller.GetAsync($"{Path}/{id}/items")).Json["first_id"]!.GetValue<string>();
        var running = caller.CreateAsync(new { model = "gpt-4o-mini", input = "Say exactly: done", conversation = id, background });
        await pace.HoldAfterAsync("response.output_item.done");

        Answer[] refused =
        [
            await SayAsync(caller, "Hi", id),
            await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Hi", conversation = id, background = true }),
            await caller.SendAsync(HttpMethod.Post, $"{Path}/{id}/items", new { items = new[] { new { role = "user", content = "Second" } } }),
            await caller.DeleteAsync($"conversations/{id}/items/{item}"),
        ];
        var during = await TextsAsync(caller, id);
        var renamed = await caller.SendAsync(HttpMethod.Post, $"{Path}/{id}", new { metadata = new { a = "1" } });
        pace.LetGo();
        Assert.Equal("completed", Background.Status(await caller.EndOfAsync((await running).Id)));

        Assert.All(refused, answer => Assert.Equal(400, answer.Status));
        Assert.All(refused, answer => Golden.AssertSame(
            """{"error":{"message":"Another process is currently operating on this conversation. Please retry in a few seconds.","type":"invalid_request_error","param":null,"code":"conversation_locked"}}""",
            answer.Text));
        Assert.Equal(["First"], during);
        Assert.Equal(200, renamed.Status);
        Assert.Equal(["First", "Say exactly: done", "done"], await TextsAsync(caller, id));
        Assert.Equal("1", (await caller.GetAsync($"{Path}/{id}")).Json["metadata"]!["a"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Conversation_is_free_as_soon_as_the_end_of_a_response_can_be_seen(bool stream, bool background)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var id = (await caller.SendAsync(HttpMethod.Post, Path)).Id;

        for (var turn = 0; turn < 50; turn++)
            Assert.Equal(200, (await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Hi", conversation = id, stream, background })).Status);
    }

    [Fact]
    public async Task Conversation_is_free_before_the_last_event_is_sent()
    {
        var pace = new AfterTheEnd();
        await using var region = await Nodes.StartRegionAsync(services: services => services.AddSingleton<EventPace>(pace));
        using var caller = new Caller(region.Url);
        var id = (await caller.SendAsync(HttpMethod.Post, Path)).Id;
        var first = SayAsync(caller, "Hi", id);
        await pace.Ended.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        // The first turn hangs after its last event: whoever has read that one may go on.
        var second = await SayAsync(caller, "Hi again", id);
        pace.LetGo();

        Assert.Equal((200, 200), (second.Status, (await first).Status));
        Assert.Equal(4, (await TextsAsync(caller, id)).Count);
    }

    [Theory]
    [InlineData("hang-up")]
    [InlineData("hang-up of a stream")]
    [InlineData("cancel")]
    [InlineData("delete")]
    [InlineData("failure")]
    public async Task Response_that_did_not_complete_leaves_nothing_and_frees_the_conversation(string end)
    {
        var (region, pace) = await HeldAsync();
        await using var _ = region;
        using var caller = new Caller(region.Url);
        var id = (await caller.SendAsync(HttpMethod.Post, Path)).Id;
        if (end == "failure")
            await caller.QueueAsync(new { kind = "error", in_stream = true, after_events = 4 });
        var body = $$"""{"model":"gpt-4o-mini","input":"Hi","conversation":"{{id}}","stream":{{(end == "hang-up" ? "false" : "true")}},"background":{{(end is "cancel" or "delete" ? "true" : "false")}}}""";
        using (var raw = await RawHttp.PostAsync($"{region.Url}/openai/v1/responses", body))
        {
            await pace.HoldAfterAsync("response.in_progress");
            var made = (await caller.GetAsync("_emulator/journal")).Json.AsArray().Select(entry => entry!["made"]?.GetValue<string>()).Last(name => name?.StartsWith("resp_", StringComparison.Ordinal) == true)!;
            if (end == "cancel")
                Assert.Equal(200, (await caller.CancelAsync(made)).Status);
            else if (end == "delete")
                Assert.Equal(200, (await caller.DeleteAsync($"responses/{made}")).Status);
            else if (end == "failure")
                pace.LetGo();
            if (end == "failure")
                await raw.ReadHeadAsync();
            if (end == "failure")
                Assert.Contains("response.failed", string.Concat(await raw.ReadChunksAsync().ToListAsync(TestContext.Current.CancellationToken)), StringComparison.Ordinal);
        }

        if (end != "failure")
            await pace.Stopped;
        pace.LetGo();
        Assert.Empty(await TextsAsync(caller, id));
        using var tooLong = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await SayAsync(caller, "Hi", id)).Status != 200)
            tooLong.Token.ThrowIfCancellationRequested();
        Assert.Equal(2, (await TextsAsync(caller, id)).Count);
    }

    private static Task<Answer> SayAsync(Caller caller, string input, string conversation) => caller.CreateAsync(new { model = "gpt-4o-mini", input, conversation });

    private static async Task<IReadOnlyList<string>> TextsAsync(Caller caller, string id) =>
        [.. (await caller.GetAsync($"{Path}/{id}/items?order=asc&limit=100")).Json["data"]!.AsArray().Select(item => item!["content"]![0]!["text"]!.GetValue<string>())];

    private static async Task<(WebNode Region, HeldPace Pace)> HeldAsync()
    {
        var pace = new HeldPace();
        pace.Hold();
        return (await Nodes.StartRegionAsync(services: services => services.AddSingleton<EventPace>(pace)), pace);
    }

    [GeneratedRegex("^(conv|msg)_[0-9a-f]{8}[0-9a-f]{24}0[0-9a-f]{15}$")]
    private static partial Regex InConversation();

    [GeneratedRegex("^(resp|msg)_0[0-9a-f]{15}00[0-9a-f]{8}[0-9a-f]{24}$")]
    private static partial Regex InResponse();

    /// <summary>Holds the first turn after its last event.</summary>
    private sealed class AfterTheEnd : EventPace
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Ended => _ended.Task;

        public void LetGo() => _letGo.TrySetResult();

        public override async ValueTask WaitAsync(IStreamEvent? sent, CancellationToken cancellationToken)
        {
            if (sent is { EventName: "response.completed" } && _ended.TrySetResult())
                await _letGo.Task.WaitAsync(cancellationToken);
        }
    }
}
