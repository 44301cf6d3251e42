using Microsoft.Extensions.Options;
using SessionAware.ServiceDefaults;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Owners;

/// <summary>Who may come in is decided by settings, and a gateway whose settings leave that open does not start.</summary>
public sealed class Owner_settings
{
    private const string Hash = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private const string Owners = "Gateway:Owners";

    public static TheoryData<string, string[], string> Faults => new()
    {
        { "nobody is known", [$"{Owners}:AllowAnonymous=false"], "pool 'session-aware', pool 'inject': outside Development, sessions need owners: set Gateway__Owners__Subscriptions__0__… or Gateway__Owners__Tokens__…, or let everybody in by Gateway__Owners__AllowAnonymous=true" },
        { "key for a hash", [$"{Owners}:Subscriptions:0:Name=a", $"{Owners}:Subscriptions:0:KeyHashes:0=the-plain-key"], "Gateway:Owners:Subscriptions:0:KeyHashes:0 must be sha256: and 64 lower-case hex digits; a key itself has no business there." },
        { "upper case", [$"{Owners}:Subscriptions:0:Name=a", $"{Owners}:Subscriptions:0:KeyHashes:0=SHA256:{new string('A', 64)}"], "Gateway:Owners:Subscriptions:0:KeyHashes:0 must be sha256: and 64 lower-case hex digits; a key itself has no business there." },
        { "line after the hash", [$"{Owners}:Subscriptions:0:Name=a", $"{Owners}:Subscriptions:0:KeyHashes:0={Hash}\n"], "Gateway:Owners:Subscriptions:0:KeyHashes:0 must be sha256: and 64 lower-case hex digits; a key itself has no business there." },
        { "no hash", [$"{Owners}:Subscriptions:0:Name=a"], "Gateway:Owners:Subscriptions:0:KeyHashes must hold at least one hash." },
        { "no name", [$"{Owners}:Subscriptions:0:KeyHashes:0={Hash}"], "Gateway:Owners:Subscriptions:0:Name must not be empty." },
        { "name with a space", [$"{Owners}:Subscriptions:0:Name=a b", $"{Owners}:Subscriptions:0:KeyHashes:0={Hash}"], "Gateway:Owners:Subscriptions:0:Name must have 1 to 128 printable ASCII characters and no spaces." },
        { "overlong name", [$"{Owners}:Subscriptions:0:Name={new string('a', 129)}", $"{Owners}:Subscriptions:0:KeyHashes:0={Hash}"], "Gateway:Owners:Subscriptions:0:Name must have 1 to 128 printable ASCII characters and no spaces." },
        { "second one's name", [$"{Owners}:Subscriptions:0:Name=a", $"{Owners}:Subscriptions:0:KeyHashes:0={Hash}", $"{Owners}:Subscriptions:1:KeyHashes:0={Hash.Replace('0', '1')}"], "Gateway:Owners:Subscriptions:1:Name must not be empty." },
        { "second one's second key", [$"{Owners}:Subscriptions:0:Name=a", $"{Owners}:Subscriptions:0:KeyHashes:0={Hash}", $"{Owners}:Subscriptions:1:Name=b", $"{Owners}:Subscriptions:1:KeyHashes:0={Hash.Replace('0', '1')}", $"{Owners}:Subscriptions:1:KeyHashes:1=the-plain-key"], "Gateway:Owners:Subscriptions:1:KeyHashes:1 must be sha256: and 64 lower-case hex digits; a key itself has no business there." },
        { "a name twice", [$"{Owners}:Subscriptions:0:Name=a", $"{Owners}:Subscriptions:0:KeyHashes:0={Hash}", $"{Owners}:Subscriptions:1:Name=a", $"{Owners}:Subscriptions:1:KeyHashes:0={Hash.Replace('0', '1')}"], "Gateway:Owners:Subscriptions: 'a' is there twice." },
        { "a hash twice", [$"{Owners}:Subscriptions:0:Name=a", $"{Owners}:Subscriptions:0:KeyHashes:0={Hash}", $"{Owners}:Subscriptions:1:Name=b", $"{Owners}:Subscriptions:1:KeyHashes:0={Hash}"], "Gateway:Owners:Subscriptions: a key belongs to one subscription alone." },
        { "http authority", [$"{Owners}:Tokens:Authority=http://login.example.com/t", $"{Owners}:Tokens:Audience=x"], "Gateway:Owners:Tokens:Authority must be an https address (http on the loopback alone)." },
        { "authority that is no address", [$"{Owners}:Tokens:Authority=login.example.com", $"{Owners}:Tokens:Audience=x"], "Gateway:Owners:Tokens:Authority must be an https address (http on the loopback alone)." },
        { "authority that is malformed", [$"{Owners}:Tokens:Authority=https://[", $"{Owners}:Tokens:Audience=x"], "Failed to convert configuration value 'https://[' at 'Gateway:Owners:Tokens:Authority' to type 'System.Uri'." },
        { "no authority", [$"{Owners}:Tokens:Audience=x"], "Gateway:Owners:Tokens:Authority must be the issuer's address." },
        { "no audience", [$"{Owners}:Tokens:Authority=https://login.example.com/t"], "Gateway:Owners:Tokens:Audience must be the audience that tokens are for." },
        { "empty audience", [$"{Owners}:Tokens:Authority=https://login.example.com/t", $"{Owners}:Tokens:Audience="], "Gateway:Owners:Tokens:Audience must be the audience that tokens are for." },
        { "front door alone", [$"{Owners}:AllowAnonymous=true", $"{Owners}:FrontDoor:Owner=subscription:door"], "Gateway:Owners:FrontDoor needs Subscriptions or Tokens: without them nobody could tell it from others." },
        { "front door without an owner", [$"{Owners}:Subscriptions:0:Name=a", $"{Owners}:Subscriptions:0:KeyHashes:0={Hash}", $"{Owners}:FrontDoor:Header=x-for"], "Gateway:Owners:FrontDoor:Owner must be the front door's own owner." },
        { "front door by a bare name", [$"{Owners}:Subscriptions:0:Name=a", $"{Owners}:Subscriptions:0:KeyHashes:0={Hash}", $"{Owners}:FrontDoor:Owner=a"], "Gateway:Owners:FrontDoor:Owner must be subscription:NAME, or token:ISSUER|TENANT|oid=OBJECT." },
        { "front door's header is none", [$"{Owners}:Subscriptions:0:Name=a", $"{Owners}:Subscriptions:0:KeyHashes:0={Hash}", $"{Owners}:FrontDoor:Owner=subscription:a", $"{Owners}:FrontDoor:Header=x for"], "Gateway:Owners:FrontDoor:Header must be a header's name." },
        { "front door's header is empty", [$"{Owners}:Subscriptions:0:Name=a", $"{Owners}:Subscriptions:0:KeyHashes:0={Hash}", $"{Owners}:FrontDoor:Owner=subscription:a", $"{Owners}:FrontDoor:Header="], "Gateway:Owners:FrontDoor:Header must be a header's name." },
        { "front door nobody can be", [$"{Owners}:Subscriptions:0:Name=a", $"{Owners}:Subscriptions:0:KeyHashes:0={Hash}", $"{Owners}:FrontDoor:Owner=subscription:door"], "Gateway:Owners:FrontDoor:Owner is 'subscription:door', and there is no such subscription." },
        { "front door by a token that nobody issues", [$"{Owners}:Subscriptions:0:Name=a", $"{Owners}:Subscriptions:0:KeyHashes:0={Hash}", $"{Owners}:FrontDoor:Owner=token:x|y|oid=z"], "Gateway:Owners:FrontDoor:Owner is a token's, and Gateway:Owners:Tokens is not set." },
        { "backend's key with an accent", ["Backends:westus:ApiKey=thé-plain-key"], "backend 'westus': Backends__westus__ApiKey must be printable ASCII without spaces: no header could carry it" },
        { "backend's key with a line's end", ["Backends:westus:ApiKey=the-plain-key\n"], "backend 'westus': Backends__westus__ApiKey must be printable ASCII without spaces: no header could carry it" },
        { "backend's key with spaces around it", ["Backends:westus:ApiKey= the-plain-key "], "backend 'westus': Backends__westus__ApiKey must be printable ASCII without spaces: no header could carry it" },
        { "front door's header is a credential", [$"{Owners}:Subscriptions:0:Name=a", $"{Owners}:Subscriptions:0:KeyHashes:0={Hash}", $"{Owners}:FrontDoor:Owner=subscription:a", $"{Owners}:FrontDoor:Header=Api-Key"], "Gateway:Owners:FrontDoor:Header must not be a header of credentials: it would make keys names." },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Wrong_or_missing_setting_is_one_clear_message_at_start(string what, string[] settings, string expected)
    {
        // Who says nothing of callers lets everybody in: it is not what these rows are about.
        (string, string?)[] open = settings.Any(setting => setting.StartsWith(Owners, StringComparison.Ordinal)) ? [] : [($"{Owners}:AllowAnonymous", "true")];

        var invalid = await Record.ExceptionAsync(() => OwnersWorld.StartGatewayAsync("http://127.0.0.1:1", "http://127.0.0.1:1", [.. open, .. settings.Select(Setting)]));

        Assert.True(invalid is not null, what);
        var lines = WebProgram.Explain(invalid)!.Split(Environment.NewLine);
        Assert.Equal("The settings are not valid:", lines[0]);
        Assert.EndsWith(expected, lines[1], StringComparison.Ordinal);
        Assert.True(lines.Length == 2, string.Join('\n', lines));
        Assert.DoesNotContain("the-plain-key", invalid.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backend_without_the_gateways_own_key_is_named()
    {
        var invalid = await Assert.ThrowsAsync<OptionsValidationException>(() =>
            OwnersWorld.StartGatewayAsync("http://127.0.0.1:1", "http://127.0.0.1:1", [.. OwnersWorld.TwoSubscriptions, ("Backends:westus:ApiKey", "")]));

        Assert.EndsWith(
            "backend 'westus': callers' keys are the gateway's own, so it needs one for this backend: set Backends__westus__ApiKey", Assert.Single(invalid.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ids_that_are_unknown_cannot_be_forwarded_where_callers_are_known()
    {
        var failures = await PoolsText.FaultsOfAsync(Pools(""" "affinity": "ids", "unknown": "forward" """), [.. Known]);

        Assert.Equal("pools[0].sessionAware.unknown: 'forward' would let callers reach what is not theirs; with Gateway:Owners set it must be 'reject'", Assert.Single(failures));
    }

    [Fact]
    public async Task Gateway_whose_pools_have_no_sessions_needs_no_owners()
    {
        await using var gateway = await Nodes.StartGatewayAsync(
            [new("Gateway:PoolsFile", PoolsText.Write(["plain"])), new("Backends:eastus2:Url", "http://127.0.0.1:1"), new("Backends:westus:Url", "http://127.0.0.1:1"), new($"{Owners}:AllowAnonymous", "false")]);
        using var caller = new Caller(gateway.Url);

        Assert.Equal(503, (await caller.GetAsync("plain/x")).Status);
    }

    [Theory]
    [InlineData("Development", "false")]
    [InlineData("Production", "true")]
    public async Task Everybody_is_let_in_where_that_is_said_or_in_development(string environment, string allow)
    {
        await using var gateway = await OwnersWorld.StartGatewayAsync("http://127.0.0.1:1", "http://127.0.0.1:1", [("environment", environment), ($"{Owners}:AllowAnonymous", allow)]);
        using var caller = new Caller(gateway.Url, apiKey: null);

        Assert.Equal(503, (await caller.GetAsync($"{OwnersWorld.Api}/models")).Status);
    }

    [Theory]
    [InlineData("Development")]
    [InlineData("Production")]
    public async Task Letting_everybody_in_means_nothing_once_callers_are_known(string environment)
    {
        await using var gateway = await OwnersWorld.StartGatewayAsync(
            "http://127.0.0.1:1", "http://127.0.0.1:1", [.. OwnersWorld.TwoSubscriptions, ("environment", environment), ($"{Owners}:AllowAnonymous", "true")]);
        using var caller = new Caller(gateway.Url, apiKey: null);

        Assert.Equal(401, (await caller.GetAsync($"{OwnersWorld.Api}/models")).Status);
    }

    private static (string Name, string? Value)[] Known =>
    [
        .. OwnersWorld.TwoSubscriptions, ("Backends:eastus2:Url", "http://127.0.0.1:1"), ("Backends:westus:Url", "http://127.0.0.1:1"), ("Backends:eastus2:ApiKey", "x"), ("Backends:westus:ApiKey", "x"),
    ];

    private static string Pools(string behavior) => $$"""
        {
          "backends": [ { "name": "eastus2" }, { "name": "westus" } ],
          "pools": [ { "name": "p", "properties": { "pool": { "services": [ { "id": "/backends/eastus2" }, { "id": "/backends/westus" } ] } }, "sessionAware": { {{behavior}} } } ],
          "apis": [ { "name": "p", "properties": { "path": "p" }, "sessionAware": { "pool": "p" } } ]
        }
        """;

    private static (string Name, string? Value) Setting(string text) => text.Split('=', 2) is [var name, var value] ? (name, value) : throw new ArgumentException(text, nameof(text));
}
