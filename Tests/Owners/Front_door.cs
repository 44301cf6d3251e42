using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Owners;

/// <summary>A gateway before this one names the subscription that it speaks for. It alone may; and nobody's credentials go further.</summary>
public sealed class Front_door
{
    private const string Key = "the-key-of-the-front-door";
    private const string Header = "x-subscription-id";

    private static readonly (string, string?)[] s_settings =
        [.. OwnersWorld.Subscriptions(("a", OwnersWorld.KeyOfA), ("b", OwnersWorld.KeyOfB), ("door", Key)), ("Gateway:Owners:FrontDoor:Owner", "subscription:door")];

    [Fact]
    public async Task Front_door_speaks_for_the_subscription_that_it_names()
    {
        await using var world = await OwnersWorld.StartAsync(s_settings);
        using var door = new Caller(world.First.Url, apiKey: Key);
        using var a = new Caller(world.Second.Url, apiKey: OwnersWorld.KeyOfA);
        var made = await CreateAsync(door, "a");

        Assert.Equal(200, made.Status);
        Assert.Equal(200, (await GetAsync(door, made.Id, "a")).Status);
        Assert.Equal(200, (await GetAsync(a, made.Id)).Status);
        Assert.Equal(404, (await GetAsync(door, made.Id, "b")).Status);
        Assert.Equal(404, (await GetAsync(door, made.Id, "A")).Status);
        // Whom the front door knows, the gateway need not.
        Assert.Equal(404, (await GetAsync(door, made.Id, "somebody-else")).Status);
    }

