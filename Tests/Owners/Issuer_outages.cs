using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Owners;

/// <summary>An issuer that is slow or down concerns only those who come with its tokens, and them not for long.</summary>
public sealed class Issuer_outages
{
    [Fact]
    public async Task Issuer_that_hangs_holds_up_nothing_but_its_own_tokens_and_those_not_for_long()
    {
        using var hanging = new TcpListener(IPAddress.Loopback, 0);
        hanging.Start();
        await using var issuer = await TokenIssuer.StartAsync();
        await using var region = await ScriptedBackend.StartAsync("eastus2");
        var time = new WatchedTime();
        await using var gateway = await StartAsync(region, $"http://{hanging.LocalEndpoint}", time);
        using var user = Bearer(gateway, issuer.OfUser());
        using var subscription = new Caller(gateway.Url, apiKey: OwnersWorld.KeyOfA);

        // Time stands still: what waited for the issuer would wait for good.
        foreach (var path in new[] { "health", "alive", "admin/pools", "no-affinity/openai/v1/models" })
            Assert.Equal((path, 200), (path, (await user.GetAsync(path)).Status));
        Assert.Equal(200, (await subscription.GetAsync($"{OwnersWorld.Api}/models")).Status);
        var asked = Task.WhenAll(Enumerable.Range(0, 3).Select(_ => user.GetAsync($"{OwnersWorld.Api}/models")));
        await time.PassUntilAsync(asked);

        Assert.All(await asked, AssertUnavailable);
        // And it is left alone for a while.
        AssertUnavailable(await user.GetAsync($"{OwnersWorld.Api}/models"));
    }

    [Fact]
    public async Task Issuer_that_comes_back_is_asked_again()
    {
        await using var issuer = await TokenIssuer.StartAsync();
        await using var region = await ScriptedBackend.StartAsync("eastus2");
        var time = new WatchedTime();
        await using var gateway = await StartAsync(region, issuer.Url, time);
        using var user = Bearer(gateway, issuer.OfUser());
        issuer.IsDown = true;

        AssertUnavailable(await user.GetAsync($"{OwnersWorld.Api}/models"));
        issuer.IsDown = false;
        AssertUnavailable(await user.GetAsync($"{OwnersWorld.Api}/models"));
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(200, (await user.GetAsync($"{OwnersWorld.Api}/models")).Status);

        // What it said once counts while it is down.
        issuer.IsDown = true;
        Assert.Equal(200, (await user.GetAsync($"{OwnersWorld.Api}/models")).Status);
        Assert.Equal(2, region.Requests);
    }

    [Theory]
    [InlineData("wrong")]
    [InlineData("x.y")]
    public async Task Whoever_brings_no_token_is_unknown_and_no_issuer_is_asked(string credential)
    {
        await using var region = await ScriptedBackend.StartAsync("eastus2");
        await using var gateway = await StartAsync(region, "http://127.0.0.1:1", new WatchedTime());
        using var nobody = Bearer(gateway, credential);

        Assert.Equal(401, (await nobody.GetAsync($"{OwnersWorld.Api}/models")).Status);
    }

    private static Task<WebNode> StartAsync(ScriptedBackend region, string authority, WatchedTime time) => OwnersWorld.StartGatewayAsync(
        region.Url,
        region.Url,
        [.. OwnersWorld.TwoSubscriptions, ("Gateway:Owners:Tokens:Authority", authority), ("Gateway:Owners:Tokens:Audience", TokenIssuer.Audience), ("environment", "Development")],
        services => services.AddSingleton<TimeProvider>(time));

    private static Caller Bearer(WebNode gateway, string token)
    {
        var caller = new Caller(gateway.Url, apiKey: null);
        caller.Always("Authorization", $"Bearer {token}");
        return caller;
    }

    private static void AssertUnavailable(Answer answer) =>
        Assert.Equal((503, "issuer_unavailable", "5"), (answer.Status, answer.Json["error"]!["code"]!.GetValue<string>(), answer.Header("Retry-After")));
}
