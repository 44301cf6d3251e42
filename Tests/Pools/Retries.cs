using System.Text;
using Microsoft.AspNetCore.Http;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Pools;

/// <summary>APIM's retry policy: on another backend, before the first byte, for requests without a session.</summary>
public sealed class Retries
{
    [Fact]
    public async Task Nothing_of_a_withheld_answer_reaches_the_caller()
    {
        await using var world = await PoolWorld.OfTwoAsync(retry: """{ "count": 1 }""", pool: """, "sessionAffinity": { "sessionId": { "source": "cookie" } }""");
        world["a"].Next(429, ("Retry-After", "9"), ("x-of-a", "1"), ("Set-Cookie", "a=1"), ("Content-Type", "text/plain"));
        using var caller = world.Call();

        var answer = await caller.GetAsync("pool");

        Assert.Equal((200, "b", "b"), (answer.Status, answer.Text, answer.Header("x-backend-id")));
        Assert.Equal((null, null), (answer.Header("Retry-After"), answer.Header("x-of-a")));
        Assert.StartsWith("APIM-Backend-Affinity=", answer.Header("Set-Cookie"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backend_that_refused_is_not_asked_again_while_its_priority_has_another()
    {
        // Without a breaker and by weights alone, it would be the same one's turn again.
        await using var world = await PoolWorld.StartAsync("""
            {
              "backends": [ { "name": "a" }, { "name": "b" } ],
              "pools": [ { "name": "pool", "properties": { "pool": { "services": [ { "id": "/backends/a", "weight": 99 }, { "id": "/backends/b", "weight": 1 } ] } } } ],
              "apis": [ { "name": "pool", "properties": { "path": "pool" }, "sessionAware": { "pool": "pool", "retry": { "count": 3 } } } ]
            }
            """);
        world["a"].Always(429);
        using var caller = world.Call();

        Assert.Equal(200, (await caller.GetAsync("pool")).Status);
        world["b"].Always(429);
        Assert.Equal(429, (await caller.GetAsync("pool")).Status);

        // The second request: a, b, and then whoever's turn it was, twice.
        Assert.Equal((1 + 1 + 1 + 3), world["a"].Requests + world["b"].Requests);
    }

    [Theory]
    [InlineData("""{ "count": 3, "interval": "PT2S" }""", new[] { 2000, 2000, 2000 })]
    [InlineData("""{ "count": 3, "interval": "PT2S", "firstFastRetry": true }""", new[] { 0, 2000, 2000 })]
    [InlineData("""{ "count": 2, "interval": "PT0.5S" }""", new[] { 500, 500 })]
    [InlineData("""{ "count": 1 }""", new[] { 0 })]
    public async Task Interval_is_waited_before_each_retry_and_a_fast_first_one_is_not(string retry, int[] waits)
    {
        await using var world = await PoolWorld.OfTwoAsync(breaker: null, retry);
        world["a"].Always(429);
        world["b"].Always(429);
        using var caller = world.Call();

        var asked = caller.GetAsync("pool");
        var passed = await world.Time.PassUntilAsync(asked);

        Assert.Equal(429, (await asked).Status);
        Assert.Equal(waits.Where(wait => wait > 0), passed);
        Assert.Equal(waits.Length + 1, world["a"].Requests + world["b"].Requests);
    }

    [Theory]
    [InlineData(429, true)]
    [InlineData(503, true)]
    [InlineData(500, false)]
    [InlineData(404, false)]
    public async Task Condition_is_429_and_503_by_default(int status, bool retried) => await AssertRetriedAsync("""{ "count": 1 }""", status, retried);

    [Theory]
    [InlineData(429, false)]
    [InlineData(503, false)]
    [InlineData(408, true)]
    [InlineData(500, true)]
    [InlineData(502, true)]
    public async Task Condition_is_what_the_pools_file_says(int status, bool retried) => await AssertRetriedAsync(
        """{ "count": 1, "condition": { "statusCodeRanges": [ { "min": 408, "max": 408 }, { "min": 500, "max": 502 } ] } }""", status, retried);

    [Theory]
    [InlineData("""{ "count": 1 }""", 502)]
    [InlineData("""{ "count": 1, "condition": { "statusCodeRanges": [ { "min": 502, "max": 502 } ] } }""", 200)]
    public async Task Connection_lost_after_sending_is_retried_only_where_the_condition_says_so(string retry, int status)
    {
        await using var world = await PoolWorld.OfTwoAsync(retry: retry);
        world["a"].Next(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        using var caller = world.Call();

        Assert.Equal(status, (await caller.SendAsync(HttpMethod.Post, "pool", "{}")).Status);
    }

    [Fact]
    public async Task Stream_that_breaks_before_its_first_event_is_retried_and_after_it_is_not()
    {
        await using var world = await PoolWorld.OfTwoAsync(breaker: null, retry: """{ "count": 1, "condition": { "statusCodeRanges": [ { "min": 502, "max": 502 } ] } }""");
        var read = new TaskCompletionSource();
        RequestDelegate Break(string sent, Task when) => async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync(sent);
            await context.Response.Body.FlushAsync();
            await when;
            context.Abort();
        };
        world["a"].Next(Break("event: response.cre", Task.CompletedTask));
        world["a"].Next(Break("event: response.created\ndata: {}\n\n", read.Task));
        using var caller = world.Call();

        // a and, after it, b; then it is b's turn and then a's again. With a body, as a caller who wants a stream sends one.
        Assert.Equal(["b", "b"], [(await caller.SendAsync(HttpMethod.Post, "pool", "{}")).Text, (await caller.SendAsync(HttpMethod.Post, "pool", "{}")).Text]);
        using var raw = await RawHttp.PostAsync($"{world.Gateway.Url}/pool", "{}");
        await raw.ReadHeadAsync();
        await using var chunks = raw.ReadChunksAsync().GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await chunks.MoveNextAsync());
        read.SetResult();

        Assert.False(await chunks.MoveNextAsync());
        Assert.False(raw.EndedProperly);
        Assert.Equal((2, 2), (world["a"].Requests, world["b"].Requests));
    }

    [Fact]
    public async Task Client_that_hangs_up_while_it_is_waited_is_not_served_any_more()
    {
        await using var world = await PoolWorld.OfTwoAsync(
            breaker: null, retry: """{ "count": 3, "interval": "PT5S" }""", settings: ("Logging:LogLevel:SessionAware.Gateway", "Debug"));
        world["a"].Always(429);
        world["b"].Always(429);
        using (await RawHttp.PostAsync($"{world.Gateway.Url}/pool", "{}"))
            await Eventually.IsAsync(() => Task.FromResult(world["a"].Requests == 1));

        await Eventually.IsAsync(() => Task.FromResult(world.Log.Any(line => line.Contains("the client hung up", StringComparison.Ordinal))));
        world.Time.Advance(TimeSpan.FromMinutes(1));
        using var caller = world.Call();
        Assert.Equal(200, (await caller.GetAsync("health")).Status);

        Assert.Equal(1, world["a"].Requests + world["b"].Requests);
        Assert.DoesNotContain(world.Log, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    private static async Task AssertRetriedAsync(string retry, int status, bool retried)
    {
        await using var world = await PoolWorld.OfTwoAsync(breaker: null, retry);
        world["a"].Next(status);
        using var caller = world.Call();

        var answer = await caller.SendAsync(HttpMethod.Post, "pool", Encoding.UTF8.GetString("{}"u8));

        Assert.Equal(retried ? (200, "b") : (status, "a"), (answer.Status, answer.Header("x-backend-id")));
    }
}
