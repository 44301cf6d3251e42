using System.ClientModel;
using System.Net;
using OpenAI.Responses;
using SessionAware.Tests.Labs;
using SessionAware.Tests.Owners;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.ApimPolicies;

/// <summary>Callers, API Management over the shipped pools, and behind it two regions and the gateway.</summary>
public sealed class Conversations_through_API_Management
{
    [Fact]
    public async Task Conversation_breaks_without_affinity_and_holds_with_the_cookie_or_where_the_gateway_serves_it()
    {
        await using var world = await ApimWorld.StartAsync();
        using var noCookies = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        using var cookies = new HttpClient(new SocketsHttpHandler { CookieContainer = new CookieContainer() });

        var broken = await Assert.ThrowsAsync<ClientResultException>(() => TalkAsync(world.Client("no-affinity", noCookies)));
        Assert.Equal(400, broken.Status);
        Assert.Contains("previous_response_not_found", broken.GetRawResponse()!.Content.ToString(), StringComparison.Ordinal);

        Assert.Contains("Ada", await TalkAsync(world.Client("cookie-affinity", cookies)), StringComparison.Ordinal);
        Assert.Contains("Ada", await TalkAsync(world.Client("session-aware", noCookies)), StringComparison.Ordinal);
        Assert.Equal(
            ["no-affinity", "no-affinity", "cookie-affinity", "cookie-affinity", "session-aware", "session-aware"],
            world.Door.Metrics.Where(metric => metric.Dimensions["Subscription ID"] == "a").Select(metric => metric.Dimensions["Pool"]));
    }

    [Fact]
    public async Task Stream_through_both_gateways_is_what_the_region_sent()
    {
        await using var world = await ApimWorld.StartAsync();
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        var client = world.Client("session-aware", http);
        List<string> types = [];

        await using var stream = await client.CreateResponseStreamingAsync("gpt-4o-mini", "My name is Ada.", cancellationToken: TestContext.Current.CancellationToken);
        await foreach (var update in stream.WithCancellation(TestContext.Current.CancellationToken))
            types.Add(update.GetType().Name);

        Assert.Equal(("StreamingResponseCreatedUpdate", "StreamingResponseCompletedUpdate"), (types[0], types[^1]));
    }

    [Fact]
    public async Task Response_of_one_subscription_is_unknown_to_another_whoever_it_says_it_is()
    {
        await using var world = await ApimWorld.StartAsync();
        using var a = new Caller(world.Door.Url, apiKey: ApimWorld.KeyOfA);
        using var b = new Caller(world.Door.Url, apiKey: ApimWorld.KeyOfB);
        var made = await a.SendAsync(HttpMethod.Post, $"{OwnersWorld.Api}/responses", new { model = "gpt-4o-mini", input = "My name is Ada." }, ("x-subscription-id", "b"));
        var next = new { model = "gpt-4o-mini", input = "Who am I?", previous_response_id = made.Id };

        foreach (var said in new[] { "b", "a" })
        {
            Assert.Equal(404, (await b.SendAsync(HttpMethod.Get, $"{OwnersWorld.Api}/responses/{made.Id}", null, ("x-subscription-id", said))).Status);
            var refused = await b.SendAsync(HttpMethod.Post, $"{OwnersWorld.Api}/responses", next, ("x-subscription-id", said));
            Assert.Equal((400, "previous_response_not_found"), (refused.Status, refused.Json["error"]!["code"]!.GetValue<string>()));
            Assert.Equal(200, (await a.SendAsync(HttpMethod.Get, $"{OwnersWorld.Api}/responses/{made.Id}", null, ("x-subscription-id", said))).Status);
        }

        Assert.Contains("Ada", (await a.SendAsync(HttpMethod.Post, $"{OwnersWorld.Api}/responses", next)).OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gateway_takes_nobodys_word_but_the_doors_and_regions_see_the_gateways_token_alone()
    {
        await using var world = await ApimWorld.StartAsync();
        using var throughTheDoor = new Caller(world.Door.Url, apiKey: ApimWorld.KeyOfA);
        (HttpMethod Method, string Path, string? Body)[] requests =
        [
            (HttpMethod.Post, "responses", """{"model":"gpt-4o-mini","input":"Hi"}"""),
            (HttpMethod.Post, "chat/completions", """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hi"}]}"""),
            (HttpMethod.Get, "models", null),
        ];
        foreach (var (method, path, body) in requests)
            Assert.Equal(200, (await throughTheDoor.SendAsync(method, $"{OwnersWorld.Api}/{path}", body)).Status);

        // Not even a subscription's key, or somebody of the tenant; nor on the APIs that API Management balances itself.
        foreach (var credential in new[] { ("api-key", ApimWorld.KeyOfA), ("api-key", Nodes.ApiKey), ("Authorization", $"Bearer {world.TokenOf("somebody-else")}"), ("x-nothing", "") })
        {
            foreach (var api in new[] { OwnersWorld.Api, "no-affinity/openai/v1", "cookie-affinity/openai/v1" })
            {
                using var pastTheDoor = new Caller(world.Gateway.Url, apiKey: null);
                Assert.Equal(401, (await pastTheDoor.SendAsync(HttpMethod.Get, $"{api}/models", null, ("x-subscription-id", "a"), credential)).Status);
            }
        }

        Assert.Equal(requests.Length, world.Seen.Count);
        Assert.All(world.Seen, request =>
        {
            Assert.Contains($"Authorization: Bearer {Assert.Single(world.GatewayIdentity.Tokens)}\n", request, StringComparison.Ordinal);
            foreach (var absent in new[] { ApimWorld.KeyOfA, "api-key", "subscription" })
                Assert.DoesNotContain(absent, request, StringComparison.OrdinalIgnoreCase);
        });
    }

    /// <summary>The whole lab, as the job in Azure runs it.</summary>
    [Fact]
    public async Task Lab_finds_through_API_Management_what_it_finds_here()
    {
        await using var world = await ApimWorld.StartAsync();

        var (report, shown) = await LabRun.HoldAsync(world.Door.Url, ("SessionAware:Target", "Azure"), ("Lab:ApiKey", ApimWorld.KeyOfA), ("Lab:Conversations", "8"), ("Lab:Store", "cosmos"));

        Assert.DoesNotContain(report.Expectations, expectation => expectation.Held == false);
        Assert.Equal(("Azure", world.Door.Url), ($"{report.Target}", report.Gateway.TrimEnd('/')));
        Assert.Contains($"The lab against Azure: 8 conversations of 4 turns for each API of {world.Door.Url}", shown, StringComparison.Ordinal);
        // Five runs need faults, one npm, one a gateway that can be restarted; everything else was judged.
        Assert.Equal(7, report.Expectations.Count(expectation => expectation.Held is null));
    }

    private static async Task<string> TalkAsync(ResponsesClient client)
    {
        var cancel = TestContext.Current.CancellationToken;
        ResponseResult first = await client.CreateResponseAsync("gpt-4o-mini", "My name is Ada.", cancellationToken: cancel);
        ResponseResult second = await client.CreateResponseAsync("gpt-4o-mini", "Who am I?", first.Id, cancel);
        return second.GetOutputText();
    }
}
