using Microsoft.Extensions.DependencyInjection;
using SessionAware.FakeResponsesBackend.Streaming;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Owners;

/// <summary>Nobody comes to own what is another's by saying its id, or takes it from them by deleting what they have not.</summary>
public sealed class Ownership_claims
{
    [Theory]
    [InlineData("at once")]
    [InlineData("through another replica")]
    [InlineData("after a restart")]
    public async Task Item_of_anothers_response_is_not_ones_own_for_having_been_said(string when)
    {
        await using var world = await StartAsync();
        using var a = new Caller(world.First.Url, apiKey: OwnersWorld.KeyOfA);
        using var b = new Caller(world.First.Url, apiKey: OwnersWorld.KeyOfB);
        var theirs = await Possessions.MakeAsync(a, "Ada");

        foreach (var id in new[] { theirs.Item, theirs.ConversationItem })
        {
            object[] said = [new { type = "message", role = "user", id, content = "Hi" }];
            var response = await b.SendAsync(HttpMethod.Post, $"{OwnersWorld.Api}/responses", new { model = "gpt-4o-mini", input = said });
            Assert.Equal(200, response.Status);
            Assert.Contains(id, (await b.GetAsync($"{OwnersWorld.Api}/responses/{response.Id}/input_items")).Text, StringComparison.Ordinal);
            var conversation = await b.SendAsync(HttpMethod.Post, $"{OwnersWorld.Api}/conversations", new { items = said });
            Assert.Contains(id, (await b.GetAsync($"{OwnersWorld.Api}/conversations/{conversation.Id}/items")).Text, StringComparison.Ordinal);
            await b.SendAsync(HttpMethod.Post, $"{OwnersWorld.Api}/responses/compact", new { model = "gpt-4o-mini", input = said });
        }

        var where = when switch
        {
            "at once" => world.First,
            "through another replica" => world.Second,
            _ => await world.StartGatewayAsync(OwnersWorld.TwoSubscriptions, TimeAhead.AnHour),
        };
        using var then = new Caller(where.Url, apiKey: OwnersWorld.KeyOfB);
        foreach (var id in new[] { theirs.Item, theirs.ConversationItem })
            Assert.Equal((id, 404), (id, (await ReferAsync(then, id)).Status));
        Assert.Equal(200, (await ReferAsync(a, theirs.Item)).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Deleting_anothers_item_out_of_ones_own_conversation_takes_nothing_from_them(bool isRestarted)
    {
        await using var world = await StartAsync();
        using var a = new Caller(world.First.Url, apiKey: OwnersWorld.KeyOfA);
        using var b = new Caller(world.Second.Url, apiKey: OwnersWorld.KeyOfB);
        // A conversation's items have rows of their own.
        var conversation = (await a.SendAsync(HttpMethod.Post, $"{OwnersWorld.Api}/conversations")).Id;
        var added = await a.SendAsync(HttpMethod.Post, $"{OwnersWorld.Api}/conversations/{conversation}/items", new { items = new[] { new { role = "user", content = "Hi" } } });
        var item = added.Json["data"]![0]!["id"]!.GetValue<string>();
        var own = (await b.SendAsync(HttpMethod.Post, $"{OwnersWorld.Api}/conversations")).Id;

        Assert.Equal(404, (await b.SendAsync(HttpMethod.Delete, $"{OwnersWorld.Api}/conversations/{own}/items/{item}")).Status);

        var where = isRestarted ? await world.StartGatewayAsync(OwnersWorld.TwoSubscriptions, TimeAhead.AnHour) : world.First;
        using var then = new Caller(where.Url, apiKey: OwnersWorld.KeyOfA);
        // The region resolves items of conversations within them alone: that it is asked is enough.
        var answer = await then.SendAsync(
            HttpMethod.Post, $"{OwnersWorld.Api}/responses", new { model = "gpt-4o-mini", conversation, input = new object[] { new { type = "item_reference", id = item }, new { role = "user", content = "Hi" } } });
        Assert.NotNull(answer.Header("x-backend-id"));
    }

    [Fact]
    public async Task What_is_under_way_in_the_background_goes_on_when_another_cancels_or_deletes_it()
    {
        var pace = new HeldPace();
        pace.Hold();
        await using var world = await OwnersWorld.StartAsync(services: TimeAhead.AnHour, regionServices: services => services.AddSingleton<EventPace>(pace));
        using var a = new Caller(world.First.Url, apiKey: OwnersWorld.KeyOfA);
        using var b = new Caller(world.Second.Url, apiKey: OwnersWorld.KeyOfB);
        var begun = await a.SendAsync(HttpMethod.Post, $"{OwnersWorld.Api}/responses", new { model = "gpt-4o-mini", input = "Hi", background = true, stream = false });
        var path = $"{OwnersWorld.Api}/responses/{begun.Id}";

        Assert.Equal(404, (await b.SendAsync(HttpMethod.Post, $"{path}/cancel")).Status);
        Assert.Equal(404, (await b.SendAsync(HttpMethod.Delete, path)).Status);
        Assert.Equal(404, (await b.GetAsync($"{path}?stream=true")).Status);

        Assert.Contains(Background.Status(await a.GetAsync(path)), new[] { "queued", "in_progress" });
        Assert.Equal("cancelled", Background.Status(await a.SendAsync(HttpMethod.Post, $"{path}/cancel")));
    }

    [Theory]
    [InlineData("GET", "files")]
    [InlineData("POST", "files")]
    [InlineData("GET", "files/file-1/content")]
    [InlineData("GET", "vector_stores")]
    [InlineData("POST", "vector_stores/vs_1/search")]
    [InlineData("GET", "containers")]
    [InlineData("GET", "containers/cntr_1/files")]
    [InlineData("GET", "responses")]
    [InlineData("GET", "responses/")]
    [InlineData("DELETE", "responses")]
    [InlineData("GET", "conversations")]
    [InlineData("GET", "conversations/")]
    [InlineData("GET", "chat/completions")]
    [InlineData("GET", "chat/completions/chatcmpl-1")]
    [InlineData("GET", "chat/completions/chatcmpl-1/messages")]
    [InlineData("POST", "chat/completions/chatcmpl-1")]
    [InlineData("DELETE", "chat/completions/chatcmpl-1")]
    [InlineData("GET", "assistants")]
    [InlineData("POST", "threads")]
    [InlineData("GET", "threads/thread_1/messages")]
    [InlineData("POST", "threads/runs")]
    [InlineData("GET", "batches")]
    [InlineData("POST", "uploads")]
    [InlineData("GET", "fine_tuning/jobs")]
    [InlineData("GET", "evals")]
    [InlineData("GET", "realtime")]
    [InlineData("DELETE", "models/gpt-4o-mini")]
    [InlineData("GET", "")]
    [InlineData("GET", "deployments/gpt-4o-mini/chat/completions")]
    [InlineData("POST", "deployments/gpt-4o-mini/files")]
    public async Task Path_whose_state_nobody_could_tell_apart_is_not_there(string method, string path)
    {
        await using var world = await OwnersWorld.StartAsync();
        using var a = new Caller(world.First.Url, apiKey: OwnersWorld.KeyOfA);

        var answer = await a.SendAsync(new HttpMethod(method), $"{OwnersWorld.Api}/{path}", method == "POST" ? "{}" : null);

        Assert.Equal((404, "api_not_found"), (answer.Status, answer.Json["error"]!["code"]!.GetValue<string>()));
        Assert.Empty(await world.SentAsync());
    }

    [Theory]
    [InlineData("websocket")]
    [InlineData("WebSocket")]
    [InlineData("SPDY/3.1")]
    [InlineData("h2c, websocket")]
    public async Task Connection_cannot_be_taken_over(string upgrade)
    {
        await using var backend = await Nodes.StartBackendAsync(async context =>
        {
            if (context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpUpgradeFeature>() is { IsUpgradableRequest: true } feature)
                await feature.UpgradeAsync();
        });
        await using var gateway = await OwnersWorld.StartGatewayAsync(backend.Url, backend.Url, OwnersWorld.TwoSubscriptions);

        using var raw = await RawHttp.SendAsync(
            gateway.Url, $"GET /{OwnersWorld.Api}/models HTTP/1.1\r\nHost: x\r\napi-key: {OwnersWorld.KeyOfA}\r\nConnection: Upgrade\r\nUpgrade: {upgrade}\r\n\r\n");

        Assert.DoesNotContain("HTTP/1.1 101", await raw.ReadHeadAsync(), StringComparison.Ordinal);
    }

    private static Task<OwnersWorld> StartAsync() => OwnersWorld.StartAsync(services: TimeAhead.AnHour);

    private static Task<Answer> ReferAsync(Caller caller, string id) => caller.SendAsync(
        HttpMethod.Post, $"{OwnersWorld.Api}/responses", new { model = "gpt-4o-mini", input = new object[] { new { type = "item_reference", id }, new { role = "user", content = "Hi" } } });
}
