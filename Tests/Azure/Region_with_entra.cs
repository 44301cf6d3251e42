using Microsoft.IdentityModel.Tokens;
using SessionAware.ServiceDefaults;
using SessionAware.Tests.Owners;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Azure;

/// <summary>A region whose local authentication is disabled serves the tokens of its issuer, and answers everybody else as Azure does.</summary>
public sealed class Region_with_entra
{
    private const string Audience = "https://cognitiveservices.azure.com";

    private const string Unauthorized =
        $$$"""{"error":{"code":"401","message":"Unauthorized. Access token is missing, invalid, audience is incorrect ({{{Audience}}}), or have expired."}}""";

    private const string KeysDisabled = """{"error":{"code":"AuthenticationTypeDisabled","message":"Key based authentication is disabled for this resource."}}""";

    public static TheoryData<string, Func<TokenIssuer, string?>, int> Credentials => new()
    {
        { "good token", Good, 200 },
        { "good token with a slash", issuer => Token(issuer, token => token.Audience = Audience + "/"), 200 },
        { "nothing", _ => null, 401 },
        { "no bearer", _ => "Authorization: Basic bG9jYWw6a2V5", 401 },
        { "empty bearer", _ => "Authorization: Bearer ", 401 },
        { "another audience", issuer => Token(issuer, token => token.Audience = "https://ai.azure.com"), 401 },
        { "another issuer", issuer => Token(issuer, token => token.Issuer = "https://login.example.com/x"), 401 },
        { "expired", issuer => Token(issuer, token => token.Expires = token.IssuedAt!.Value.AddHours(1)), 401 },
        { "not yet valid", issuer => Token(issuer, token => (token.NotBefore, token.Expires) = (token.Expires, token.Expires!.Value.AddHours(1))), 401 },
        { "another key", issuer => Token(issuer, token => token.SigningCredentials = TokenIssuer.SignedByStranger()), 401 },
        { "no signature", issuer => $"Authorization: Bearer {TokenIssuer.Reheaded(Bare(issuer), """{"alg":"none"}""", _ => [])}", 401 },
        { "changed", issuer => $"Authorization: Bearer {Bare(issuer)[..^8]}AAAAAAAA", 401 },
        { "a key", _ => $"api-key: {Nodes.ApiKey}", 403 },
        { "a key as a bearer", _ => $"Authorization: Bearer {Nodes.ApiKey}", 403 },
        { "a key beside a good token", issuer => $"api-key: {Nodes.ApiKey}\r\n{Good(issuer)}", 403 },
    };

    [Theory]
    [MemberData(nameof(Credentials))]
    public async Task Serves_a_good_token_and_nothing_else(string what, Func<TokenIssuer, string?> credential, int status)
    {
        await using var issuer = await TokenIssuer.StartAsync();
        await using var region = await StartAsync(issuer);
        using var caller = new Caller(region.Url, apiKey: null);
        (string, string)[] headers = [.. credential(issuer)?.Split("\r\n").Select(line => line.Split(": ", 2)).Select(header => (header[0], header[1])) ?? []];

        foreach (var (method, path) in new[] { (HttpMethod.Post, "openai/v1/responses"), (HttpMethod.Get, "openai/v1/models"), (HttpMethod.Post, "v1/chat/completions"), (HttpMethod.Get, "openai/v1/nothing") })
        {
            object? body = method == HttpMethod.Get ? null : path.Contains("chat", StringComparison.Ordinal)
                ? new { model = "gpt-4o-mini", messages = new[] { new { role = "user", content = "Hi" } } }
                : new { model = "gpt-4o-mini", input = "Hi" };
            var answer = await caller.SendAsync(method, path, body, headers);

            Assert.True(answer.Status == (status == 200 && path.EndsWith("nothing", StringComparison.Ordinal) ? 404 : status), $"{what}, {path}: {answer.Status}");
            Assert.Equal("East US 2", answer.Header("x-ms-region"));
            if (status != 200)
                Golden.AssertSame(status == 401 ? Unauthorized : KeysDisabled, answer.Text);
        }
    }

    [Fact]
    public async Task All_else_is_as_it_is_with_keys()
    {
        await using var issuer = await TokenIssuer.StartAsync();
        await using var region = await StartAsync(issuer, ("Region:ApiKeys:0", "a-key-that-means-nothing"));
        using var caller = Signed(region, issuer);

        var unknown = await caller.CreateAsync(new { model = "gpt-9", input = "Hi" });
        var served = await caller.SayAsync("My name is Ada.");

        Assert.Equal((404, "DeploymentNotFound"), (unknown.Status, unknown.Json["error"]!["code"]!.GetValue<string>()));
        Assert.NotEmpty(served.Json["content_filters"]!.AsArray());
        Assert.Contains("Ada", (await caller.SayAsync("Who am I?", served.Id)).OutputText, StringComparison.Ordinal);
        // Whoever runs the region orders its faults, and is asked for nothing.
        using var nobody = new Caller(region.Url, apiKey: null);
        Assert.Equal(200, (await nobody.GetAsync("_emulator")).Status);
        Assert.Equal(200, (await nobody.GetAsync("health")).Status);
    }

    [Fact]
    public async Task Audience_is_what_the_settings_say()
    {
        await using var issuer = await TokenIssuer.StartAsync();
        await using var region = await StartAsync(issuer, ("Region:Entra:Audience", "https://ai.azure.com"));
        using var caller = Signed(region, issuer);

        var refused = await caller.SayAsync("Hi");

        Golden.AssertSame(Unauthorized.Replace(Audience, "https://ai.azure.com", StringComparison.Ordinal), refused.Text);
        Assert.Equal(401, refused.Status);
    }

    [Theory]
    [InlineData("Region:Entra:Authority=http://login.example.com/t", "Region:Entra:Authority must be the issuer's https address (http on the loopback alone).")]
    [InlineData("Region:Entra:Authority=login.example.com", "Region:Entra:Authority must be the issuer's https address (http on the loopback alone).")]
    [InlineData("Region:Entra:Audience=", "Region:Entra:Audience must be the audience that tokens are for.")]
    [InlineData("Region:Flavor=OpenAI", "Region:Entra:Authority needs Region:Flavor=Azure: api.openai.com takes no tokens of Microsoft Entra ID.")]
    public async Task Wrong_setting_is_one_clear_message_at_start(string setting, string expected)
    {
        var invalid = await Record.ExceptionAsync(() => Nodes.StartRegionAsync(
            settings: [new("Region:Entra:Authority", "https://login.example.com/t"), KeyValuePair.Create(setting.Split('=')[0], (string?)setting.Split('=')[1])]));

        Assert.NotNull(invalid);
        Assert.Equal(["The settings are not valid:", $"  - {expected}"], WebProgram.Explain(invalid)!.Split(Environment.NewLine));
    }

    private static Task<WebNode> StartAsync(TokenIssuer issuer, params (string Name, string? Value)[] settings) => Nodes.StartRegionAsync(
        settings: [new("Region:Entra:Authority", issuer.Url), .. settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value))]);

    private static Caller Signed(WebNode region, TokenIssuer issuer)
    {
        var caller = new Caller(region.Url, apiKey: null);
        caller.Always("Authorization", $"Bearer {Bare(issuer)}");
        return caller;
    }

    private static string Good(TokenIssuer issuer) => $"Authorization: Bearer {Bare(issuer)}";

    private static string Bare(TokenIssuer issuer) => issuer.Token([("oid", TokenIssuer.User), ("tid", TokenIssuer.Tenant)], token => token.Audience = Audience);

    private static string Token(TokenIssuer issuer, Action<SecurityTokenDescriptor> change) => "Authorization: Bearer " + issuer.Token([("oid", TokenIssuer.User)], token =>
    {
        token.Audience = Audience;
        change(token);
    });
}
