using SessionAware.Tests.Owners;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Azure;

/// <summary>Nobody unknown is served in the gateway's name, behind whatever API, and what callers are known by goes no further.</summary>
public sealed class Known_callers
{
    private const string Header = "x-subscription-id";
    private const string KeyOfDoor = "the-key-of-the-front-door";

    private static readonly (string, string?)[] s_door = [.. OwnersWorld.Subscriptions(("a", OwnersWorld.KeyOfA), ("b", OwnersWorld.KeyOfB), ("door", KeyOfDoor)), ("Gateway:Owners:FrontDoor:Owner", "subscription:door")];

    [Theory]
    [InlineData("no-affinity")]
    [InlineData("cookie-affinity")]
    [InlineData("session-aware")]
    [InlineData("inject")]
    public async Task Who_is_not_known_gets_the_same_401_behind_every_api(string api)
    {
        await using var world = await AzureWorld.StartAsync();
        using var nobody = new Caller(world.Gateway.Url, apiKey: null);
        // The region's own tokens are no caller's.
        var token = world.Identity.Tokens[0];
        foreach (var headers in new (string, string)[][] { [], [("api-key", "wrong")], [("Authorization", $"Bearer {token}")], [("api-key", OwnersWorld.KeyOfA), ("Authorization", $"Bearer {OwnersWorld.KeyOfB}")] })
        {
            foreach (var (method, path) in new[] { (HttpMethod.Post, "responses"), (HttpMethod.Get, "models"), (HttpMethod.Get, "files"), (HttpMethod.Get, "responses/resp_1") })
            {
                var answer = await nobody.SendAsync(method, $"{api}/openai/v1/{path}", method == HttpMethod.Get ? null : "{}", headers);
                Assert.Equal(401, answer.Status);
                Golden.AssertSame(
                    Refusal.Body("Access denied: a valid subscription key (api-key, or Authorization: Bearer) or token is needed, and one alone.", param: null, "invalid_api_key"), answer.Text);
            }
        }

        Assert.All(world.Regions, region => Assert.Empty(region.Seen));
    }

    [Fact]
    public async Task What_callers_are_known_by_reaches_no_region()
    {
        await using var world = await AzureWorld.StartAsync(prepare: null, s_door);
        using var caller = new Caller(world.Gateway.Url, apiKey: null);
        (string, string)[][] requests =
        [
            [("api-key", OwnersWorld.KeyOfA)],
            [("Authorization", $"Bearer {OwnersWorld.KeyOfA}")],
            [("Ocp-Apim-Subscription-Key", OwnersWorld.KeyOfA), ("API-KEY", OwnersWorld.KeyOfA)],
            [("api-key", KeyOfDoor), (Header, "named-by-the-front-door")],
        ];

        foreach (var headers in requests)
        {
            foreach (var api in new[] { AzureWorld.Plain, AzureWorld.Api, "cookie-affinity/openai/v1" })
                Assert.Equal(200, (await caller.SendAsync(HttpMethod.Post, $"{api}/responses", new { model = "gpt-4o-mini", input = "Hi" }, headers)).Status);
        }

        Assert.Equal(requests.Length * 3, world.Regions.Sum(region => region.Seen.Count));
        Assert.All(world.Regions.SelectMany(region => region.Seen), request =>
        {
            Assert.Contains($"Authorization: Bearer {world.Identity.Tokens[0]}\n", request, StringComparison.Ordinal);
            foreach (var absent in new[] { OwnersWorld.KeyOfA, KeyOfDoor, "named-by-the-front-door", Header, "api-key", "subscription" })
                Assert.DoesNotContain(absent, request, StringComparison.OrdinalIgnoreCase);
        });
    }

    [Fact]
    public async Task Where_everybody_is_let_in_their_credentials_stay_here_all_the_same()
    {
        await using var world = await AzureWorld.StartAsync();
        await using var open = await world.StartReplicaAsync(("Gateway:Owners:AllowAnonymous", "true"));
        using var caller = new Caller(open.Url, apiKey: "a-key-of-somewhere-else");

        foreach (var api in new[] { AzureWorld.Plain, AzureWorld.Api })
            Assert.Equal(200, (await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Hi" }, api)).Status);

        Assert.All(world.Regions.SelectMany(region => region.Seen), request => Assert.DoesNotContain("a-key-of-somewhere-else", request, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(AzureWorld.Plain)]
    [InlineData(AzureWorld.Api)]
    public async Task Exclusive_front_door_is_the_only_caller(string api)
    {
        await using var world = await AzureWorld.StartAsync(prepare: null, [.. s_door, ("Gateway:Owners:FrontDoor:Exclusive", "true")]);
        using var caller = new Caller(world.Gateway.Url, apiKey: null);

        Task<Answer> AskAsync(params (string, string)[] headers) => caller.SendAsync(HttpMethod.Post, $"{api}/responses", new { model = "gpt-4o-mini", input = "Hi" }, headers);
        var unknown = await AskAsync();

        Assert.Equal(401, unknown.Status);
        foreach (var headers in new (string, string)[][] { [("api-key", OwnersWorld.KeyOfA)], [("api-key", OwnersWorld.KeyOfB), (Header, "a")], [("api-key", "wrong"), (Header, "a")] })
        {
            var refused = await AskAsync(headers);
            Assert.Equal((unknown.Status, unknown.Text), (refused.Status, refused.Text));
        }

        Assert.Equal("subscription_not_named", (await AskAsync(("api-key", KeyOfDoor))).Json["error"]!["code"]!.GetValue<string>());
        Assert.Equal(200, (await AskAsync(("api-key", KeyOfDoor), (Header, "a"))).Status);
        Assert.Equal(1, world.Regions.Sum(region => region.Seen.Count));
    }

    [Fact]
    public async Task Managed_identity_of_the_front_door_is_known_by_its_older_token()
    {
        await using var callers = await TokenIssuer.StartAsync();
        // So tokens of managed identities name their issuer, and so does what Microsoft publishes at the address without /v2.0.
        callers.Name = $"https://sts.windows.net/{TokenIssuer.Tenant}/";
        await using var world = await AzureWorld.StartAsync(prepare: null,
        [
            .. callers.Settings,
            ("Gateway:Owners:FrontDoor:Owner", $"token:https://sts.windows.net/{TokenIssuer.Tenant}/|{TokenIssuer.Tenant}|oid={TokenIssuer.User}"),
            ("Gateway:Owners:FrontDoor:Exclusive", "true"),
        ]);
        using var door = new Caller(world.Gateway.Url, apiKey: null);
        door.Always("Authorization", $"Bearer {callers.OfUser()}");
        using var another = new Caller(world.Gateway.Url, apiKey: null);
        another.Always("Authorization", $"Bearer {callers.OfUser(user: "another")}");

        async Task<int> StatusAsync(Caller caller, string api, params (string, string)[] headers) =>
            (await caller.SendAsync(HttpMethod.Post, $"{api}/responses", new { model = "gpt-4o-mini", input = "Hi" }, headers)).Status;

        foreach (var api in new[] { AzureWorld.Plain, AzureWorld.Api })
        {
            Assert.Equal(200, await StatusAsync(door, api, (Header, "a")));
            Assert.Equal(401, await StatusAsync(door, api));
            Assert.Equal(401, await StatusAsync(another, api, (Header, "a")));
        }
    }
}
