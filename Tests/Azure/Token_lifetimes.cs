using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Azure;

/// <summary>One token serves all requests until another is had, ahead of its end; regions see to it that no other one would do.</summary>
public sealed class Token_lifetimes
{
    [Fact]
    public async Task Token_is_asked_for_once_in_its_life()
    {
        await using var world = await AzureWorld.StartAsync();

        for (var life = 1; life <= 3; life++)
        {
            foreach (var api in new[] { AzureWorld.Plain, AzureWorld.Api, AzureWorld.Plain, AzureWorld.Api })
                Assert.Equal(200, (await world.AskAsync(api)).Status);
            Assert.Equal(life, world.Identity.Asked);
            world.Time.Advance(TimeSpan.FromHours(1));
        }

        Assert.All(world.Identity.Questions, question => Assert.Equal($"https://cognitiveservices.azure.com {IdentityEndpoint.ClientId}", question));
        Assert.Equal(12, world.Regions.Sum(region => region.Count(200)));
        Assert.All(world.Regions, region => Assert.Equal(0, region.Count(401)));
    }

    [Fact]
    public async Task Scope_is_what_the_settings_say()
    {
        await using var world = await AzureWorld.StartAsync(prepare: null, ("Gateway:Entra:Scope", "https://ai.azure.com/.default"));
        await world.RestartRegionsAsync(("Region:Entra:Audience", "https://ai.azure.com"));

        Assert.Equal(200, (await world.AskAsync(AzureWorld.Api)).Status);
        Assert.Equal([$"https://ai.azure.com {IdentityEndpoint.ClientId}"], world.Identity.Questions);
    }

    [Theory]
    [InlineData(null, 54, 56)]
    [InlineData(20, 19, 21)]
    public async Task Token_is_refreshed_ahead_of_its_end_while_requests_go_on_with_it(int? refreshAfter, int before, int after)
    {
        await using var world = await AzureWorld.StartAsync(world => world.Identity.RefreshAfter = refreshAfter is { } minutes ? TimeSpan.FromMinutes(minutes) : null);
        var answering = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        world.Time.Advance(TimeSpan.FromMinutes(before));
        Assert.Equal(200, (await world.AskAsync(AzureWorld.Api)).Status);
        Assert.Equal(1, world.Identity.Asked);

        world.Time.Advance(TimeSpan.FromMinutes(after - before));
        world.Identity.Held = answering.Task;
        for (var request = 0; request < 3; request++)
            Assert.Equal(200, (await world.AskAsync(AzureWorld.Api)).Status);
        await Eventually.IsAsync(() => Task.FromResult(world.Identity.Asked == 2));
        answering.SetResult();
        await Eventually.IsAsync(async () => (await world.AskAsync(AzureWorld.Api)).Status == 200 && world.Regions.Any(region => region.Seen[^1].Contains(world.Identity.Tokens[^1], StringComparison.Ordinal)));

        Assert.Equal((2, 2), (world.Identity.Asked, world.Identity.Tokens.Count));
        Assert.All(world.Regions, region => Assert.Equal(0, region.Count(401)));
    }

    [Fact]
    public async Task Requests_that_come_at_once_when_the_token_has_ended_have_one_asked_for()
    {
        await using var world = await AzureWorld.StartAsync();
        var answering = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Time.Advance(TimeSpan.FromHours(2));
        world.Identity.Held = answering.Task;

        var requests = Enumerable.Range(0, 40).Select(number => world.AskAsync(number % 2 == 0 ? AzureWorld.Api : AzureWorld.Plain)).ToList();
        await Eventually.IsAsync(() => Task.FromResult(world.Identity.Asked == 2));
        Assert.All(requests, request => Assert.False(request.IsCompleted));
        answering.SetResult();

        Assert.All(await Task.WhenAll(requests), answer => Assert.Equal(200, answer.Status));
        Assert.Equal(2, world.Identity.Asked);
    }

    [Fact]
    public async Task Refresh_that_fails_fails_no_request_while_the_token_is_valid_and_is_tried_again_later()
    {
        await using var world = await AzureWorld.StartAsync();
        world.Time.Advance(TimeSpan.FromMinutes(56));
        world.Identity.Failure = 500;

        Assert.Equal(200, (await world.AskAsync(AzureWorld.Api)).Status);
        await Eventually.IsAsync(() => Task.FromResult(world.Log.Any(line => line.StartsWith("Warning: The gateway's token for its backends could not be renewed; the one that there is serves until", StringComparison.Ordinal))));
        for (var request = 0; request < 5; request++)
            Assert.Equal(200, (await world.AskAsync(AzureWorld.Api)).Status);
        Assert.Equal(2, world.Identity.Asked);

        world.Time.Advance(TimeSpan.FromSeconds(31));
        world.Identity.Failure = null;
        Assert.Equal(200, (await world.AskAsync(AzureWorld.Api)).Status);
        await Eventually.IsAsync(() => Task.FromResult(world.Identity.Tokens.Count == 2));
        Assert.Equal(3, world.Identity.Asked);
    }

