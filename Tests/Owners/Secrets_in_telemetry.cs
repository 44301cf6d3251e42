using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Owners;

/// <summary>What callers know and what they say stays between them and their region: no log of any level, no metric and no trace has it.</summary>
public sealed class Secrets_in_telemetry
{
    private readonly string _keyOfA = Marker(), _keyOfB = Marker(), _said = Marker(), _named = Marker(), _sealed = Marker();

    [Fact]
    public async Task Keys_tokens_and_content_are_in_no_log_no_metric_and_no_trace()
    {
        using var everything = new Everything();
        await using var issuer = await TokenIssuer.StartAsync();
        List<Func<WatchedStore>> stores = [];
        await using var world = await OwnersWorld.StartAsync(
            [.. OwnersWorld.Subscriptions(("a", _keyOfA), ("b", _keyOfB)), ("Gateway:Owners:FrontDoor:Owner", "subscription:b"), .. issuer.Settings, .. Everything.AllLogs],
            services =>
            {
                services.AddFakeLogging();
                stores.Add(WatchedStore.In(services));
                services.AddSingleton<TimeProvider>(new TimeAhead(TimeSpan.FromMinutes(1)));
            });
        using var a = new Caller(world.First.Url, apiKey: _keyOfA);
        var token = issuer.OfUser();

        var theirs = await Possessions.MakeAsync(a, _said);
        await SpeakAsync(a);
        await TokensAsync(world.First, issuer, token);
        foreach (var attack in AttackFamilies.Names.SelectMany(AttackFamilies.Of))
        {
            foreach (var key in new[] { _keyOfA, _keyOfB, Marker() })
                await RawAnswer.OfAsync(world.First.Url, attack.Write(key, theirs));
        }

        await BreakAsync(world, stores);

        string[] logs = [.. world.Replicas.SelectMany(Everything.LogOf)];
        Assert.Contains(logs, line => line.Contains("Request starting", StringComparison.Ordinal));
        Assert.Contains(logs, line => line.StartsWith("Trace", StringComparison.Ordinal) || line.StartsWith("Debug", StringComparison.Ordinal));
        Assert.Contains(everything.Said, line => line.StartsWith("metric sessionaware.", StringComparison.Ordinal));
        Assert.Contains(everything.Said, line => line.StartsWith("trace Microsoft.AspNetCore", StringComparison.Ordinal));
        string[] secrets = [_keyOfA, _keyOfB, _said, _named, _sealed, Nodes.ApiKey, .. token.Split('.'), OwnersWorld.HashOf(_keyOfA), "I find nothing"];
        foreach (var line in logs.Concat(everything.Said))
            Assert.All(secrets, secret => Assert.False(line.Contains(secret, StringComparison.OrdinalIgnoreCase), $"{secret} is in: {line}"));
    }

    /// <summary>Content wherever a request has some.</summary>
    private async Task SpeakAsync(Caller a)
    {
        object tool = new { type = "function", name = "get_weather", description = _said, parameters = new { type = "object", properties = new { city = new { type = "string", description = _said } } } };
        object[] bodies =
        [
            new { model = "gpt-4o-mini", input = _said, instructions = _said, metadata = new { secret = _said }, user = _said, prompt_cache_key = _said },
            new { model = "gpt-4o-mini", input = $"Weather in {_said}?", tools = new[] { tool }, stream = true },
            new { model = "o4-mini", input = _said, include = new[] { "reasoning.encrypted_content" }, store = false },
            new { model = "gpt-4o-mini", input = new object[] { new { type = "reasoning", id = "rs_1", summary = Array.Empty<object>(), encrypted_content = _sealed } } },
            new { model = _said, input = _said },
            $$"""{"model":"gpt-4o-mini","input":"{{_said}}",{{_said}}""",
            $$"""{"{{_said}}\ud800":1}""",
            $$"""{"store":"{{_said}}"}""",
            $$"""["{{_said}}"]""",
        ];
        foreach (var body in bodies)
        {
            await a.SendAsync(HttpMethod.Post, $"{OwnersWorld.Api}/responses", body, ("x-secret", _said), ("Cookie", $"c={_said}"));
            await a.SendAsync(HttpMethod.Post, $"{OwnersWorld.Api}/chat/completions", body);
            await a.SendAsync(HttpMethod.Post, $"{OwnersWorld.Api}/conversations", body, ("Content-Encoding", "gzip"));
        }
    }

    private async Task TokensAsync(WebNode gateway, TokenIssuer issuer, string token)
    {
        using var nobody = new Caller(gateway.Url, apiKey: null);
        var parts = token.Split('.');
        string[] tokens = [token, $"{parts[0]}.{parts[1]}.{_said}", $"{_said}.{_said}.{_said}", _said, issuer.Token([("oid", _said)], bad => bad.Audience = "x"), issuer.Token([("oid", _said)], bad => bad.Issuer = "x"), token[..^1]];
        foreach (var credential in tokens)
            await nobody.SendAsync(HttpMethod.Get, $"{OwnersWorld.Api}/models", body: null, ("Authorization", $"Bearer {credential}"));
        await nobody.SendAsync(HttpMethod.Get, $"{OwnersWorld.Api}/models", body: null, ("api-key", _keyOfB), ("x-subscription-id", $"{_named} {_named}"));
        await nobody.SendAsync(HttpMethod.Get, $"{OwnersWorld.Api}/models", body: null, ("api-key", _keyOfA), ("Ocp-Apim-Subscription-Key", _keyOfB));
    }

    /// <summary>Faults are when programs say most.</summary>
    private async Task BreakAsync(OwnersWorld world, List<Func<WatchedStore>> stores)
    {
        using var a = new Caller(world.First.Url, apiKey: _keyOfA);
        object say = new { model = "gpt-4o-mini", input = _said };
        stores.ForEach(store => store().IsDown = true);
        await a.SendAsync(HttpMethod.Post, $"{OwnersWorld.Api}/responses", say);
        await a.GetAsync($"{OwnersWorld.Api}/responses/resp_1");
        stores.ForEach(store => store().IsDown = false);
        foreach (var region in world.Regions)
            await region.DisposeAsync();
        await a.SendAsync(HttpMethod.Post, $"{OwnersWorld.Api}/responses", say);
        using var raw = await RawHttp.SendAsync(world.First.Url, $"GET / HTTP/1.1\r\nHost: x\r\napi-key: {_keyOfA}\0\r\n\r\n");
        await raw.ReadHeadAsync();
        using var rawer = await RawHttp.SendAsync(world.First.Url, $"POST /{OwnersWorld.Api}/responses HTTP/1.1\r\nHost: x\r\napi-key: {_keyOfA}\r\nContent-Length: 100\r\n\r\n{_said}");
    }

    private static string Marker() => RandomNumberGenerator.GetHexString(24, lowercase: true);
}
