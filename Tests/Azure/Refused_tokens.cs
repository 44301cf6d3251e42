using SessionAware.Tests.Owners;
using SessionAware.Tests.Replay;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Azure;

/// <summary>A token that a region refuses is renewed once, and the request sent again by the new one; nobody but the log hears of it.</summary>
public sealed class Refused_tokens
{
    private const string Renewed = $"https://cognitiveservices.azure.com {IdentityEndpoint.ClientId} renewed";

    [Theory]
    [InlineData(AzureWorld.Plain, false)]
    [InlineData(AzureWorld.Plain, true)]
    [InlineData(AzureWorld.Api, false)]
    [InlineData(AzureWorld.Api, true)]
    public async Task Token_that_is_refused_is_renewed_and_the_request_served(string api, bool stream)
    {
        await using var world = await AzureWorld.StartAsync();
        // Its keys are others from now on, and what they signed before is worth nothing.
        world.Issuer.Rotate();
        await world.RestartRegionsAsync();
        using var a = new Caller(world.Gateway.Url, apiKey: OwnersWorld.KeyOfA);

        var answer = await a.CreateAsync(new { model = "gpt-4o-mini", input = "Say: sent whole.", stream }, api);

        Assert.Equal(200, answer.Status);
        Assert.Contains("sent whole", answer.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal([Renewed], world.Identity.Questions.Skip(1));
        var region = Assert.Single(world.Regions, region => region.Seen.Count > 0);
        Assert.Equal([world.Identity.Tokens[0], world.Identity.Tokens[1]], region.Seen.Select(request => request.Split("Authorization: Bearer ")[1].Split('\n')[0]));
        Assert.Equal((1, 1), (region.Count(401), region.Count(200)));
        // It was executed once, and nobody is told otherwise.
        Assert.Null(answer.Header("x-session-attempt"));
        Assert.DoesNotContain("x-session-attempt", region.Seen[1], StringComparison.OrdinalIgnoreCase);
        Assert.Contains(world.Log, line => line.Contains("refused the gateway's token; another one is asked for.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Body_of_megabytes_is_sent_again_whole()
    {
        await using var world = await AzureWorld.StartAsync();
        world.Issuer.Rotate();
        await world.RestartRegionsAsync();
        using var a = new Caller(world.Gateway.Url, apiKey: OwnersWorld.KeyOfA);
        var picture = $"data:image/png;base64,{new string('A', 3_000_000)}";

        var answer = await a.CreateAsync(
            new { model = "gpt-4o-mini", input = new[] { new { role = "user", content = new object[] { new { type = "input_image", image_url = picture }, new { type = "input_text", text = "Say: seen." } } } } }, AzureWorld.Plain);

        Assert.True(answer.Status == 200, answer.Text);
        Assert.Equal(2, world.Identity.Asked);
    }

    [Fact]
    public async Task Web_socket_is_opened_by_the_token_and_by_a_new_one_where_that_is_refused()
    {
        await using var world = await AzureWorld.StartAsync();
        for (var opening = 1; opening <= 2; opening++)
        {
            using var socket = await SocketCaller.ConnectAsync(world.Gateway.Url, $"{AzureWorld.Plain}/responses", OwnersWorld.KeyOfA);
            await socket.SendAsync(new { type = "response.create", model = "gpt-4o-mini", input = "Hi" });
            Assert.NotNull(await socket.ReadAsync());
            Assert.Equal(opening, world.Identity.Asked);
            world.Issuer.Rotate();
            await world.RestartRegionsAsync();
        }
    }

    [Fact]
    public async Task Requests_that_are_refused_at_once_renew_the_token_once()
    {
        await using var world = await AzureWorld.StartAsync();
        world.Issuer.Rotate();
        await world.RestartRegionsAsync();
        var answering = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Identity.Held = answering.Task;

        var requests = Enumerable.Range(0, 20).Select(number => world.AskAsync(number % 2 == 0 ? AzureWorld.Api : AzureWorld.Plain)).ToList();
        await Eventually.IsAsync(() => Task.FromResult(world.Regions.Sum(region => region.Count(401)) == 20));
        answering.SetResult();

        Assert.All(await Task.WhenAll(requests), answer => Assert.Equal(200, answer.Status));
        Assert.Equal([Renewed], world.Identity.Questions.Skip(1));
        Assert.Equal((20, 20), (world.Regions.Sum(region => region.Count(401)), world.Regions.Sum(region => region.Count(200))));
    }

    [Fact]
    public async Task Token_that_is_refused_again_is_the_callers_answer_as_the_region_gave_it()
    {
        await using var world = await AzureWorld.StartAsync();
        await world.RestartRegionsAsync(("Region:Entra:Audience", "https://ai.azure.com"));
        using var region = new Caller(world.EastUs2.Url, apiKey: null);
        var own = await region.SayAsync("Hi");

        foreach (var api in new[] { AzureWorld.Api, AzureWorld.Plain })
        {
            var answer = await world.AskAsync(api);
            Assert.Equal((401, own.Text), (answer.Status, answer.Text));
            Assert.Contains("(https://ai.azure.com)", answer.Text, StringComparison.Ordinal);
            Assert.Contains(answer.Header("x-ms-region"), new[] { "East US 2", "West US" });
        }

        // Another token for each request would be as good as this one: it is renewed once a minute at most.
        Assert.Equal(2, world.Identity.Asked);
        world.Time.Advance(TimeSpan.FromSeconds(61));
        await world.AskAsync(AzureWorld.Plain);
        Assert.Equal(3, world.Identity.Asked);
        Assert.All(world.Identity.Questions.Skip(1), question => Assert.Equal(Renewed, question));
    }

    [Fact]
    public async Task Renewal_that_fails_leaves_the_regions_own_answer()
    {
        await using var world = await AzureWorld.StartAsync();
        world.Issuer.Rotate();
        await world.RestartRegionsAsync();
        world.Identity.Failure = 500;

        var answer = await world.AskAsync(AzureWorld.Api);

        Assert.Equal((401, "401"), (answer.Status, answer.Json["error"]!["code"]!.GetValue<string>()));
        Assert.StartsWith("Unauthorized. Access token is missing", answer.Json["error"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Caller_that_is_sure_settles_nothing_where_the_token_is_refused_and_another_cannot_be_had()
    {
        await using var world = await AzureWorld.StartAsync(world => world.Identity.Lifetime = TimeSpan.FromMinutes(20));
        await using var backend = await ScriptedBackend.StartAsync("eastus2");
        await using var gateway = await world.StartReplicaAsync(("Backends:eastus2:Url", backend.Url), ("Backends:westus:Url", backend.Url), ("Gateway:Owners:AllowAnonymous", "true"));
        using var caller = new Caller(gateway.Url, apiKey: null);
        var id = TwoBackends.Answer(backend);
        Assert.Equal(200, (await caller.CreateAsync(new { model = "gpt-4o-mini", input = "My name is Ada." }, AzureWorld.Api)).Status);
        async Task<string> CodeAsync(params (string, string)[] headers) => (await caller.SendAsync(
            HttpMethod.Post, $"{AzureWorld.Api}/responses", new { model = "gpt-4o-mini", input = "Who am I?", previous_response_id = id, background = true }, headers)).Json["error"]!["code"]!.GetValue<string>();
        backend.Next(TwoBackends.LoseAsync);
        Assert.Equal("execution_uncertain", await CodeAsync());
        // Whatever has tripped is over.
        world.Time.Advance(TimeSpan.FromMinutes(3));
        backend.Next(context =>
        {
            world.Identity.Failure = 500;
            world.Time.Advance(TimeSpan.FromMinutes(18));
            context.Response.StatusCode = 401;
            return Task.CompletedTask;
        });

        Assert.Equal("credential_unavailable", await CodeAsync(("x-session-attempt", "again")));

        world.Identity.Failure = null;
        world.Time.Advance(TimeSpan.FromSeconds(5));
        var asked = backend.Requests;
        Assert.Equal("execution_uncertain", await CodeAsync());
        Assert.Equal(asked, backend.Requests);
    }

    [Fact]
    public async Task Circuit_breaker_hears_of_the_second_refusal_alone()
    {
        const string breaker = """
            { "rules": [ { "name": "refused", "failureCondition": { "count": 2, "interval": "PT1M", "statusCodeRanges": [ { "min": 401, "max": 401 } ] }, "tripDuration": "PT1M" } ] }
            """;
        await using var world = await AzureWorld.StartAsync(prepare: null, ("Gateway:PoolsFile", OnePool(breaker)), ("Gateway:AdminKey", "the-key-of-the-administration"));
        await world.RestartRegionsAsync(("Region:Entra:Audience", "https://ai.azure.com"));

        Assert.Equal(401, (await world.AskAsync("pool/openai/v1")).Status);
        Assert.False(await IsTrippedAsync(world));
        Assert.Equal(2, world.EastUs2.Count(401));
        Assert.Equal(401, (await world.AskAsync("pool/openai/v1")).Status);
        Assert.True(await IsTrippedAsync(world));
        Assert.Equal(3, world.EastUs2.Count(401));
    }

    [Fact]
    public async Task Backend_with_a_key_gets_the_key_and_no_other_does()
    {
        await using var keyed = await AzureRegion.StartAsync("eastus2", issuer: null);
        await using var world = await AzureWorld.StartAsync(prepare: null, ("Backends:eastus2:Url", keyed.Url), ("Backends:eastus2:ApiKey", Nodes.ApiKey));

        for (var request = 0; request < 4; request++)
            Assert.Equal(200, (await world.AskAsync(request % 2 == 0 ? AzureWorld.Api : AzureWorld.Plain)).Status);

        Assert.Equal(2, keyed.Seen.Count);
        Assert.All(keyed.Seen, request => Assert.True(request.Contains($"api-key: {Nodes.ApiKey}\n", StringComparison.Ordinal) && !request.Contains("Authorization", StringComparison.Ordinal), request));
        Assert.All(world.WestUs.Seen, request => Assert.True(request.Contains("Authorization: Bearer ", StringComparison.Ordinal) && !request.Contains("api-key", StringComparison.Ordinal), request));
        Assert.Equal(1, world.Identity.Asked);
        // A key that is wrong stays wrong: nothing is renewed.
        await keyed.RestartAsync(("Region:ApiKeys:0", "another"));
        Assert.Contains(401, new[] { (await world.AskAsync(AzureWorld.Plain)).Status, (await world.AskAsync(AzureWorld.Plain)).Status });
        Assert.Equal((1, 1), (keyed.Count(401), world.Identity.Asked));
    }

    [Fact]
    public async Task All_else_that_a_region_says_passes()
    {
        await using var world = await AzureWorld.StartAsync();

        var unknown = await world.AskAsync(AzureWorld.Api, model: "gpt-9");
        var served = await world.AskAsync(AzureWorld.Api);

        Assert.Equal((404, "DeploymentNotFound"), (unknown.Status, unknown.Json["error"]!["code"]!.GetValue<string>()));
        Assert.NotEmpty(served.Json["content_filters"]!.AsArray());
        Assert.Contains(served.Header("x-ms-region"), new[] { "East US 2", "West US" });
        Assert.Equal(served.Header("x-ms-region") == "East US 2" ? "eastus2" : "westus", served.Header("x-backend-region"));
    }

    private static async Task<bool> IsTrippedAsync(AzureWorld world)
    {
        using var admin = new Caller(world.Gateway.Url, apiKey: null);
        admin.Always("x-admin-key", "the-key-of-the-administration");
        return (await admin.GetAsync("admin/backends/eastus2")).Json["state"]!.GetValue<string>() == "tripped";
    }

    private static string OnePool(string breaker) => PoolsText.Write($$"""
        {
          "backends": [ { "name": "eastus2", "properties": { "circuitBreaker": {{breaker}} } } ],
          "pools": [ { "name": "pool", "properties": { "pool": { "services": [ { "id": "/backends/eastus2" } ] } } } ],
          "apis": [ { "name": "pool", "properties": { "path": "pool" }, "sessionAware": { "pool": "pool" } } ]
        }
        """);
}
