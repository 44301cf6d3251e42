using Microsoft.AspNetCore.Http;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.ApimPolicies;

/// <summary>The policies, carried out, and the local gateway: the same pools file, the same backends, the same outcome.</summary>
public sealed class Policies_do_as_the_gateway_does
{
    private const string Longest = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwx";

    [Fact]
    public async Task Request_id_is_the_callers_where_that_is_one_printable_word_and_the_same_on_both_sides()
    {
        (string[] Given, bool IsKept)[] rows =
        [
            (["given-1"], true), (["a/b+c=d:e.f_g-H"], true), ([Longest], true), ([Longest + "y"], false),
            (["two words"], false), (["a,b"], false), (["a", "b"], false), (["{a}"], false), ([""], false), ([], false),
        ];
        await using var world = await DoorWorld.StartAsync();

        foreach (var (given, isKept) in rows)
        {
            var (door, gateway) = await world.BothAsync(async caller =>
            {
                var id = (await caller.SendAsync(HttpMethod.Get, "no-affinity/id", null, [.. given.Select(value => ("x-request-id", value))])).Header("x-request-id");
                Assert.Equal(id, Assert.Single(world.TakeAsked()).Header("x-request-id"));
                Assert.Matches("^[A-Za-z0-9._:/+=-]{1,128}$", id);
                return id == string.Join(", ", given);
            });
            Assert.Equal((isKept, isKept), (door, gateway));
        }
    }

    [Fact]
    public async Task Region_is_named_as_in_the_pools_file()
    {
        await using var world = await DoorWorld.StartAsync();

        var both = await world.BothAsync(
            async caller => (await caller.GetAsync("no-affinity/region")).Header("x-backend-region"),
            () => world.Next(context =>
            {
                context.Response.Headers["x-ms-region"] = "East US 2";
                return Task.CompletedTask;
            }));
        Assert.Equal(("eastus2", "eastus2"), both);
        // API Management knows no more than the backend says; the gateway knows whom it asked.
        var unsaid = await world.BothAsync(async caller => (await caller.GetAsync("no-affinity/region")).Header("x-backend-region"));
        Assert.Equal("unknown", unsaid.OfDoor);
    }

    [Theory]
    [InlineData("no-affinity", new[] { 429 }, 200, 2)]
    [InlineData("no-affinity", new[] { 503 }, 200, 2)]
    [InlineData("no-affinity", new[] { 503, 429 }, 200, 3)]
    [InlineData("no-affinity", new[] { 429, 429, 503 }, 503, 3)]
    [InlineData("no-affinity", new[] { 429, 500 }, 500, 2)]
    [InlineData("no-affinity", new[] { 500 }, 500, 1)]
    [InlineData("no-affinity", new[] { 404 }, 404, 1)]
    [InlineData("cookie-affinity", new[] { 429 }, 429, 1)]
    [InlineData("cookie-affinity", new[] { 503 }, 503, 1)]
    [InlineData("cookie-retried", new[] { 429 }, 200, 2)]
    [InlineData("ranges", new[] { 408 }, 200, 2)]
    [InlineData("ranges", new[] { 500 }, 200, 2)]
    [InlineData("ranges", new[] { 502 }, 200, 2)]
    [InlineData("ranges", new[] { 502, 502 }, 502, 2)]
    [InlineData("ranges", new[] { 503 }, 503, 1)]
    [InlineData("ranges", new[] { 429 }, 429, 1)]
    public async Task Retries_are_those_of_the_apis_rule_on_another_backend_while_there_is_one(string api, int[] statuses, int status, int attempts)
    {
        await using var world = await DoorWorld.StartAsync();

        var (door, gateway) = await world.BothAsync(
            async caller =>
            {
                var answer = await caller.SendAsync(HttpMethod.Post, $"{api}/openai/v1/responses?x=%2B", """{"a":1}""");
                var asked = world.TakeAsked();
                Assert.All(asked, each => Assert.Equal(("/openai/v1/responses?x=%2B", """{"a":1}"""), (each.Target, each.Body)));
                return $"{answer.Status} after {asked.Count} at {string.Join(", ", asked.Take(2).Select(each => each.Backend))}";
            },
            () => world.Next(statuses));

        Assert.Equal(gateway, door);
        Assert.Equal($"{status} after {attempts} at {string.Join(", ", new[] { "eastus2", "westus" }.Take(attempts))}", door);
    }

