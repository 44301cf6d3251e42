using System.Globalization;
using Microsoft.Extensions.Options;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Regions;

/// <summary>Paths, keys, ids and headers of a region.</summary>
public sealed class Region_surface
{
    [Theory]
    [InlineData("v1", "")]
    [InlineData("openai/v1", "")]
    [InlineData("openai/v1", "?api-version=preview")]
    [InlineData("openai", "?api-version=2025-04-01-preview")]
    [InlineData("api/projects/lab/openai/v1", "")]
    public async Task Every_path_family_reaches_the_same_state(string family, string query)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var id = (await caller.SayAsync("My name is Ada.")).Id;

        var created = await caller.SendAsync(HttpMethod.Post, $"{family}/responses{query}", new { model = "gpt-4o-mini", input = "Who am I?", previous_response_id = id });

        Assert.Contains("Ada", created.OutputText, StringComparison.Ordinal);
        Assert.Equal(200, (await caller.GetAsync($"{family}/responses/{id}{query}")).Status);
        Assert.Equal(200, (await caller.GetAsync($"{family}/models{query}")).Status);
        Assert.Equal(200, (await caller.GetAsync($"{family}/responses/{id}/input_items{query}")).Status);
        Assert.Equal(200, (await caller.SendAsync(HttpMethod.Delete, $"{family}/responses/{id}{query}")).Status);
    }

    [Theory]
    [InlineData("api-key", "local-key", 200)]
    [InlineData("Authorization", "Bearer local-key", 200)]
    [InlineData("Authorization", "Basic local-key", 401)]
    public async Task Key_is_taken_from_both_headers(string name, string value, int status)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url, apiKey: null);

        Assert.Equal(status, (await caller.SendAsync(HttpMethod.Get, "openai/v1/models", body: null, (name, value))).Status);
    }

    [Fact]
    public async Task Models_are_the_configured_deployments()
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:Deployments:0:Name", "chat"), new("Region:Deployments:0:Model", "gpt-4o"), new("Region:Deployments:1:Name", "mini")]);
        using var caller = new Caller(region.Url);

        Golden.AssertSame(
            """{"object":"list","data":[{"object":"model","id":"chat","created":0,"owned_by":"system"},{"object":"model","id":"mini","created":0,"owned_by":"system"}]}""",
            (await caller.GetAsync("openai/v1/models")).Text);
        Assert.Equal("chat", (await caller.GetAsync("openai/v1/models/chat")).Id);
        Assert.Equal(404, (await caller.GetAsync("openai/v1/models/other")).Status);
    }

    [Theory]
    [InlineData("Azure", "gpt-4o-mini")]
    [InlineData("OpenAI", "gpt-4o-mini-2024-07-18")]
    public async Task Model_is_echoed_as_the_flavor_does(string flavor, string echoed)
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:Flavor", flavor)]);
        using var caller = new Caller(region.Url);

        Assert.Equal(echoed, (await caller.SayAsync("Hi")).Json["model"]!.GetValue<string>());
    }

    [Fact]
    public async Task Ids_of_a_chain_share_their_partition_and_tell_time_and_storage()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        var first = await caller.SayAsync("Hi");
        var second = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Hi", previous_response_id = first.Id, store = false });
        var other = await caller.SayAsync("Hi");

        Assert.Matches("^resp_0[0-9a-f]{15}00[0-9a-f]{32}$", first.Id);
        Assert.Equal(first.Id[5..21], second.Id[5..21]);
        Assert.Equal(first.Id[5..21], first.Json["output"]![0]!["id"]!.GetValue<string>()[4..20]);
        Assert.NotEqual(first.Id[5..21], other.Id[5..21]);
        Assert.Equal("00", first.Id[21..23]);
        Assert.Equal("01", second.Id[21..23]);
        Assert.Equal(first.Json["created_at"]!.GetValue<long>(), long.Parse(first.Id[23..31], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Azure_headers_are_on_every_answer()
    {
        await using var region = await Nodes.StartRegionAsync("swedencentral", [new("Region:Deployments:0:Capacity", "10")]);
        using var caller = new Caller(region.Url);

        var created = await caller.SendAsync(HttpMethod.Post, "openai/v1/responses", new { model = "gpt-4o-mini", input = "Hi" }, ("x-ms-client-request-id", "mine"));
        var refused = await caller.GetAsync("openai/nothing");

        foreach (var answer in new[] { created, refused })
        {
            Assert.Equal("Sweden Central", answer.Header("x-ms-region"));
            Assert.True(Guid.TryParse(answer.Header("apim-request-id"), out _));
            Assert.Equal("nosniff", answer.Header("x-content-type-options"));
        }

        Assert.Equal("mine", created.Header("x-ms-client-request-id"));
        Assert.Equal("60", created.Header("x-ratelimit-limit-requests"));
        Assert.Equal("59", created.Header("x-ratelimit-remaining-requests"));
        Assert.Equal("10000", created.Header("x-ratelimit-limit-tokens"));
        Assert.Equal("9992", created.Header("x-ratelimit-remaining-tokens"));
        Assert.Equal("60", created.Header("x-ratelimit-renewalperiod-tokens"));
    }

    [Fact]
    public async Task Deployment_without_capacity_says_minus_one_as_Azure_does()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        Assert.Equal("-1", (await caller.SayAsync("Hi")).Header("x-ratelimit-limit-tokens"));
    }

    [Fact]
    public async Task OpenAI_headers_replace_those_of_Azure()
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:Flavor", "OpenAI")]);
        using var caller = new Caller(region.Url);

        var answer = await caller.SayAsync("Hi");

        Assert.Equal("2020-10-01", answer.Header("openai-version"));
        Assert.NotNull(answer.Header("openai-processing-ms"));
        Assert.Equal(("org-emulated", "proj_emulated"), (answer.Header("openai-organization"), answer.Header("openai-project")));
        Assert.StartsWith("max-age=", answer.Header("strict-transport-security"), StringComparison.Ordinal);
        Assert.Null(answer.Header("x-ratelimit-renewalperiod-tokens"));
        Assert.Null(answer.Header("x-ms-region"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stream_of_a_response_ends_with_DONE_only_where_the_region_is_set_to_send_it(bool sendDone)
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:SendDone", $"{sendDone}")]);
        using var caller = new Caller(region.Url);

        var answer = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Hi", stream = true });

        Assert.Equal(sendDone, answer.Text.EndsWith("\n\ndata: [DONE]\n\n", StringComparison.Ordinal));
        Assert.Equal(sendDone, answer.Text.Contains("[DONE]", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Probes_need_no_key()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url, apiKey: null);

        Assert.Equal(200, (await caller.GetAsync("health")).Status);
        Assert.Equal(200, (await caller.GetAsync("alive")).Status);
    }

    [Fact]
    public async Task Faulty_settings_stop_the_start_and_all_are_named()
    {
        var invalid = await Assert.ThrowsAsync<OptionsValidationException>(() => Nodes.StartRegionAsync(
            "East US 2", [new("Region:MaxStoredResponses", "0"), new("Region:MaxRequestBodyBytes", "1"), new("Region:Deployments:0:Capacity", "0")]));

        foreach (var setting in new[] { "Region:Name", "Region:MaxStoredResponses", "Region:MaxRequestBodyBytes", "Capacity" })
            Assert.Contains(setting, invalid.Message, StringComparison.Ordinal);
    }
}
