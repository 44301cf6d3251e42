using System.Text.Json.Nodes;
using SessionAware.Tests.Sessions;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Owners;

/// <summary>What an answer repeats of what a caller said is nobody's for that; and what has no session is in nobody else's.</summary>
public sealed class Ownership_lists
{
    private const string Model = "gpt-4o-mini";

    /// <summary>The region knows the item, and nobody has listed it: it is on nobody's record.</summary>
    [Theory]
    [InlineData("input items")]
    [InlineData("input items of what follows")]
    [InlineData("a conversation's items")]
    [InlineData("items added to a conversation")]
    public async Task Anothers_item_is_not_ones_own_for_standing_in_ones_own_list(string way)
    {
        await using var world = await OwnersWorld.StartAsync(services: TimeAhead.AnHour);
        using var a = new Caller(world.First.Url, apiKey: OwnersWorld.KeyOfA);
        using var b = new Caller(world.First.Url, apiKey: OwnersWorld.KeyOfB);
        var made = await PostAsync(a, "responses", new { model = Model, input = "My name is Ada." });
        using var region = new Caller((made.Header("x-backend-id") == "eastus2" ? world.EastUs2 : world.WestUs).Url);
        var item = (await region.GetAsync($"openai/v1/responses/{made.Id}/input_items")).Json["data"]![0]!["id"]!.GetValue<string>();
        object[] said = [new { type = "message", role = "user", id = item, content = "Hi" }];

        // Until it was at A's region, too.
        for (var backends = new HashSet<string?>(); backends.Count < 2;)
        {
            var list = await ListAsync(b, way, said);
            Assert.Contains(item, list.Text, StringComparison.Ordinal);
            backends.Add(list.Header("x-backend-id"));
        }

        foreach (var replica in world.Replicas)
        {
            using var then = new Caller(replica.Url, apiKey: OwnersWorld.KeyOfB);
            var refer = new { model = Model, input = new object[] { new { type = "item_reference", id = item }, new { role = "user", content = "Who am I?" } } };
            Assert.Equal(404, (await then.SendAsync(HttpMethod.Post, $"{OwnersWorld.Api}/responses", refer)).Status);
        }
    }

    [Fact]
    public async Task Field_that_names_what_is_anothers_makes_nobody_its_owner()
    {
        await using var region = await ScriptedBackend.StartAsync("eastus2");
        var pools = IdPools.Write(""" "keys": [ { "path": "/threads/{thread_id}" }, { "field": "thread_id" } ] """);
        await using var gateway = await OwnersWorld.StartGatewayAsync(region.Url, region.Url, [.. OwnersWorld.TwoSubscriptions, ("Gateway:PoolsFile", pools)]);
        using var a = new Caller($"{gateway.Url}/pool", apiKey: OwnersWorld.KeyOfA);
        using var b = new Caller($"{gateway.Url}/pool", apiKey: OwnersWorld.KeyOfB);
        region.Next(ScriptedWorld.Json("""{"id":"thread_a"}"""));
        Assert.Equal(200, (await a.SendAsync(HttpMethod.Post, "openai/v1/threads", "{}")).Status);

        foreach (var answer in new[] { ScriptedWorld.Json("""{"id":"thread_b","thread_id":"thread_a"}"""), ScriptedBackend.Events("data: {\"id\":\"thread_c\",\"thread_id\":\"thread_a\"}\n\n") })
        {
            region.Next(answer);
            Assert.Equal(200, (await b.SendAsync(HttpMethod.Post, "openai/v1/threads", "{}")).Status);
            var asked = region.Requests;
            Assert.Equal(404, (await b.GetAsync("openai/v1/threads/thread_a")).Status);
            Assert.Equal(asked, region.Requests);
        }

        Assert.Equal(200, (await a.GetAsync("openai/v1/threads/thread_a")).Status);
    }

    [Fact]
    public async Task Compactions_are_in_nobodys_session_but_their_own()
    {
        const string adminKey = "the-key-of-the-operators";
        await using var world = await OwnersWorld.StartAsync([.. OwnersWorld.TwoSubscriptions, ("Gateway:AdminKey", adminKey)]);
        using var admin = new Caller(world.First.Url);
        admin.Always("x-admin-key", adminKey);
        using var a = new Caller(world.First.Url, apiKey: OwnersWorld.KeyOfA);
        using var b = new Caller(world.First.Url, apiKey: OwnersWorld.KeyOfB);
        var (ofA, ofB) = (await ContinueCompactedAsync(a, "Ada"), await ContinueCompactedAsync(b, "Bob"));

        var erased = await admin.SendAsync(HttpMethod.Delete, $"admin/sessions/{ofA}");

        Assert.Equal(200, erased.Status);
        Assert.Equal(404, (await a.GetAsync($"{OwnersWorld.Api}/responses/{ofA}")).Status);
        Assert.Equal(200, (await b.GetAsync($"{OwnersWorld.Api}/responses/{ofB}")).Status);
    }

    private static async Task<string> ContinueCompactedAsync(Caller caller, string name)
    {
        var compacted = await PostAsync(caller, "responses/compact", new { model = Model, input = new[] { new { role = "user", content = $"My name is {name}." } } });
        var compaction = compacted.Json["output"]!.AsArray().Single(item => item!["type"]!.GetValue<string>() == "compaction")!.DeepClone();
        return (await PostAsync(caller, "responses", new { model = Model, input = new JsonArray(compaction, new JsonObject { ["role"] = "user", ["content"] = "Who am I?" }) })).Id;
    }

    private static async Task<Answer> ListAsync(Caller caller, string way, object[] said)
    {
        switch (way)
        {
            case "input items":
                return await caller.GetAsync($"{OwnersWorld.Api}/responses/{(await PostAsync(caller, "responses", new { model = Model, input = said })).Id}/input_items");
            case "input items of what follows":
                var first = await PostAsync(caller, "responses", new { model = Model, input = said });
                var next = await PostAsync(caller, "responses", new { model = Model, input = "Hi", previous_response_id = first.Id });
                await caller.GetAsync($"{OwnersWorld.Api}/responses/{next.Id}/input_items");
                return await caller.GetAsync($"{OwnersWorld.Api}/responses/{first.Id}/input_items");
            case "a conversation's items":
                return await caller.GetAsync($"{OwnersWorld.Api}/conversations/{(await PostAsync(caller, "conversations", new { items = said })).Id}/items");
            default:
                var conversation = await PostAsync(caller, "conversations", new { metadata = new { } });
                return await PostAsync(caller, $"conversations/{conversation.Id}/items", new { items = said });
        }
    }

    private static async Task<Answer> PostAsync(Caller caller, string path, object body)
    {
        var answer = await caller.SendAsync(HttpMethod.Post, $"{OwnersWorld.Api}/{path}", body);
        Assert.True(answer.Status == 200, answer.Text);
        return answer;
    }
}
