using Microsoft.Extensions.DependencyInjection;
using SessionAware.ServiceDefaults;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Owners;

/// <summary>A front door that cannot be the one that is meant would be a caller like any other, and all its callers one: that is said at start, or nobody comes in.</summary>
public sealed class Front_door_settings
{
    private const string Tenant = TokenIssuer.Tenant;

    public static TheoryData<string, string, bool> Owners => new()
    {
        { "https://login.example.com/x", $"token:https://login.example.com/x|{Tenant}|oid=2", true },
        { "https://login.example.com/x", $"token:https://login.example.com/x|{Tenant}|appid=2", true },
        { "https://login.example.com/x", "token:https://login.example.com/x||oid=2", true },
        { "https://login.example.com/x", $"token:https://login.example.com/x/|{Tenant}|oid=2", false },
        { "https://login.example.com", $"token:https://login.example.com/|{Tenant}|oid=2", false },
        { "https://login.example.com/", $"token:https://login.example.com/|{Tenant}|oid=2", true },
        { "https://login.example.com/x", $"token:https://login.example.org/x|{Tenant}|oid=2", false },
        { "https://login.example.com/x", $"token:HTTPS://login.example.com/x|{Tenant}|oid=2", false },
        { "https://login.example.com/x", $"token:https://login.example.com/x|{Tenant}|sub=2", false },
        { "https://login.example.com/x", $"token:https://login.example.com/x|{Tenant}|2", false },
        { "https://login.example.com/x", $"token:https://login.example.com/x|{Tenant}|oid=", false },
        { "https://login.example.com/x", $"token:https://login.example.com/x|{Tenant}", false },
        { "https://login.example.com/x", $"token:https://login.example.com/x|{Tenant}|oid=2|appid=3", false },
        { "https://login.example.com/x", $"token:https://login.example.com/x|{Tenant}|oid=2 ", false },
        { "https://login.example.com/x", $"Token:https://login.example.com/x|{Tenant}|oid=2", false },
        // A tenant's name instead of its id, and the older tokens.
        { "https://login.microsoftonline.com/contoso.com/v2.0", $"token:https://login.microsoftonline.com/{Tenant}/v2.0|{Tenant}|oid=2", true },
        { $"https://login.microsoftonline.com/{Tenant}", $"token:https://sts.windows.net/{Tenant}/|{Tenant}|oid=2", true },
        { $"https://login.microsoftonline.com/{Tenant}", $"token:https://sts.windows.net/{Tenant}|{Tenant}|oid=2", false },
        { "https://login.microsoftonline.com/contoso.com/v2.0", $"token:https://login.microsoftonline.com/another/v2.0|{Tenant}|oid=2", false },
    };

    [Theory]
    [MemberData(nameof(Owners))]
    public async Task Front_door_that_the_issuer_could_never_name_stops_the_start(string authority, string owner, bool isPossible)
    {
        var invalid = await Record.ExceptionAsync(async () =>
        {
            await using var gateway = await OwnersWorld.StartGatewayAsync(
                "http://127.0.0.1:1",
                "http://127.0.0.1:1",
                [("Gateway:Owners:Tokens:Authority", authority), ("Gateway:Owners:Tokens:Audience", "x"), ("Gateway:Owners:FrontDoor:Owner", owner)]);
        });

        Assert.Equal(isPossible, invalid is null);
        if (invalid is not null)
            Assert.Contains("Gateway:Owners:FrontDoor:Owner", Assert.Single(WebProgram.Explain(invalid)!.Split(Environment.NewLine)[1..]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_comes_in_by_a_token_whose_issuer_calls_itself_otherwise_than_the_front_door_is_written()
    {
        await using var issuer = await TokenIssuer.StartAsync();
        await using var region = await ScriptedBackend.StartAsync("eastus2");
        issuer.Name = issuer.Url + "/";
        await using var gateway = await OwnersWorld.StartGatewayAsync(
            region.Url,
            region.Url,
            [.. issuer.Settings, .. OwnersWorld.TwoSubscriptions, ("Gateway:Owners:FrontDoor:Owner", $"token:{issuer.Url}|{Tenant}|oid={TokenIssuer.User}")],
            services => services.AddFakeLogging());
        using var door = new Caller(gateway.Url, apiKey: null);
        door.Always("Authorization", $"Bearer {issuer.OfUser()}");
        door.Always("x-subscription-id", "a");
        using var a = new Caller(gateway.Url, apiKey: OwnersWorld.KeyOfA);

        for (var request = 0; request < 2; request++)
            Assert.Equal(503, (await door.GetAsync($"{OwnersWorld.Api}/models")).Status);

        Assert.Equal(200, (await a.GetAsync($"{OwnersWorld.Api}/models")).Status);
        Assert.Equal(1, region.Requests);
        Assert.Contains($"Gateway:Owners:FrontDoor:Owner names the issuer '{issuer.Url}', which calls itself '{issuer.Url}/'", Assert.Single(LogOf(gateway, "Error")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Header_of_anybody_else_is_warned_of_once_for_each_owner()
    {
        await using var region = await ScriptedBackend.StartAsync("eastus2");
        await using var gateway = await OwnersWorld.StartGatewayAsync(
            region.Url,
            region.Url,
            [.. OwnersWorld.Subscriptions(("a", OwnersWorld.KeyOfA), ("b", OwnersWorld.KeyOfB), ("door", "the-key-of-the-front-door")), ("Gateway:Owners:FrontDoor:Owner", "subscription:door")],
            services => services.AddFakeLogging());
        using var nobody = new Caller(gateway.Url, apiKey: null);

        foreach (var (key, name) in new[] { (OwnersWorld.KeyOfA, "b"), (OwnersWorld.KeyOfA, "planted"), (OwnersWorld.KeyOfB, "a"), ("wrong", "a"), ("the-key-of-the-front-door", "a") })
            await nobody.SendAsync(HttpMethod.Get, $"{OwnersWorld.Api}/models", body: null, ("api-key", key), ("x-subscription-id", name));

        Assert.Equal(
            [Ignored("subscription:a"), Ignored("subscription:b")],
            LogOf(gateway, "Warning").Where(line => line.Contains("x-subscription-id", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Front_door_that_forgets_its_header_is_told_so()
    {
        await using var region = await ScriptedBackend.StartAsync("eastus2");
        await using var gateway = await OwnersWorld.StartGatewayAsync(region.Url, region.Url, [.. OwnersWorld.TwoSubscriptions, ("Gateway:Owners:FrontDoor:Owner", "subscription:a")]);
        using var door = new Caller(gateway.Url, apiKey: OwnersWorld.KeyOfA);

        foreach (var headers in new (string, string)[][] { [], [("x-subscription-id", "a b")] })
        {
            var answer = await door.SendAsync(HttpMethod.Get, $"{OwnersWorld.Api}/models", body: null, headers);
            Assert.Equal(401, answer.Status);
            Golden.AssertSame(
                Refusal.Body("This key or token is the front door's, which must name the subscription that it speaks for in the header x-subscription-id, once.", param: null, "subscription_not_named"),
                answer.Text);
        }

        Assert.Equal(0, region.Requests);
    }

    private static string Ignored(string owner) => $"The header x-subscription-id of {owner} is ignored: only the front door's counts (Gateway:Owners:FrontDoor:Owner).";

    private static List<string> LogOf(WebNode gateway, string level) =>
        [.. gateway.App.Services.GetFakeLogCollector().GetSnapshot().Where(record => $"{record.Level}" == level && record.Category!.StartsWith("SessionAware", StringComparison.Ordinal)).Select(record => record.Message)];
}
