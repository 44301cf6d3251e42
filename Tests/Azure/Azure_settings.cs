using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SessionAware.Gateway.Pools;
using SessionAware.ServiceDefaults;
using SessionAware.Tests.Owners;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Azure;

/// <summary>What a gateway in target Azure needs is said at start, each fault in one message that says what to write instead.</summary>
public sealed class Azure_settings
{
    private const string Everybody = "Gateway:Owners:AllowAnonymous=true";
    private const string Account = "https://my-account.openai.azure.com";

    public static TheoryData<string, string[], string> Faults => new()
    {
        { "unknown target", [Everybody, "SessionAware:Target=Asure"], "SessionAware:Target is 'Asure': it must be Local or Azure." },
        { "no address", [Everybody, "Backends:eastus2:Url="], "backend 'eastus2' has no address: set Backends__eastus2__Url, for example to https://my-account.openai.azure.com" },
        { "plain http", [Everybody, "Backends:eastus2:Url=http://my-account.openai.azure.com"], "backend 'eastus2': Backends__eastus2__Url is 'http://my-account.openai.azure.com', and what the gateway signs is never sent in plain text: in target Azure set Backends__eastus2__Url to an https address (http on the loopback alone)" },
        { "plain http with a key", [Everybody, "Backends:westus:Url=http://10.0.0.4", "Backends:westus:ApiKey=x"], "backend 'westus': Backends__westus__Url is 'http://10.0.0.4', and what the gateway signs is never sent in plain text: in target Azure set Backends__westus__Url to an https address (http on the loopback alone)" },
        { "scope without its end", [Everybody, "Gateway:Entra:Scope=https://cognitiveservices.azure.com"], "Gateway:Entra:Scope must be a resource's address and /.default, such as https://cognitiveservices.azure.com/.default." },
        { "scope that is no address", [Everybody, "Gateway:Entra:Scope=/.default"], "Gateway:Entra:Scope must be a resource's address and /.default, such as https://cognitiveservices.azure.com/.default." },
        { "empty scope", [Everybody, "Gateway:Entra:Scope="], "Gateway:Entra:Scope must be a resource's address and /.default, such as https://cognitiveservices.azure.com/.default." },
        { "everybody", [], "pool 'no-affinity', pool 'cookie-affinity', pool 'session-aware', pool 'inject': outside Development, whoever reaches this gateway would use its identity in Azure (SessionAware__Target): set Gateway__Owners__Subscriptions__0__… or Gateway__Owners__Tokens__…, or let everybody in by Gateway__Owners__AllowAnonymous=true" },
        { "everybody, with keys", ["Backends:eastus2:ApiKey=x", "Backends:westus:ApiKey=x"], "pool 'no-affinity', pool 'cookie-affinity', pool 'session-aware', pool 'inject': outside Development, whoever reaches this gateway would use its identity in Azure (SessionAware__Target): set Gateway__Owners__Subscriptions__0__… or Gateway__Owners__Tokens__…, or let everybody in by Gateway__Owners__AllowAnonymous=true" },
        { "nobody is signed in", [Everybody], "backend 'eastus2', backend 'westus': in target Azure (SessionAware__Target) the gateway signs requests as itself, and there is no Azure credential: run 'az login' or 'azd auth login', give the process a managed identity, or set Backends__eastus2__ApiKey, Backends__westus__ApiKey" },
        { "nobody is signed in, one key", [Everybody, "Backends:eastus2:ApiKey=x"], "backend 'westus': in target Azure (SessionAware__Target) the gateway signs requests as itself, and there is no Azure credential: run 'az login' or 'azd auth login', give the process a managed identity, or set Backends__westus__ApiKey" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Wrong_or_missing_setting_is_one_clear_message_at_start(string what, string[] settings, string expected)
    {
        await using var issuer = await TokenIssuer.StartAsync();
        await using var identity = await IdentityEndpoint.StartAsync(issuer);
        using var credential = new EndpointCredential(identity);
        identity.Failure = 400;

        var invalid = await Record.ExceptionAsync(() => StartAsync(credential, settings));

        Assert.True(invalid is not null, what);
        var lines = WebProgram.Explain(invalid)!.Split(Environment.NewLine);
        Assert.Equal("The settings are not valid:", lines[0]);
        Assert.EndsWith(expected, lines[1], StringComparison.Ordinal);
        Assert.True(lines.Length == 2, string.Join('\n', lines));
    }

    [Theory]
    [InlineData("a key for each", 400, "Backends:eastus2:ApiKey=x", "Backends:westus:ApiKey=x")]
    [InlineData("known callers need no keys", 0, "Gateway:Owners:AllowAnonymous=false", "Gateway:Owners:Subscriptions:0:Name=a", "Gateway:Owners:Subscriptions:0:KeyHashes:0=sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("development", 0, "Gateway:Owners:AllowAnonymous=false", "environment=Development")]
    [InlineData("loopback", 0, "Backends:eastus2:Url=http://127.0.0.1:1", "Backends:westus:Url=http://localhost:1")]
    [InlineData("another scope", 0, "Gateway:Entra:Scope=api://something/.default")]
    public async Task Nothing_more_is_needed(string what, int failure, params string[] settings)
    {
        await using var issuer = await TokenIssuer.StartAsync();
        await using var identity = await IdentityEndpoint.StartAsync(issuer);
        using var credential = new EndpointCredential(identity);
        identity.Failure = failure == 0 ? null : failure;

        await using var gateway = await StartAsync(credential, [Everybody, .. settings]);

        Assert.True(identity.Asked == (failure == 0 ? 1 : 0), what);
    }

    [Fact]
    public async Task Credential_that_fails_otherwise_is_warned_of_and_asked_again_a_little_later()
    {
        await using var issuer = await TokenIssuer.StartAsync();
        await using var identity = await IdentityEndpoint.StartAsync(issuer);
        using var credential = new EndpointCredential(identity);
        identity.Failure = 503;
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var region = await AzureRegion.StartAsync("eastus2", issuer);
        await using var gateway = await StartAsync(credential, [Everybody, $"Backends:eastus2:Url={region.Url}", $"Backends:westus:Url={region.Url}"], time);
        using var caller = new Caller(gateway.Url, apiKey: null);

        var warnings = gateway.App.Services.GetFakeLogCollector().GetSnapshot().Where(record => $"{record.Level}" == "Warning").Select(record => record.Message);
        Assert.Contains("The gateway cannot have a token for its backends: requests that need it are answered 503 credential_unavailable (AuthenticationFailedException: The endpoint said 503.)", warnings);
        identity.Failure = null;
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(200, (await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Hi" }, AzureWorld.Plain)).Status);
        Assert.Equal(2, identity.Asked);
    }

    [Fact]
    public async Task Locally_nobody_is_asked_for_a_token_and_callers_sign_as_they_did()
    {
        await using var issuer = await TokenIssuer.StartAsync();
        await using var identity = await IdentityEndpoint.StartAsync(issuer);
        using var credential = new EndpointCredential(identity);
        await using var region = await AzureRegion.StartAsync("eastus2", issuer: null);
        await using var gateway = await StartAsync(credential, [Everybody, "SessionAware:Target=Local", $"Backends:eastus2:Url={region.Url}", $"Backends:westus:Url={region.Url}"]);
        using var caller = new Caller(gateway.Url);

        foreach (var api in new[] { AzureWorld.Plain, AzureWorld.Api })
            Assert.Equal(200, (await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Hi" }, api)).Status);

        Assert.Equal(0, identity.Asked);
        Assert.All(region.Seen, request => Assert.Contains($"api-key: {Nodes.ApiKey}\n", request, StringComparison.Ordinal));
        Assert.All(gateway.App.Services.GetRequiredService<PoolsSource>().Current.Pools, pool => Assert.False(pool.IsSigned));
    }

    private static Task<WebNode> StartAsync(EndpointCredential credential, string[] settings, TimeProvider? time = null) => AzureWorld.StartGatewayAsync(
        new[] { $"Backends:eastus2:Url={Account}", $"Backends:westus:Url={Account}" }.Concat(settings).Select(setting => setting.Split('=', 2)).Select(setting => (setting[0], (string?)setting[1])), credential, time);
}