    [Fact]
    public async Task Where_no_token_can_be_had_the_answer_says_so_and_nothing_is_sent()
    {
        await using var world = await AzureWorld.StartAsync();
        var first = await world.AskAsync(AzureWorld.Api);
        world.Time.Advance(TimeSpan.FromHours(2));
        world.Identity.Failure = 500;
        var sent = world.Regions.Sum(region => region.Seen.Count);

        foreach (var answer in new[] { await world.AskAsync(AzureWorld.Api), await world.AskAsync(AzureWorld.Plain), await world.AskAsync(AzureWorld.Api, first.Id), await world.GetAsync($"{AzureWorld.Api}/responses/{first.Id}") })
        {
            Assert.Equal(503, answer.Status);
            Golden.AssertSame(
                """{"error":{"message":"The gateway cannot sign requests to this backend at the moment. Its log has the reason.","type":"server_error","param":null,"code":"credential_unavailable"}}""",
                answer.Text);
        }

        Assert.Equal(sent, world.Regions.Sum(region => region.Seen.Count));
        Assert.Contains(
            "Warning: The gateway cannot have a token for its backends: requests that need it are answered 503 credential_unavailable (AuthenticationFailedException: The endpoint said 500.)", world.Log);
        world.Identity.Failure = null;
        world.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((200, 200), ((await world.AskAsync(AzureWorld.Plain)).Status, (await world.AskAsync(AzureWorld.Api, first.Id)).Status));
    }

    [Fact]
    public async Task Token_that_cannot_be_had_is_not_asked_for_by_every_request_and_answers_say_when_to_come_again()
    {
        await using var world = await AzureWorld.StartAsync();
        world.Time.Advance(TimeSpan.FromHours(2));
        world.Identity.Failure = 500;

        Assert.Equal("5", (await world.AskAsync(AzureWorld.Plain)).Header("Retry-After"));
        world.Time.Advance(TimeSpan.FromSeconds(3));
        for (var request = 0; request < 5; request++)
            Assert.Equal("2", (await world.AskAsync(AzureWorld.Api)).Header("Retry-After"));
        Assert.Equal(2, world.Identity.Asked);

        world.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("5", (await world.AskAsync(AzureWorld.Plain)).Header("Retry-After"));
        Assert.Equal(3, world.Identity.Asked);
    }

    [Fact]
    public async Task Backend_with_a_key_serves_what_the_one_without_cannot_while_there_is_no_token()
    {
        await using var keyed = await AzureRegion.StartAsync("eastus2", issuer: null);
        await using var world = await AzureWorld.StartAsync(prepare: null, ("Backends:eastus2:Url", keyed.Url), ("Backends:eastus2:ApiKey", Nodes.ApiKey));
        var first = await world.AskAsync(AzureWorld.Api);
        var other = await world.AskAsync(AzureWorld.Api);
        var unsigned = first.Header("x-backend-id") == "westus" ? first : other;
        world.Time.Advance(TimeSpan.FromHours(2));
        world.Identity.Failure = 500;

        foreach (var api in new[] { AzureWorld.Plain, AzureWorld.Plain, AzureWorld.Api, AzureWorld.Api, "inject/openai/v1", "inject/openai/v1", "cookie-affinity/openai/v1", "cookie-affinity/openai/v1" })
        {
            var answer = await world.AskAsync(api);
            Assert.Equal((200, "eastus2"), (answer.Status, answer.Header("x-backend-id")));
        }

        // A session stays with its own.
        var pinned = await world.AskAsync(AzureWorld.Api, unsigned.Id);
        Assert.Equal((503, "credential_unavailable", "westus"), (pinned.Status, pinned.Json["error"]!["code"]!.GetValue<string>(), pinned.Header("x-backend-id")));
        await keyed.DisposeAsync();
        while ((await world.AskAsync(AzureWorld.Plain)).Header("x-backend-id") is not null)
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        var none = await world.AskAsync(AzureWorld.Plain);
        Assert.Equal((503, "credential_unavailable", null), (none.Status, none.Json["error"]!["code"]!.GetValue<string>(), none.Header("x-backend-id")));
    }

    [Fact]
    public async Task Conversation_that_would_move_is_not_marked_as_sent_where_there_is_no_token()
    {
        await using var world = await AzureWorld.StartAsync();
        var first = await world.AskAsync(AzureWorld.Api);
        var home = world.Regions.Single(region => region.Seen.Count > 0);
        await home.DisposeAsync();
        world.Time.Advance(TimeSpan.FromMinutes(59.5));
        world.Identity.Failure = 500;
        // Its circuit breaker trips for a minute, and the token has half of one left.
        Assert.Equal("replayed", (await world.AskAsync(AzureWorld.Api, first.Id)).Header("x-session-affinity"));
        world.Time.Advance(TimeSpan.FromSeconds(40));

        var second = await world.AskAsync(AzureWorld.Api, first.Id);
        world.Identity.Failure = null;
        world.Time.Advance(TimeSpan.FromSeconds(5));
        var third = await world.AskAsync(AzureWorld.Api, first.Id);

        Assert.Equal((503, "credential_unavailable"), (second.Status, second.Json["error"]!["code"]!.GetValue<string>()));
        Assert.Equal((200, "replayed"), (third.Status, third.Header("x-session-affinity")));
    }
}
