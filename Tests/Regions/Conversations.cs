using System.Text.Json.Nodes;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Regions;

/// <summary>Conversations and the items that callers put into them.</summary>
public sealed class Conversations
{
    private const string Path = "openai/v1/conversations";
    private const string Unknown = "conv_690000000123456789abcdef012345670123456789abcdef";

    [Theory]
    [InlineData(null, "{}")]
    [InlineData("{}", "{}")]
    [InlineData("""{"metadata":{"lab":"1"}}""", """{"lab":"1"}""")]
    [InlineData("""{"metadata":null,"items":null}""", "{}")]
    [InlineData("""{"items":[{"role":"system","content":"Be brief."}]}""", "{}")]
    public async Task Conversation_is_created_retrieved_and_deleted(string? body, string metadata)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        var created = await caller.SendAsync(HttpMethod.Post, Path, body);
        var retrieved = await caller.GetAsync($"{Path}/{created.Id}");
        var deleted = await caller.DeleteAsync($"conversations/{created.Id}");

        Assert.Equal(200, created.Status);
        Golden.AssertSame($$"""{"id":"conv_ID","object":"conversation","created_at":0,"metadata":{{metadata}}}""", created.Text);
        Assert.Equal(created.Text, retrieved.Text);
        Golden.AssertSame("""{"id":"conv_ID","object":"conversation.deleted","deleted":true}""", deleted.Text);
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Delete })
        {
            var gone = await caller.SendAsync(method, $"{Path}/{created.Id}");
            Assert.Equal(404, gone.Status);
            Golden.AssertSame("""{"error":{"message":"Conversation with id 'conv_ID' not found.","type":"invalid_request_error","param":null,"code":null}}""", gone.Text);
        }
    }

    [Fact]
    public async Task Update_replaces_the_metadata_and_nothing_else()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var created = await caller.SendAsync(HttpMethod.Post, Path, new { metadata = new { a = "1", b = "2" }, items = new[] { new { role = "user", content = "Hi" } } });

        var updated = await caller.SendAsync(HttpMethod.Post, $"{Path}/{created.Id}", new { metadata = new { c = "3" } });

        Assert.Equal(created.Text.Replace("""{"a":"1","b":"2"}""", """{"c":"3"}""", StringComparison.Ordinal), updated.Text);
        Assert.Equal(updated.Text, (await caller.GetAsync($"{Path}/{created.Id}")).Text);
        Assert.Single((await caller.GetAsync($"{Path}/{created.Id}/items")).Json["data"]!.AsArray());
    }

    [Fact]
    public async Task Items_are_added_listed_retrieved_and_deleted()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var id = (await caller.SendAsync(HttpMethod.Post, Path)).Id;

        var added = await caller.SendAsync(HttpMethod.Post, $"{Path}/{id}/items", new { items = new[] { new { role = "system", content = "Be brief." }, new { role = "user", content = "Hi" } } });

        Golden.AssertSame(
            """
            {"object":"list","data":[
            {"type":"message","id":"msg_ID","status":"completed","content":[{"type":"input_text","text":"Be brief."}],"role":"system"},
            {"type":"message","id":"msg_ID","status":"completed","content":[{"type":"input_text","text":"Hi"}],"role":"user"}],
            "first_id":"msg_ID","has_more":false,"last_id":"msg_ID"}
            """,
            added.Text);
        Assert.Equal(added.Text, (await caller.GetAsync($"{Path}/{id}/items?order=asc")).Text);
        var first = added.Json["first_id"]!.GetValue<string>();
        Assert.Equal(added.Json["data"]![0]!.ToJsonString(), (await caller.GetAsync($"{Path}/{id}/items/{first}")).Json.ToJsonString());
        Golden.AssertSame("""{"id":"conv_ID","object":"conversation","created_at":0,"metadata":{}}""", (await caller.DeleteAsync($"conversations/{id}/items/{first}")).Text);
        Assert.Equal(["Hi"], await TextsAsync(caller, id));
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Delete })
        {
            var gone = await caller.SendAsync(method, $"{Path}/{id}/items/{first}");
            Assert.Equal(404, gone.Status);
            Golden.AssertSame("""{"error":{"message":"Item with id 'msg_ID' not found in conversation.","type":"invalid_request_error","param":null,"code":null}}""", gone.Text);
        }
    }

    [Theory]
    [InlineData("", "5 4 3 2 1", false)]
    [InlineData("limit=2", "5 4", true)]
    [InlineData("limit=2&after=4", "3 2", true)]
    [InlineData("limit=2&after=2", "1", false)]
    [InlineData("order=asc&limit=3", "1 2 3", true)]
    [InlineData("order=asc&limit=3&after=3", "4 5", false)]
    [InlineData("order=desc&after=1", "", false)]
    public async Task Items_are_listed_in_pages_both_ways(string query, string expected, bool hasMore)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var id = (await caller.SendAsync(HttpMethod.Post, Path, new { items = Enumerable.Range(1, 5).Select(number => new { role = "user", content = $"{number}" }) })).Id;
        var ids = Ids((await caller.GetAsync($"{Path}/{id}/items?order=asc")).Json);
        if (query.IndexOf("after=", StringComparison.Ordinal) is >= 0 and var at)
            query = query[..(at + 6)] + ids[query[at + 6] - '1'];

        var page = (await caller.GetAsync($"{Path}/{id}/items?{query}")).Json;

        Assert.Equal(expected, string.Join(' ', Texts(page)));
        Assert.Equal(hasMore, page["has_more"]!.GetValue<bool>());
        Assert.Equal(Ids(page).FirstOrDefault(), page["first_id"]?.GetValue<string>());
        Assert.Equal(Ids(page).LastOrDefault(), page["last_id"]?.GetValue<string>());
    }

    [Theory]
    [InlineData("")]
    [InlineData("/items")]
    public async Task More_than_20_items_at_once_are_refused(string below)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var path = below.Length == 0 ? Path : $"{Path}/{(await caller.SendAsync(HttpMethod.Post, Path)).Id}{below}";
        object Items(int count) => new { items = Enumerable.Range(1, count).Select(number => new { role = "user", content = $"{number}" }) };

        var refused = await caller.SendAsync(HttpMethod.Post, path, Items(21));

        Assert.Equal(400, refused.Status);
        Golden.AssertSame(
            """{"error":{"message":"Invalid 'items': array too long. Expected an array with maximum length 20, but got an array with length 21 instead.","type":"invalid_request_error","param":"items","code":"array_above_max_length"}}""",
            refused.Text);
        Assert.Equal(200, (await caller.SendAsync(HttpMethod.Post, path, Items(20))).Status);
    }

    [Theory]
    [InlineData("POST", "", """{"metadata":{}}""")]
    [InlineData("POST", "/items", """{"items":[]}""")]
    [InlineData("GET", "/items", null)]
    [InlineData("GET", "/items/msg_1", null)]
    [InlineData("DELETE", "/items/msg_1", null)]
    public async Task Unknown_conversation_is_404(string method, string below, string? body)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        var answer = await caller.SendAsync(new HttpMethod(method), $"{Path}/{Unknown}{below}", body);

        Assert.Equal(404, answer.Status);
        Golden.AssertSame("""{"error":{"message":"Conversation with id 'conv_ID' not found.","type":"invalid_request_error","param":null,"code":null}}""", answer.Text);
    }

    [Theory]
    [InlineData("", """{"foo":1}""", "unknown_parameter")]
    [InlineData("", """{"metadata":7}""", "invalid_type")]
    [InlineData("", """{"items":[{"role":"user"}]}""", "missing_required_parameter")]
    [InlineData("", "no JSON", "invalid_json")]
    [InlineData("/ID", "{}", "missing_required_parameter")]
    [InlineData("/ID/items", "{}", "missing_required_parameter")]
    [InlineData("/ID/items", """{"items":[{"type":"function_call_output","call_id":"call_1","output":"1"}]}""", null)]
    public async Task Body_that_makes_no_sense_is_refused(string below, string body, string? code)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var id = (await caller.SendAsync(HttpMethod.Post, Path)).Id;

        var answer = await caller.SendAsync(HttpMethod.Post, Path + below.Replace("ID", id, StringComparison.Ordinal), body);

        Assert.Equal(400, answer.Status);
        Assert.Equal(code, answer.Json["error"]!["code"]?.GetValue<string>());
    }

    [Fact]
    public async Task Conversation_is_unknown_in_the_other_region()
    {
        await using var east = await Nodes.StartRegionAsync("eastus2");
        await using var west = await Nodes.StartRegionAsync("westus");
        using var eastCaller = new Caller(east.Url);
        using var westCaller = new Caller(west.Url);
        var id = (await eastCaller.SendAsync(HttpMethod.Post, Path)).Id;

        Assert.Equal(200, (await eastCaller.GetAsync($"{Path}/{id}")).Status);
        Assert.Equal(404, (await westCaller.GetAsync($"{Path}/{id}")).Status);
        Assert.Equal(404, (await westCaller.CreateAsync(new { model = "gpt-4o-mini", input = "Hi", conversation = id })).Status);
    }

    private static async Task<IReadOnlyList<string>> TextsAsync(Caller caller, string id) => Texts((await caller.GetAsync($"{Path}/{id}/items?order=asc")).Json);

    private static List<string> Texts(JsonNode page) => [.. page["data"]!.AsArray().Select(item => item!["content"]![0]!["text"]!.GetValue<string>())];

    private static List<string> Ids(JsonNode page) => [.. page["data"]!.AsArray().Select(item => item!["id"]!.GetValue<string>())];
}