    [Fact]
    public async Task Request_of_a_session_is_not_retried_where_others_are()
    {
        await using var world = await DoorWorld.StartAsync();

        foreach (var url in world.Urls)
        {
            using var caller = new Caller(url);
            var cookie = (await caller.GetAsync("cookie-retried/first")).Header("Set-Cookie")!.Split(';')[0];
            var own = Assert.Single(world.TakeAsked()).Backend;
            foreach (var cookies in new[] { $"Cookie: {cookie}\r\n", $"Cookie: another=1; {cookie}\r\n", $"Cookie: another=1\r\nCookie: {cookie}\r\n" })
            {
                world.Next([429]);
                using var raw = await RawHttp.SendAsync(url, $"GET /cookie-retried/next HTTP/1.1\r\nHost: x\r\nConnection: close\r\napi-key: {DoorWorld.Key}\r\n{cookies}\r\n");
                Assert.StartsWith("HTTP/1.1 429 ", await raw.ReadHeadAsync(), StringComparison.Ordinal);
                Assert.Equal(own, Assert.Single(world.TakeAsked()).Backend);
            }
        }
    }

    [Theory]
    [InlineData("slow", new[] { 62_000, 62_000, 62_000 })]
    [InlineData("fast-first", new[] { 2000, 2000 })]
    public async Task Interval_of_the_rule_is_waited_before_a_retry_and_a_fast_first_one_is_not(string api, int[] waits)
    {
        await using var world = await DoorWorld.StartAsync();

        var (door, gateway) = await world.BothAsync(
            async caller => (await world.Time.PassUntilAsync(() => caller.GetAsync($"{api}/waits"), TimeSpan.FromMinutes(2))).Where(wait => wait > 0),
            () => world.Next([429, 429, 429, 429]));

        Assert.Equal(waits, door);
        Assert.Equal(waits, gateway);
    }

    [Theory]
    [InlineData("no-affinity")]
    [InlineData("cookie-affinity")]
    public async Task Event_arrives_while_the_backend_holds_the_next_and_no_byte_changes(string api)
    {
        await using var world = await DoorWorld.StartAsync();
        string[] events = ["event: a\ndata: {\"x\": \"\u00e4\"}\n\n", "event: b\ndata: 2\n\n"];

        foreach (var url in world.Urls)
        {
            var read = new TaskCompletionSource();
            world.Next(async context =>
            {
                await ScriptedBackend.Events(events[0])(context);
                await read.Task;
                await context.Response.WriteAsync(events[1]);
            });
            using var raw = await RawHttp.PostAsync($"{url}/{api}/stream", "{}");
            Assert.Contains("text/event-stream", await raw.ReadHeadAsync(), StringComparison.Ordinal);

            await using var chunks = raw.ReadChunksAsync().GetAsyncEnumerator(TestContext.Current.CancellationToken);
            // Who holds it back waits for what never comes.
            Assert.True(await chunks.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
            Assert.Equal(events[0], chunks.Current);
            read.SetResult();
            Assert.True(await chunks.MoveNextAsync());
            Assert.Equal(events[1], chunks.Current);
            Assert.False(await chunks.MoveNextAsync());
            Assert.True(raw.EndedProperly);
        }
    }

    [Theory]
    [InlineData("?api-version=1&x=%2B", "?api-version=1&x=%2B", "api-key", Nodes.ApiKey)]
    [InlineData("?api-version=1&api-key=local-key&x=%2B", "?api-version=1&x=%2B", "Ocp-Apim-Subscription-Key", Nodes.ApiKey)]
    [InlineData("?api-key=local-key", "", "Authorization", "Bearer local-key")]
    public async Task Callers_key_ends_at_the_door_and_the_backend_gets_a_token_of_its_identity(string query, string kept, string header, string value)
    {
        await using var world = await DoorWorld.StartAsync();
        using var caller = new Caller(world.Door.Url, apiKey: null);

        Assert.Equal(200, (await caller.SendAsync(HttpMethod.Get, $"no-affinity/openai/v1/models{query}", null, (header, value))).Status);

        var asked = Assert.Single(world.TakeAsked());
        Assert.Equal($"/openai/v1/models{kept}", asked.Target);
        Assert.Equal($"Bearer {DoorWorld.Token}-for-https://cognitiveservices.azure.com", asked.Header("Authorization"));
        Assert.DoesNotContain(asked.Headers, each => each.Value.Contains(DoorWorld.Key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tokens_are_counted_by_api_subscription_and_pool()
    {
        await using var world = await DoorWorld.StartAsync();
        using var caller = new Caller(world.Door.Url);
        world.Next([429]);

        await caller.GetAsync("no-affinity/once");
        await caller.GetAsync("cookie-affinity/once");

        Assert.Equal(
            ["SessionAware: API ID=no-affinity, Subscription ID=a, Pool=plain", "SessionAware: API ID=cookie-affinity, Subscription ID=a, Pool=cookies"],
            world.Door.Metrics.Select(metric => $"{metric.Namespace}: {string.Join(", ", metric.Dimensions.Select(dimension => $"{dimension.Key}={dimension.Value}"))}"));
    }
}
