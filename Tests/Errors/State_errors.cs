using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Errors;

/// <summary>Errors that come of what happened before: ids that are gone, conversations at work, responses past cancelling or streaming, limits used up.</summary>
public sealed class State_errors
{
    [Theory]
    [InlineData("deleted")]
    [InlineData("other region")]
    [InlineData("store:false")]
    public async Task Response_that_is_not_there_cannot_be_used(string why)
    {
        await using var region = await Nodes.StartRegionAsync();
        await using var other = await Nodes.StartRegionAsync("westus");
        using var caller = new Caller(region.Url);
        using var otherCaller = new Caller(other.Url);
        var id = (await (why == "other region" ? otherCaller : caller).CreateAsync(new { model = "gpt-4o-mini", input = "Hi", store = why != "store:false" })).Id;
        if (why == "deleted")
            await caller.SendAsync(HttpMethod.Delete, $"openai/v1/responses/{id}");

        Refusal.AssertSame(400, Refusal.Body($"Previous response with id '{id}' not found.", "previous_response_id", "previous_response_not_found"), await caller.SayAsync("Hi", id));
        var notFound = Refusal.Body($"Response with id '{id}' not found.", null, null);
        Refusal.AssertSame(404, notFound, await caller.GetAsync($"openai/v1/responses/{id}"));
        Refusal.AssertSame(404, notFound, await caller.GetAsync($"openai/v1/responses/{id}/input_items"));
        Refusal.AssertSame(404, notFound, await caller.SendAsync(HttpMethod.Post, $"openai/v1/responses/{id}/cancel"));
        Refusal.AssertSame(404, notFound, await caller.SendAsync(HttpMethod.Delete, $"openai/v1/responses/{id}"));
    }

    [Fact]
    public async Task Item_and_conversation_that_are_gone_are_not_found()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var path = $"openai/v1/conversations/{(await caller.SendAsync(HttpMethod.Post, "openai/v1/conversations")).Id}";

        var noItem = Refusal.Body("Item with id 'msg_x' not found in conversation.", null, null);
        Refusal.AssertSame(404, noItem, await caller.GetAsync($"{path}/items/msg_x"));
        Refusal.AssertSame(404, noItem, await caller.SendAsync(HttpMethod.Delete, $"{path}/items/msg_x"));

