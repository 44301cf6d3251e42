using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Faults;

/// <summary>Limits of requests and tokens a minute, enforced by setting or by order, and what their headers say.</summary>
public sealed class Fault_rate_limits
{
    private const string Limits = "_emulator/deployments/gpt-4o-mini/limits";

    [Theory]
    [InlineData("Azure", "60", "40")]
    [InlineData("OpenAI", "1m0s", "40s")]
    public async Task Requests_beyond_the_ordered_limit_are_429_until_the_window_ends(string flavor, string reset, string later)
    {
        var time = new WatchedTime();
        await using var region = await time.StartRegionAsync(("Region:Flavor", flavor));
        using var caller = new Caller(region.Url);
        Assert.Equal(204, (await caller.SendAsync(HttpMethod.Put, Limits, new { requests_per_minute = 2 })).Status);

        var first = await caller.SayAsync("Hi");
        time.Advance(TimeSpan.FromSeconds(20));
        var second = await caller.SayAsync("Hi");
        var refused = await caller.SayAsync("Hi");

        Assert.Equal(("2", "1", reset), Headers(first, "requests"));
        Assert.Equal(("2", "0", later), Headers(second, "requests"));
        Assert.Equal(("-1", "-1", later), Headers(second, "tokens"));
        Assert.Equal(429, refused.Status);
        Assert.Equal(("2", "0", later), Headers(refused, "requests"));
        Assert.Equal("40", refused.Header("Retry-After"));
        Assert.Equal("40000", refused.Header("retry-after-ms"));

        time.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal(("2", "1", reset), Headers(await caller.SayAsync("Hi"), "requests"));
    }

    [Theory]
    [InlineData("Azure", """{"error":{"code":"RateLimitReached","message":"Your requests to gpt-4o-mini for gpt-4o-mini in eastus2 have exceeded rate limit.","details":"Your requests to gpt-4o-mini for gpt-4o-mini in eastus2 have exceeded rate limit."}}""")]
    [InlineData("OpenAI", """{"error":{"message":"Rate limit reached for gpt-4o-mini in organization org-emulated on requests per min (RPM): Limit 0, Used 0, Requested 1. Please try again in 60s. Visit https://platform.openai.com/account/rate-limits to learn more.","type":"requests","param":null,"code":"rate_limit_exceeded"}}""")]
    public async Task Refusal_says_that_requests_ran_out(string flavor, string expected)
    {
        await using var region = await new WatchedTime().StartRegionAsync(("Region:Flavor", flavor));
        using var caller = new Caller(region.Url);
        await caller.SendAsync(HttpMethod.Put, Limits, new { requests_per_minute = 0 });

        Golden.AssertSame(expected, (await caller.SayAsync("Hi")).Text);
    }

    [Theory]
    [InlineData("Azure", """{"error":{"code":"RateLimitReached","message":"Your requests to gpt-4o-mini for gpt-4o-mini in East US 2 have exceeded the token rate limit for your current AIServices S0 pricing tier. Please retry after 60 seconds. To increase your default rate limit, visit: https://aka.ms/oai/quotaincrease."}}""")]
    [InlineData("OpenAI", """{"error":{"message":"Rate limit reached for gpt-4o-mini in organization org-emulated on tokens per min (TPM): Limit 40, Used 34, Requested 8. Please try again in 60s. Visit https://platform.openai.com/account/rate-limits to learn more.","type":"tokens","param":null,"code":"rate_limit_exceeded"}}""")]
    public async Task Prompt_and_output_count_against_the_tokens(string flavor, string expected)
    {
        await using var region = await new WatchedTime().StartRegionAsync(("Region:Flavor", flavor));
        using var caller = new Caller(region.Url);
        await caller.SendAsync(HttpMethod.Put, Limits, new { tokens_per_minute = 40 });

        var first = await caller.SayAsync("My name is Ada.");
        var refused = await caller.SayAsync("Hi");

        // The prompt of 12 is known when the headers go out, the output of 22 is not.
        Assert.Equal(34, first.Json["usage"]!["total_tokens"]!.GetValue<int>());
        Assert.Equal("28", first.Header("x-ratelimit-remaining-tokens"));
        Assert.Equal(429, refused.Status);
        Assert.Equal("6", refused.Header("x-ratelimit-remaining-tokens"));
        Golden.AssertSame(expected, refused.Text);
    }

    [Theory]
    [InlineData(false, 200)]
    [InlineData(true, 429)]
    public async Task Capacity_is_enforced_only_where_the_setting_says_so(bool enforce, int status)
    {
        await using var region = await new WatchedTime().StartRegionAsync(("Region:Deployments:0:Capacity", "1"), ("Region:EnforceRateLimits", $"{enforce}"));
        using var caller = new Caller(region.Url);

        for (var request = 0; request < 6; request++)
            Assert.Equal(200, (await caller.SayAsync("Hi")).Status);
        var beyond = await caller.SayAsync("Hi");

        Assert.Equal(status, beyond.Status);
        Assert.Equal("0", beyond.Header("x-ratelimit-remaining-requests"));
    }

    [Fact]
    public async Task Limits_are_one_deployments_own_and_an_empty_order_lifts_them()
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:Deployments:0:Name", "gpt-4o-mini"), new("Region:Deployments:1:Name", "chat")]);
        using var caller = new Caller(region.Url);
        await caller.SendAsync(HttpMethod.Put, Limits, new { requests_per_minute = 0 });

        Assert.Equal(429, (await caller.SayAsync("Hi")).Status);
        Assert.Equal(200, (await caller.CreateAsync(new { model = "chat", input = "Hi" })).Status);
        Assert.Equal(204, (await caller.SendAsync(HttpMethod.Put, Limits, "{}")).Status);
        Assert.Equal(200, (await caller.SayAsync("Hi")).Status);
    }

    [Fact]
    public async Task Reset_brings_the_configured_limits_back()
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:Deployments:0:Capacity", "10")]);
        using var caller = new Caller(region.Url);
        await caller.SendAsync(HttpMethod.Put, Limits, new { requests_per_minute = 0 });

        Assert.Equal(429, (await caller.SayAsync("Hi")).Status);
        await caller.SendAsync(HttpMethod.Post, "_emulator/reset");

        Assert.Equal("59", (await caller.SayAsync("Hi")).Header("x-ratelimit-remaining-requests"));
    }

    [Theory]
    [InlineData("gpt-4o-mini", """{"requests_per_minute":-1}""", 400, "requests_per_minute")]
    [InlineData("gpt-4o-mini", """{"tokens_per_minute":"many"}""", 400, "tokens_per_minute")]
    [InlineData("gpt-4o-mini", """{"tpm":1}""", 400, "tpm")]
    [InlineData("other", "{}", 404, null)]
    public async Task Faulty_limits_are_refused(string deployment, string limits, int status, string? param)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        var refused = await caller.SendAsync(HttpMethod.Put, $"_emulator/deployments/{deployment}/limits", limits);

        Assert.Equal(status, refused.Status);
        Assert.Equal(param, refused.Json["error"]!["param"]?.GetValue<string>());
    }

    private static (string? Limit, string? Remaining, string? Reset) Headers(Answer answer, string of) =>
        (answer.Header($"x-ratelimit-limit-{of}"), answer.Header($"x-ratelimit-remaining-{of}"), answer.Header($"x-ratelimit-reset-{of}"));
}
