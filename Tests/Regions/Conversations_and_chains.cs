using System.ClientModel;
using System.Text.Json.Nodes;
using OpenAI.Conversations;
using OpenAI.Responses;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Regions;

/// <summary>Conversations beside chains of responses, and in the hands of the official client.</summary>
public sealed class Conversations_and_chains
{
    private const string Path = "openai/v1/conversations";

    [Fact]
    public async Task Previous_response_and_conversation_exclude_each_other()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var conversation = (await caller.SendAsync(HttpMethod.Post, Path)).Id;
        var previous = (await caller.SayAsync("Hi")).Id;

        var answer = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Hi", conversation, previous_response_id = previous });

        Assert.Equal(400, answer.Status);
        Golden.AssertSame(
            """{"error":{"message":"Mutually exclusive parameters: ''. Ensure you are only providing one of: 'pre..._id' or 'conversation'.","type":"invalid_request_error","param":null,"code":"mutually_exclusive_parameters"}}""",
            answer.Text);
        Assert.Empty((await caller.GetAsync($"{Path}/{conversation}/items")).Json["data"]!.AsArray());
    }

    [Theory]
    [InlineData("\"conv_690000000123456789abcdef012345670123456789abcdef\"", 404, null, null)]
    [InlineData("{\"id\":\"conv_690000000123456789abcdef012345670123456789abcdef\"}", 404, null, null)]
    [InlineData("\"thread_1\"", 400, "conversation", "invalid_id_prefix")]
    [InlineData("{\"id\":\"thread_1\"}", 400, "conversation.id", "invalid_id_prefix")]
    [InlineData("{}", 400, "conversation.id", "missing_required_parameter")]
    [InlineData("{\"id\":\"conv_1\",\"foo\":1}", 400, "conversation.foo", "unknown_parameter")]
    [InlineData("7", 400, "conversation", "invalid_type")]
    public async Task Conversation_that_cannot_be_is_refused(string conversation, int status, string? param, string? code)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        var answer = await caller.CreateAsync($$"""{"model":"gpt-4o-mini","input":"Hi","conversation":{{conversation}}}""");

        Assert.Equal(status, answer.Status);
        Assert.Equal((param, code), (answer.Json["error"]!["param"]?.GetValue<string>(), answer.Json["error"]!["code"]?.GetValue<string>()));
    }

    [Fact]
    public async Task Previous_response_of_another_conversation_follows_its_chain_and_belongs_to_none()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var conversation = (await caller.SendAsync(HttpMethod.Post, Path)).Id;
        var told = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "My name is Ada.", conversation });
        await caller.CreateAsync(new { model = "gpt-4o-mini", input = "My dog is called Rex.", conversation });

        var branch = await caller.SayAsync("What is my dog called?", told.Id);
        var asked = await caller.SayAsync("Who am I?", told.Id);

        Assert.Contains("nothing about that", branch.OutputText, StringComparison.Ordinal);
        Assert.Contains("Ada", asked.OutputText, StringComparison.Ordinal);
        Assert.Null(asked.Json["conversation"]);
        Assert.Equal(told.Id, asked.Json["previous_response_id"]!.GetValue<string>());
        Assert.Equal(4, (await caller.GetAsync($"{Path}/{conversation}/items")).Json["data"]!.AsArray().Count);
    }

    [Fact]
    public async Task Deleted_item_is_no_longer_part_of_what_follows()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var conversation = await caller.SendAsync(HttpMethod.Post, Path, new { items = new[] { new { role = "user", content = "My name is Ada." }, new { role = "user", content = "My dog is called Rex." } } });
        var name = (await caller.GetAsync($"{Path}/{conversation.Id}/items?order=asc")).Json["first_id"]!.GetValue<string>();

        await caller.DeleteAsync($"conversations/{conversation.Id}/items/{name}");

        Assert.DoesNotContain("Ada", (await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Who am I?", conversation = conversation.Id })).OutputText, StringComparison.Ordinal);
        Assert.Contains("Rex", (await caller.CreateAsync(new { model = "gpt-4o-mini", input = "What is my dog called?", conversation = conversation.Id })).OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deleting_a_conversation_keeps_the_responses_made_in_it()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var conversation = (await caller.SendAsync(HttpMethod.Post, Path)).Id;
        var told = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "My name is Ada.", conversation });

        await caller.DeleteAsync($"conversations/{conversation}");

        Assert.Equal(told.Text, (await caller.RetrieveAsync(told.Id)).Text);
        Assert.Contains("Ada", (await caller.SayAsync("Who am I?", told.Id)).OutputText, StringComparison.Ordinal);
        Assert.Equal(404, (await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Who am I?", conversation })).Status);
    }

    [Fact]
    public async Task Deleting_a_response_keeps_its_items_in_the_conversation()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var conversation = (await caller.SendAsync(HttpMethod.Post, Path)).Id;
        var told = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "My name is Ada.", conversation });

        await caller.DeleteAsync($"responses/{told.Id}");

        Assert.Contains("Ada", (await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Who am I?", conversation })).OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Official_client_holds_a_conversation_from_its_beginning_to_its_end()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var region = await Nodes.StartRegionAsync();
        var endpoint = new Uri($"{region.Url}/openai/v1/");
        var conversations = new ConversationClient(new ApiKeyCredential(Nodes.ApiKey), new ConversationClientOptions { Endpoint = endpoint });
        var responses = new ResponsesClient(new ApiKeyCredential(Nodes.ApiKey), new ResponsesClientOptions { Endpoint = endpoint });
        static JsonNode Read(ClientResult result) => JsonNode.Parse(result.GetRawResponse().Content)!;
        static BinaryContent Body(string json) => BinaryContent.Create(BinaryData.FromString(json));

        var id = Read(await conversations.CreateConversationAsync(Body("""{"metadata":{"lab":"1"},"items":[{"role":"system","content":"Be brief."}]}""")))["id"]!.GetValue<string>();
        await conversations.CreateConversationItemsAsync(id, Body("""{"items":[{"role":"user","content":"My name is Ada."}]}"""));
        ResponseResult answer = await responses.CreateResponseAsync(
            new CreateResponseOptions("gpt-4o-mini", [ResponseItem.CreateUserMessageItem("Who am I?")]) { ConversationOptions = new(id) }, cancel);

        Assert.Contains("Ada", answer.GetOutputText(), StringComparison.Ordinal);
        Assert.Equal(id, answer.ConversationOptions.ConversationId);
        List<string> items = [];
        await foreach (var page in conversations.GetConversationItemsAsync(id, limit: 2, order: "asc").GetRawPagesAsync().WithCancellation(cancel))
            items.AddRange(Read(page)["data"]!.AsArray().Select(item => item!["id"]!.GetValue<string>()));
        Assert.Equal(4, items.Count);
        Assert.Equal(items[1], Read(await conversations.GetConversationItemAsync(id, items[1]))["id"]!.GetValue<string>());
        Assert.Equal(id, Read(await conversations.DeleteConversationItemAsync(id, items[0]))["id"]!.GetValue<string>());
        Assert.Equal("2", Read(await conversations.UpdateConversationAsync(id, Body("""{"metadata":{"lab":"2"}}""")))["metadata"]!["lab"]!.GetValue<string>());
        ConversationResource retrieved = await conversations.GetConversationAsync(id, cancel);
        Assert.Equal(("2", id), (retrieved.Metadata["lab"], retrieved.Id));
        ConversationDeletionResult deleted = await conversations.DeleteConversationAsync(id, cancel);
        Assert.True(deleted.Deleted);
        var gone = await Assert.ThrowsAsync<ClientResultException>(() => conversations.GetConversationAsync(id, cancel));
        Assert.Equal(404, gone.Status);
    }
}