    [Fact]
    public async Task Front_door_may_be_known_by_its_token()
    {
        await using var issuer = await TokenIssuer.StartAsync();
        await using var world = await OwnersWorld.StartAsync(
            [.. OwnersWorld.TwoSubscriptions, .. issuer.Settings, ("Gateway:Owners:FrontDoor:Owner", $"token:{issuer.Url}|{TokenIssuer.Tenant}|oid={TokenIssuer.User}")]);
        using var door = new Caller(world.First.Url, apiKey: null);
        using var another = new Caller(world.First.Url, apiKey: null);
        using var a = new Caller(world.Second.Url, apiKey: OwnersWorld.KeyOfA);
        door.Always("Authorization", $"Bearer {issuer.OfUser()}");
        another.Always("Authorization", $"Bearer {issuer.OfUser(user: "another")}");
        var made = await CreateAsync(door, "a");

        Assert.Equal(200, (await GetAsync(a, made.Id)).Status);
        Assert.Equal(404, (await GetAsync(another, made.Id, "a")).Status);
        Assert.Equal(401, (await GetAsync(door, made.Id)).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x-subscription-id: \r\n")]
    [InlineData("x-subscription-id: a\r\nx-subscription-id: b\r\n")]
    [InlineData("x-subscription-id: a\r\nx-subscription-id: a\r\n")]
    [InlineData("x-subscription-id: a, b\r\n")]
    [InlineData("x-subscription-id: a b\r\n")]
    [InlineData("x-subscription-id: a\tb\r\n")]
    [InlineData("x-subscription-id: \u00e4\r\n")]
    [InlineData("x-subscription-id: <overlong>\r\n")]
    [InlineData("x-subscriptionid: a\r\n")]
    public async Task Front_door_that_names_nobody_for_sure_is_refused(string header)
    {
        await using var world = await OwnersWorld.StartAsync(s_settings);

        using var raw = await RawHttp.SendAsync(
            world.First.Url, $"GET /{OwnersWorld.Api}/models HTTP/1.1\r\nHost: x\r\nConnection: close\r\napi-key: {Key}\r\n{header.Replace("<overlong>", new string('a', 129), StringComparison.Ordinal)}\r\n");

        Assert.StartsWith("HTTP/1.1 401 ", await raw.ReadHeadAsync(), StringComparison.Ordinal);
        Assert.Empty(await world.SentAsync());
    }

    [Fact]
    public async Task Longest_name_is_a_name()
    {
        await using var world = await OwnersWorld.StartAsync(s_settings);
        using var door = new Caller(world.First.Url, apiKey: Key);

        Assert.Equal(200, (await CreateAsync(door, new string('a', 128))).Status);
    }

    [Fact]
    public async Task Header_of_anybody_else_is_ignored()
    {
        await using var world = await OwnersWorld.StartAsync(s_settings);
        using var a = new Caller(world.First.Url, apiKey: OwnersWorld.KeyOfA);
        using var b = new Caller(world.First.Url, apiKey: OwnersWorld.KeyOfB);
        var ofA = await CreateAsync(a);
        var ofB = await CreateAsync(b, "a");

        Assert.Equal(404, (await GetAsync(b, ofA.Id, "a")).Status);
        Assert.Equal(404, (await GetAsync(b, ofA.Id, "door")).Status);
        Assert.Equal(404, (await GetAsync(a, ofB.Id)).Status);
        Assert.Equal(200, (await GetAsync(b, ofB.Id, "a")).Status);
    }

    [Fact]
    public async Task Header_has_the_name_that_the_settings_give_it()
    {
        await using var world = await OwnersWorld.StartAsync([.. s_settings, ("Gateway:Owners:FrontDoor:Header", "x-for")]);
        using var door = new Caller(world.First.Url, apiKey: Key);

        Assert.Equal(200, (await door.SendAsync(HttpMethod.Get, $"{OwnersWorld.Api}/models", body: null, ("x-for", "a"))).Status);
        Assert.Equal(401, (await door.SendAsync(HttpMethod.Get, $"{OwnersWorld.Api}/models", body: null, (Header, "a"))).Status);
    }

    [Fact]
    public async Task Credentials_of_callers_stay_here_and_the_region_gets_the_gateways_own()
    {
        await using var issuer = await TokenIssuer.StartAsync();
        var seen = new ConcurrentQueue<string>();
        await using var region = await Nodes.StartBackendAsync(context =>
        {
            seen.Enqueue(string.Concat(context.Request.Headers.Select(header => $"{header.Key}: {header.Value}\n")));
            return context.Response.WriteAsync("{}");
        });
        await using var gateway = await OwnersWorld.StartGatewayAsync(region.Url, region.Url, [.. s_settings, .. issuer.Settings, ("Backends:eastus2:ApiKey", "own-key"), ("Backends:westus:ApiKey", "own-key")]);
        using var nobody = new Caller(gateway.Url, apiKey: null);
        var token = issuer.OfUser();
        (string, string)[][] requests =
        [
            [("api-key", OwnersWorld.KeyOfA)],
            [("Authorization", $"Bearer {OwnersWorld.KeyOfA}")],
            [("Ocp-Apim-Subscription-Key", OwnersWorld.KeyOfA), ("API-KEY", OwnersWorld.KeyOfA)],
            [("Authorization", $"Bearer {token}"), (Header, "a")],
            [("api-key", Key), (Header, "named-by-the-front-door")],
        ];

        foreach (var headers in requests)
        {
            foreach (var (method, path) in new[] { (HttpMethod.Post, "responses"), (HttpMethod.Get, "models"), (HttpMethod.Post, "chat/completions"), (HttpMethod.Post, "conversations") })
                Assert.Equal(200, (await nobody.SendAsync(method, $"{OwnersWorld.Api}/{path}", method == HttpMethod.Get ? null : "{}", headers)).Status);
        }

        Assert.Equal(requests.Length * 4, seen.Count);
        Assert.All(seen, headers =>
        {
            Assert.Contains("api-key: own-key\n", headers, StringComparison.OrdinalIgnoreCase);
            foreach (var absent in new[] { OwnersWorld.KeyOfA, Key, token, "named-by-the-front-door", Header, "authorization", "subscription" })
                Assert.DoesNotContain(absent, headers, StringComparison.OrdinalIgnoreCase);
        });
    }

    [Fact]
    public async Task Gateways_own_key_serves_no_caller_of_an_api_without_owners()
    {
        await using var world = await OwnersWorld.StartAsync(s_settings);
        using var a = new Caller(world.First.Url, apiKey: OwnersWorld.KeyOfA);
        using var nobody = new Caller(world.First.Url, apiKey: null);
        var made = await CreateAsync(a);

        foreach (var api in new[] { "no-affinity", "cookie-affinity" })
        {
            foreach (var caller in new[] { a, nobody })
                Assert.All(await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => caller.GetAsync($"{api}/openai/v1/responses/{made.Id}"))), answer => Assert.Equal(401, answer.Status));
        }
    }

    private static Task<Answer> CreateAsync(Caller caller, string? named = null) =>
        caller.SendAsync(HttpMethod.Post, $"{OwnersWorld.Api}/responses", new { model = "gpt-4o-mini", input = "Hi" }, named is null ? [] : [(Header, named)]);

    private static Task<Answer> GetAsync(Caller caller, string id, string? named = null) =>
        caller.SendAsync(HttpMethod.Get, $"{OwnersWorld.Api}/responses/{id}", body: null, named is null ? [] : [(Header, named)]);
}
