using System.Text.Json.Nodes;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Sessions;

/// <summary>What in a request tells its session: every id that names stored state leads to the region that keeps it, from any replica and without a cookie.</summary>
public sealed class Session_keys
{
    private const string Model = "gpt-4o-mini";

    [Theory]
    [InlineData("openai/v1")]
    [InlineData("v1")]
    [InlineData("api/projects/p/openai/v1")]
    public async Task Previous_response_leads_to_its_region_whatever_the_path_family(string family)
    {
        await using var world = await IdWorld.StartAsync();
        using var caller = IdWorld.Call(world.Gateway);

        for (var conversation = 0; conversation < 4; conversation++)
        {
            var first = await caller.CreateAsync(new { model = Model, input = "My name is Ada." }, family);
            Assert.Equal(("new", "none"), (first.Header("x-session-affinity"), first.Header("x-session-key")));
            var second = await caller.CreateAsync(new { model = Model, input = "Who am I?", previous_response_id = first.Id }, family);
            AssertPinned(second, first, "response");
            Assert.Contains("Ada", second.OutputText, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Everything_about_a_response_goes_where_it_is()
    {
        await using var world = await IdWorld.StartAsync();
        using var here = IdWorld.Call(world.Gateway);
        using var there = IdWorld.Call(await world.StartReplicaAsync());

        for (var turn = 0; turn < 4; turn++)
        {
            var first = await here.CreateAsync(new { model = Model, input = "Hi", background = true });
            foreach (var caller in new[] { here, there })
            {
                AssertPinned(await caller.GetAsync($"openai/v1/responses/{first.Id}"), first, "response");
                AssertPinned(await caller.GetAsync($"openai/v1/responses/{first.Id}/input_items"), first, "response");
                AssertPinned(await caller.SendAsync(HttpMethod.Post, "openai/v1/responses/input_tokens", new { model = Model, input = "Hi", previous_response_id = first.Id }), first, "response");
            }

            var cancelled = await there.SendAsync(HttpMethod.Post, $"openai/v1/responses/{first.Id}/cancel");
            Assert.Equal(first.Header("x-backend-id"), cancelled.Header("x-backend-id"));
            AssertPinned(await there.SendAsync(HttpMethod.Delete, $"openai/v1/responses/{first.Id}"), first, "response");
            Assert.Equal(404, (await there.GetAsync($"openai/v1/responses/{first.Id}")).Status);
        }
    }

    [Fact]
    public async Task Conversation_leads_to_its_region_in_path_and_body()
    {
        await using var world = await IdWorld.StartAsync();
        using var here = IdWorld.Call(world.Gateway);
        using var there = IdWorld.Call(await world.StartReplicaAsync());

        for (var turn = 0; turn < 3; turn++)
        {
            var conversation = await here.SendAsync(HttpMethod.Post, "openai/v1/conversations", new { items = new[] { new { role = "user", content = "My name is Ada." } } });
            AssertPinned(await there.CreateAsync(new { model = Model, input = "Hello", conversation = conversation.Id }), conversation, "conversation");
            var asked = await there.CreateAsync(new { model = Model, input = "Who am I?", conversation = new { id = conversation.Id } });
            AssertPinned(asked, conversation, "conversation");
            Assert.Contains("Ada", asked.OutputText, StringComparison.Ordinal);
            var items = await there.GetAsync($"openai/v1/conversations/{conversation.Id}/items");
            AssertPinned(items, conversation, "conversation");
            AssertPinned(await here.GetAsync($"openai/v1/conversations/{conversation.Id}/items/{items.Json["data"]![0]!["id"]}"), conversation, "conversation");
            AssertPinned(await here.CreateAsync(new { model = Model, input = "Hi", previous_response_id = asked.Id }), conversation, "response");
            AssertPinned(await there.SendAsync(HttpMethod.Delete, $"openai/v1/conversations/{conversation.Id}"), conversation, "conversation");
            Assert.Equal(404, (await here.GetAsync($"openai/v1/conversations/{conversation.Id}")).Status);
        }
    }

    [Fact]
    public async Task Item_of_an_answer_or_of_a_list_leads_to_its_region()
    {
        await using var world = await IdWorld.StartAsync();
        using var here = IdWorld.Call(world.Gateway);
        using var there = IdWorld.Call(await world.StartReplicaAsync());

        for (var turn = 0; turn < 3; turn++)
        {
            var first = await here.SayAsync("My name is Ada.");
            var output = first.Json["output"]![0]!["id"]!.GetValue<string>();
            var input = (await here.GetAsync($"openai/v1/responses/{first.Id}/input_items")).Json["data"]![0]!["id"]!.GetValue<string>();
            foreach (var item in new[] { output, input })
            {
                AssertPinned(await there.CreateAsync(new { model = Model, input = new object[] { new { type = "item_reference", id = item }, new { role = "user", content = "Who am I?" } } }), first, "item");
                // The specification lets a reference leave out its type; the emulated region does not, but the right one refuses it.
                var untyped = await there.CreateAsync(new { model = Model, input = new object[] { new { id = item } } });
                Assert.Equal((first.Header("x-backend-id"), "item"), (untyped.Header("x-backend-id"), untyped.Header("x-session-key")));
            }
        }
    }

    [Fact]
    public async Task Response_and_conversation_together_are_refused_as_upstream_refuses_them()
    {
        await using var world = await IdWorld.StartAsync();
        using var caller = IdWorld.Call(world.Gateway);

        var answer = await caller.CreateAsync(new { model = Model, input = "Hi", previous_response_id = "resp_1", conversation = "conv_1" });

        Assert.Equal((400, "mutually_exclusive_parameters"), (answer.Status, answer.Json["error"]!["code"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("openai/v1/responses/resp_never", "Response with id 'resp_never' not found.")]
    [InlineData("openai/v1/responses/resp_never/input_items", "Response with id 'resp_never' not found.")]
    [InlineData("openai/v1/conversations/conv_never", "Conversation with id 'conv_never' not found.")]
    [InlineData("openai/v1/conversations/conv_never/items", "Conversation with id 'conv_never' not found.")]
    public async Task Unknown_id_in_a_path_is_refused_in_upstreams_own_words(string path, string message)
    {
        await using var world = await IdWorld.StartAsync();
        using var caller = IdWorld.Call(world.Gateway);

        var answer = await caller.GetAsync(path);

        Assert.Equal(404, answer.Status);
        Assert.Equal($$$"""{"error":{"message":"{{{message}}}","type":"invalid_request_error","param":null,"code":null}}""", answer.Text);
        Assert.Null(answer.Header("x-backend-id"));
    }

    [Fact]
    public async Task Unknown_previous_response_is_refused_in_upstreams_own_words()
    {
        await using var world = await IdWorld.StartAsync();
        using var caller = IdWorld.Call(world.Gateway);
        using var region = new Caller(world.EastUs2.Url);

        var answer = await caller.SayAsync("Hi", "resp_never");

        Assert.Equal(400, answer.Status);
        Assert.True(JsonNode.DeepEquals((await region.SayAsync("Hi", "resp_never")).Json, answer.Json), answer.Text);
    }

    [Fact]
    public async Task Unknown_id_is_forwarded_where_the_pool_says_so_and_known_from_then_on()
    {
        await using var east = await Nodes.StartRegionAsync("eastus2");
        await using var gateway = await Nodes.StartGatewayAsync(east.Url, east.Url, ("Gateway:PoolsFile", IdPools.Write(""" "unknown": "forward" """)));
        using var region = new Caller(east.Url);
        using var caller = IdWorld.Call(gateway, "pool");
        var before = await region.SayAsync("My name is Ada.");

        var first = await caller.SayAsync("Who am I?", before.Id);
        var second = await caller.SayAsync("Who am I?", before.Id);

        Assert.Contains("Ada", first.OutputText, StringComparison.Ordinal);
        AssertPinned(second, first, "response");
    }

    private static void AssertPinned(Answer answer, Answer first, string key)
    {
        Assert.True(answer.Status == 200, answer.Text);
        Assert.Equal((first.Header("x-backend-id"), "pinned", key), (answer.Header("x-backend-id"), answer.Header("x-session-affinity"), answer.Header("x-session-key")));
    }
}
