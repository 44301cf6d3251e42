using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Owners;

/// <summary>Callers are known by the tokens of one issuer: by issuer, tenant and object, after everything about the token was checked.</summary>
public sealed class Owner_tokens
{
    private const string Another = "33333333-3333-3333-3333-333333333333";

    public static TheoryData<string, string, bool> Pairs => new()
    {
        { "oid=2,tid=1", "oid=2,tid=1", true },
        { "oid=2,tid=1", "oid=2,tid=3", false },
        { "oid=2,tid=1", "oid=3,tid=1", false },
        { "oid=2,tid=1", "oid=2", false },
        { "oid=2,tid=1", "appid=2,tid=1", false },
        { "oid=2,appid=5,tid=1", "oid=2,appid=6,tid=1", true },
        { "appid=5,tid=1", "azp=5,tid=1", true },
        { "appid=5,tid=1", "appid=5,tid=2", false },
        { "appid=5,tid=1", "appid=6,tid=1", false },
        { "azp=5,tid=1", "azp=6,tid=1", false },
        { "oid=2,tid=1", "oid=2,tid=1,sub=x,name=y,scp=z", true },
        // A separator in a claim shifts nothing.
        { "oid=c,tid=a|oid:b", "oid=b|oid:c,tid=a", false },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Tenant_and_object_make_the_owner(string first, string second, bool isSame)
    {
        await using var issuer = await TokenIssuer.StartAsync();
        await using var world = await OwnersWorld.StartAsync(issuer.Settings);
        using var one = Bearer(world.First, issuer.Token(Claims(first)));
        using var other = Bearer(world.Second, issuer.Token(Claims(second)));
        var made = await one.SendAsync(HttpMethod.Post, $"{OwnersWorld.Api}/responses", new { model = "gpt-4o-mini", input = "Hi" });

        Assert.Equal(200, made.Status);
        Assert.Equal(200, (await one.GetAsync($"{OwnersWorld.Api}/responses/{made.Id}")).Status);
        Assert.Equal(isSame ? 200 : 404, (await other.GetAsync($"{OwnersWorld.Api}/responses/{made.Id}")).Status);
    }

    [Fact]
    public async Task Subscription_named_like_a_tokens_owner_is_not_that_owner()
    {
        await using var issuer = await TokenIssuer.StartAsync();
        var name = $"token:{issuer.Url}|{TokenIssuer.Tenant}|oid={TokenIssuer.User}";
        await using var world = await OwnersWorld.StartAsync([.. issuer.Settings, .. OwnersWorld.Subscriptions((name, OwnersWorld.KeyOfB))]);
        using var user = Bearer(world.First, issuer.OfUser());
        using var named = new Caller(world.First.Url, apiKey: OwnersWorld.KeyOfB);
        var made = await user.SendAsync(HttpMethod.Post, $"{OwnersWorld.Api}/responses", new { model = "gpt-4o-mini", input = "Hi" });

        Assert.Equal(200, (await user.GetAsync($"{OwnersWorld.Api}/responses/{made.Id}")).Status);
        Assert.Equal(404, (await named.GetAsync($"{OwnersWorld.Api}/responses/{made.Id}")).Status);
    }

    public static TheoryData<string> BadTokens =>
    [
        "wrong issuer", "wrong audience", "no audience", "wrong signature", "changed claims", "expired", "not yet valid", "no expiry", "alg none", "alg NONE signed", "HS256 by the public key",
        "no oid and no appid", "empty oid and appid", "no issuer", "garbage", "empty parts",
    ];

    [Theory]
    [MemberData(nameof(BadTokens))]
    public async Task Bad_token_is_refused_and_nothing_is_sent(string what)
    {
        await using var issuer = await TokenIssuer.StartAsync();
        await using var world = await OwnersWorld.StartAsync(issuer.Settings);
        using var good = Bearer(world.First, issuer.OfUser());
        Assert.Equal(200, (await good.GetAsync($"{OwnersWorld.Api}/models")).Status);
        var before = await world.SentAsync();
        using var caller = Bearer(world.First, Bad(issuer, what));

        var answer = await caller.SendAsync(HttpMethod.Post, $"{OwnersWorld.Api}/responses", new { model = "gpt-4o-mini", input = "Hi" });

        Assert.Equal((401, "invalid_api_key"), (answer.Status, answer.Json["error"]!["code"]!.GetValue<string>()));
        Assert.Equal(before, await world.SentAsync());
    }

    [Theory]
    [InlineData("api-key")]
    [InlineData("Ocp-Apim-Subscription-Key")]
    public async Task Token_counts_only_where_tokens_are_sent(string header)
    {
        await using var issuer = await TokenIssuer.StartAsync();
        await using var world = await OwnersWorld.StartAsync(issuer.Settings);
        using var caller = new Caller(world.First.Url, apiKey: null);

        Assert.Equal(401, (await caller.SendAsync(HttpMethod.Get, $"{OwnersWorld.Api}/models", body: null, (header, issuer.OfUser()))).Status);
    }

    [Fact]
    public async Task Token_beside_a_key_contradicts_it()
    {
        await using var issuer = await TokenIssuer.StartAsync();
        await using var world = await OwnersWorld.StartAsync([.. issuer.Settings, .. OwnersWorld.TwoSubscriptions]);
        using var both = new Caller(world.First.Url, apiKey: OwnersWorld.KeyOfA);

        Assert.Equal(200, (await both.GetAsync($"{OwnersWorld.Api}/models")).Status);
        Assert.Equal(401, (await both.SendAsync(HttpMethod.Get, $"{OwnersWorld.Api}/models", body: null, ("Authorization", $"Bearer {issuer.OfUser()}"))).Status);
    }

    [Fact]
    public async Task Issuer_that_cannot_be_reached_lets_nobody_in_and_keys_still_count()
    {
        string authority, token;
        await using (var issuer = await TokenIssuer.StartAsync())
            (authority, token) = (issuer.Url, issuer.OfUser());
        await using var world = await OwnersWorld.StartAsync(
            [("Gateway:Owners:Tokens:Authority", authority), ("Gateway:Owners:Tokens:Audience", TokenIssuer.Audience), .. OwnersWorld.TwoSubscriptions]);
        using var user = Bearer(world.First, token);
        using var subscription = new Caller(world.First.Url, apiKey: OwnersWorld.KeyOfA);

        var answer = await user.GetAsync($"{OwnersWorld.Api}/models");

        Assert.Equal((503, "issuer_unavailable"), (answer.Status, answer.Json["error"]!["code"]!.GetValue<string>()));
        Assert.Empty(await world.SentAsync());
        Assert.Equal(200, (await subscription.GetAsync($"{OwnersWorld.Api}/models")).Status);
    }

    private static Caller Bearer(WebNode gateway, string token)
    {
        var caller = new Caller(gateway.Url, apiKey: null);
        caller.Always("Authorization", $"Bearer {token}");
        return caller;
    }

    private static (string, object)[] Claims(string text) => [.. text.Split(',').Select(pair => pair.Split('=', 2)).Select(pair => (pair[0], (object)pair[1].Replace(':', '=')))];

    private static string Bad(TokenIssuer issuer, string what)
    {
        (string, object)[] user = [("oid", TokenIssuer.User), ("tid", TokenIssuer.Tenant)];
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        string[] parts = issuer.OfUser().Split('.');
        return what switch
        {
            "wrong issuer" => issuer.Token(user, token => token.Issuer = issuer.Url + "/other"),
            "wrong audience" => issuer.Token(user, token => token.Audience = "api://another"),
            "no audience" => issuer.Token(user, token => token.Audience = null),
            "wrong signature" => issuer.Token(user, token => token.SigningCredentials = TokenIssuer.SignedByStranger()),
            "changed claims" => $"{parts[0]}.{issuer.OfUser(Another).Split('.')[1]}.{parts[2]}",
            "expired" => issuer.Token(user, token => token.Expires = now.AddHours(-1)),
            "not yet valid" => issuer.Token(user, token => (token.NotBefore, token.Expires) = (now.AddHours(1), now.AddHours(2))),
            "no expiry" => issuer.Token(user, token => token.Expires = null),
            "alg none" => TokenIssuer.Reheaded(issuer.OfUser(), """{"alg":"none","typ":"JWT"}""", _ => []),
            "alg NONE signed" => TokenIssuer.Reheaded(issuer.OfUser(), """{"alg":"None","kid":"key-1","typ":"JWT"}""", _ => Base64UrlEncoder.DecodeBytes(parts[2])),
            "HS256 by the public key" => TokenIssuer.Reheaded(
                issuer.OfUser(), """{"alg":"HS256","kid":"key-1","typ":"JWT"}""", bytes => HMACSHA256.HashData(Encoding.ASCII.GetBytes(issuer.PublicKey), bytes)),
            "no oid and no appid" => issuer.Token(("tid", TokenIssuer.Tenant), ("sub", "somebody"), ("name", "Ada")),
            "empty oid and appid" => issuer.Token(("tid", TokenIssuer.Tenant), ("oid", ""), ("appid", ""), ("azp", "")),
            "no issuer" => issuer.Token(user, token => token.Issuer = null),
            "garbage" => "x.y.z",
            "empty parts" => "..",
            _ => throw new ArgumentOutOfRangeException(nameof(what), what, "No such token."),
        };
    }
}