        await caller.SendAsync(HttpMethod.Delete, path);
        var gone = Refusal.Body($"Conversation with id '{path.Split('/')[^1]}' not found.", null, null);
        Refusal.AssertSame(404, gone, await caller.GetAsync(path));
        Refusal.AssertSame(404, gone, await caller.SendAsync(HttpMethod.Delete, path));
    }

    [Fact]
    public async Task Empty_input_is_enough_where_there_is_something_to_continue()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var conversation = (await caller.SendAsync(HttpMethod.Post, "openai/v1/conversations")).Id;
        var previous = (await caller.SayAsync("Hi")).Id;

        Assert.Equal(200, (await caller.SayAsync("", previous)).Status);
        Assert.Equal(200, (await caller.CreateAsync(new { model = "gpt-4o-mini", input = Array.Empty<object>(), conversation })).Status);
    }

    [Fact]
    public async Task Conversation_at_work_is_locked()
    {
        await using var region = await StartSlowAsync(new FakeTimeProvider());
        using var caller = new Caller(region.Url);
        var conversation = (await caller.SendAsync(HttpMethod.Post, "openai/v1/conversations", new { items = new[] { new { id = "msg_1", role = "user", content = "Hi" } } })).Id;
        object turn = new { model = "gpt-4o-mini", input = "Hi", conversation, background = true };
        await caller.CreateAsync(turn);

        var locked = Refusal.Body("Another process is currently operating on this conversation. Please retry in a few seconds.", null, "conversation_locked");
        Refusal.AssertSame(400, locked, await caller.CreateAsync(turn));
        Refusal.AssertSame(400, locked, await caller.SendAsync(HttpMethod.Post, $"openai/v1/conversations/{conversation}/items", new { items = new[] { new { role = "user", content = "Hi" } } }));
        Refusal.AssertSame(400, locked, await caller.SendAsync(HttpMethod.Delete, $"openai/v1/conversations/{conversation}/items/msg_1"));
    }

    [Fact]
    public async Task Only_what_runs_in_the_background_can_be_cancelled()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var foreground = (await caller.SayAsync("Hi")).Id;
        var completed = await StreamInBackgroundAsync(caller);
        await caller.SendAsync(HttpMethod.Post, "_emulator/queue", """{"faults":[{"kind":"error","in_stream":true,"after_events":3}]}""");
        var failed = await StreamInBackgroundAsync(caller);

        foreach (var (id, message) in new[]
        {
            (foreground, "Cannot cancel a synchronous response."), (completed, "Cannot cancel a completed response."), (failed, "Cannot cancel a failed response."),
        })
            Refusal.AssertSame(400, Refusal.Body(message, null, null), await caller.SendAsync(HttpMethod.Post, $"openai/v1/responses/{id}/cancel"));
    }

    [Fact]
    public async Task Cancelled_response_stays_cancelled_and_cannot_be_continued()
    {
        await using var region = await StartSlowAsync(new FakeTimeProvider());
        using var caller = new Caller(region.Url);
        var id = (await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Hi", background = true })).Id;

        var once = await caller.SendAsync(HttpMethod.Post, $"openai/v1/responses/{id}/cancel");
        var again = await caller.SendAsync(HttpMethod.Post, $"openai/v1/responses/{id}/cancel");

        Assert.Equal((200, "cancelled"), (once.Status, once.Json["status"]!.GetValue<string>()));
        Assert.Equal((200, once.Text), (again.Status, again.Text));
        Refusal.AssertSame(400, Refusal.Body($"Previous response with id '{id}' not found.", "previous_response_id", "previous_response_not_found"), await caller.SayAsync("Hi", id));
    }

    [Fact]
    public async Task Only_what_was_streamed_in_the_background_can_be_streamed_again_and_for_5_minutes()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var region = await Nodes.StartRegionAsync(services: services => services.AddSingleton<TimeProvider>(time));
        using var caller = new Caller(region.Url);
        var foreground = (await caller.SayAsync("Hi")).Id;
        var unstreamed = (await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Hi", background = true })).Id;
        var streamed = await StreamInBackgroundAsync(caller);

        Refusal.AssertSame(400, Refusal.Body("This response cannot be streamed because it was not created with background=true.", "stream", null), await caller.GetAsync($"openai/v1/responses/{foreground}?stream=true"));
        Refusal.AssertSame(400, Refusal.Body("This response cannot be streamed because it was not created with stream=true.", "stream", null), await caller.GetAsync($"openai/v1/responses/{unstreamed}?stream=true"));
        time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(200, (await caller.GetAsync($"openai/v1/responses/{streamed}?stream=true")).Status);
        time.Advance(TimeSpan.FromSeconds(1));
        Refusal.AssertSame(400, Refusal.Body("Response can no longer be streamed, it is more than 5 minutes old.", "stream", null), await caller.GetAsync($"openai/v1/responses/{streamed}?stream=true"));
    }

    [Fact]
    public async Task Thoughts_without_what_they_led_to_are_refused()
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:Deployments:0:Name", "o4-mini")]);
        using var caller = new Caller(region.Url);
        var thoughts = (await caller.CreateAsync(new { model = "o4-mini", input = "Hi" })).Json["output"]![0]!;

        var refused = await caller.CreateAsync(new { model = "o4-mini", input = new object[] { thoughts, new { role = "user", content = "Hi" } } });

        Refusal.AssertSame(400, Refusal.Body($"Item '{thoughts["id"]}' of type 'reasoning' was provided without its required following item.", "input", null), refused);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Prompt_longer_than_the_context_window_is_refused(bool stream)
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:Deployments:0:Name", "gpt-4o-mini"), new("Region:Deployments:0:ContextWindow", "256")]);
        using var caller = new Caller(region.Url);

        var answer = await caller.CreateAsync(new { model = "gpt-4o-mini", input = string.Concat(Enumerable.Repeat("word ", 300)), stream });

        Refusal.AssertSame(400, Refusal.Body("Your input exceeds the context window of this model. Please adjust your input and try again.", "input", "context_length_exceeded"), answer);
    }

    [Theory]
    [InlineData("Azure", 1, null, """{"error":{"code":"RateLimitReached","message":"Your requests to gpt-4o-mini for gpt-4o-mini in eastus2 have exceeded rate limit.","details":"Your requests to gpt-4o-mini for gpt-4o-mini in eastus2 have exceeded rate limit."}}""")]
    [InlineData("Azure", null, 8, """{"error":{"code":"RateLimitReached","message":"Your requests to gpt-4o-mini for gpt-4o-mini in East US 2 have exceeded the token rate limit for your current AIServices S0 pricing tier. Please retry after 60 seconds. To increase your default rate limit, visit: https://aka.ms/oai/quotaincrease."}}""")]
    [InlineData("OpenAI", 1, null, """{"error":{"message":"Rate limit reached for gpt-4o-mini in organization org-emulated on requests per min (RPM): Limit 1, Used 1, Requested 1. Please try again in 60s. Visit https://platform.openai.com/account/rate-limits to learn more.","type":"requests","param":null,"code":"rate_limit_exceeded"}}""")]
    [InlineData("OpenAI", null, 8, """{"error":{"message":"Rate limit reached for gpt-4o-mini in organization org-emulated on tokens per min (TPM): Limit 8, Used 8, Requested 8. Please try again in 60s. Visit https://platform.openai.com/account/rate-limits to learn more.","type":"tokens","param":null,"code":"rate_limit_exceeded"}}""")]
    public async Task Limit_that_is_used_up_is_429(string flavor, int? requests, int? tokens, string expected)
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:Flavor", flavor)], services: services => services.AddSingleton<TimeProvider>(new FakeTimeProvider()));
        using var caller = new Caller(region.Url);
        await caller.SendAsync(HttpMethod.Put, "_emulator/deployments/gpt-4o-mini/limits", new { requests_per_minute = requests, tokens_per_minute = tokens });
        Assert.Equal(200, (await caller.SayAsync("Hi")).Status);

        var refused = await caller.SayAsync("Hi");

        Refusal.AssertSame(429, expected, refused);
        Assert.Equal("60", refused.Header("Retry-After"));
    }

    [Fact]
    public async Task Quota_that_is_used_up_is_429_with_its_own_type()
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:Flavor", "OpenAI")]);
        using var caller = new Caller(region.Url);
        await caller.SendAsync(HttpMethod.Post, "_emulator/queue", """{"faults":[{"kind":"throttle","code":"insufficient_quota"}]}""");

        Refusal.AssertSame(
            429,
            """{"error":{"message":"You exceeded your current quota, please check your plan and billing details. For more information on this error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}""",
            await caller.SayAsync("Hi"));
    }

    /// <summary>A region whose first token never comes, for its time stands still.</summary>
    private static Task<WebNode> StartSlowAsync(TimeProvider time) => Nodes.StartRegionAsync(
        settings: [new("Region:FirstToken", "00:01:00")], services: services => services.AddSingleton(time));

    private static async Task<string> StreamInBackgroundAsync(Caller caller)
    {
        var events = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Hi", background = true, stream = true });
        return Events.Parse(events.Text)[0].Data["response"]!["id"]!.GetValue<string>();
    }
}
