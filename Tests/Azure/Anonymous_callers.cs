using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Azure;

/// <summary>Where nobody is asked who they are, the developer's own machine is served, and no page of somebody else's in a browser there.</summary>
public sealed class Anonymous_callers
{
    [Theory]
    [InlineData("Host", "attacker.example")]
    [InlineData("Host", "localhost.attacker.example:5000")]
    [InlineData("Host", "10.0.0.4")]
    [InlineData("Origin", "https://attacker.example")]
    [InlineData("Origin", "http://localhost.attacker.example")]
    [InlineData("Origin", "null")]
    public async Task Another_host_or_origin_is_refused_before_anything_else(string header, string value)
    {
        await using var world = await AzureWorld.StartAsync();
        await using var open = await world.StartReplicaAsync(("environment", "Development"));
        using var caller = new Caller(open.Url, apiKey: null);

        foreach (var path in new[] { $"{AzureWorld.Plain}/responses", $"{AzureWorld.Api}/responses", "admin/backends/eastus2/drain", "nowhere" })
        {
            var refused = await caller.SendAsync(HttpMethod.Post, path, new { model = "gpt-4o-mini", input = "Hi" }, (header, value));
            Assert.Equal(403, refused.Status);
            Golden.AssertSame(
                Refusal.Body(
                    "This gateway asks nobody who they are, and so serves its own machine alone: as localhost, 127.0.0.1 or [::1], and no page of another host (Gateway__Owners__AllowAnonymous=true lets everybody in).",
                    param: null, "forbidden_origin"),
                refused.Text);
        }

        Assert.All(world.Regions, region => Assert.Empty(region.Seen));
        Assert.Equal("available", (await caller.GetAsync("admin/backends/eastus2")).Json["state"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("Host", "localhost:5000")]
    [InlineData("Host", "[::1]:5000")]
    [InlineData("Origin", "http://localhost:3000")]
    [InlineData("Origin", "http://[::1]:3000")]
    public async Task Own_machine_is_served(string header, string value)
    {
        await using var world = await AzureWorld.StartAsync();
        await using var open = await world.StartReplicaAsync(("environment", "Development"));
        using var caller = new Caller(open.Url, apiKey: null);

        Assert.Equal(200, (await caller.SendAsync(HttpMethod.Post, $"{AzureWorld.Plain}/responses", new { model = "gpt-4o-mini", input = "Hi" }, (header, value))).Status);
        Assert.Equal(200, (await caller.SendAsync(HttpMethod.Get, "admin/pools", null, (header, value))).Status);
    }

    [Theory]
    [InlineData("Gateway:Owners:AllowAnonymous", "true")]
    [InlineData("SessionAware:Target", "Local")]
    public async Task Where_everybody_is_let_in_or_callers_sign_by_themselves_nothing_is_refused(string setting, string value)
    {
        await using var world = await AzureWorld.StartAsync();
        await using var open = await world.StartReplicaAsync(("environment", "Development"), (setting, value));
        using var caller = new Caller(open.Url, apiKey: null);

        Assert.Equal(200, (await caller.SendAsync(HttpMethod.Get, "admin/pools", null, ("Host", "somewhere.example"), ("Origin", "https://attacker.example"))).Status);
    }
}
