using System.Globalization;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using SessionAware.Tests.ClientRetries;
using SessionAware.Tests.Sessions;
using SessionAware.Tests.Worlds;
using static SessionAware.Tests.Replay.TwoBackends;

namespace SessionAware.Tests.Replay;

/// <summary>One thing has gone wrong with a session's backend, and while the request is still under way another one does.</summary>
public sealed class Second_failures
{
    private const string AdminKey = "the-operators-own-key";
    private const string Impatient = """, "maxWait": "PT0.4S" """;

    [Theory]
    [InlineData("0", true)]
    [InlineData("0", false)]
    [InlineData("an hour ago", true)]
    [InlineData("an hour ago", false)]
    public async Task Wait_of_no_time_is_asked_for_a_few_times_and_then_passed_on(string retryAfter, bool hasMoved)
    {
        await using var world = await StartAsync(Impatient);
        var id = await world.BeginAsync();
        if (retryAfter != "0")
            retryAfter = TimeProvider.System.GetUtcNow().AddHours(-1).ToString("R", CultureInfo.InvariantCulture);
        world.EastUs2.Always(hasMoved ? 503 : 429, ("Retry-After", retryAfter));
        world.WestUs.Always(429, ("Retry-After", retryAfter));

        var answer = await world.Caller.SayAsync("Who am I?", id);

        Assert.Equal(429, answer.Status);
        Assert.InRange(hasMoved ? world.WestUs.Requests : world.EastUs2.Requests - 1, 2, 5);
    }

    [Fact]
    public async Task Caller_that_hangs_up_after_a_loss_does_not_have_it_forgotten()
    {
        await using var world = await StartAsync(""", "maxWait": "PT30S" """);
        var id = await world.BeginAsync();
        world.EastUs2.Next(LoseAsync);
        var isAsked = new TaskCompletionSource();
        world.WestUs.Next(context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "25";
            isAsked.SetResult();
            return Task.CompletedTask;
        });
        using (var impatient = new HttpClient(new SocketsHttpHandler()))
        using (var hangUp = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken))
        {
            var asking = impatient.PostAsync($"{world.Url}/pool/openai/v1/responses", new StringContent(Turn(id), new MediaTypeHeaderValue("application/json")), hangUp.Token);
            await isAsked.Task.WaitAsync(TestContext.Current.CancellationToken);
            await hangUp.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        }

        world.EastUs2.Always(503);
        var again = await world.Caller.SendAsync(HttpMethod.Post, "openai/v1/responses", Turn(id));

        Assert.Equal((409, "execution_uncertain"), (again.Status, CodeOf(again)));
        Assert.Equal(1, world.WestUs.Requests);
    }

    [Fact]
    public async Task Drained_backend_that_has_forgotten_a_session_it_keeps_gets_the_replay()
    {
        await using var world = await StartAsync(Impatient, ("Gateway:AdminKey", AdminKey));
        var id = await world.BeginAsync();
        using var admin = new Caller(world.Url);
        Assert.Equal(200, (await admin.SendAsync(HttpMethod.Post, "admin/backends/eastus2/drain", body: null, ("x-admin-key", AdminKey))).Status);
        world.EastUs2.Otherwise(Forgotten(id, then: ScriptedBackend.Json(ScriptedWorld.Response(SessionIds.NewResponse()))));

        var answer = await world.Caller.SayAsync("Who am I?", id);

        Assert.Equal((200, "eastus2", "replayed"), (answer.Status, answer.Header("x-backend-id"), answer.Header("x-session-affinity")));
    }

    [Theory]
    [InlineData(503, null)]
    [InlineData(500, "2")]
    public async Task Backend_that_has_forgotten_and_then_fails_is_followed_by_another(int status, string? mark)
    {
        await using var world = await StartAsync(Impatient);
        var id = await world.BeginAsync();
        world.EastUs2.Otherwise(Forgotten(id, then: context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        }));
        Answer(world.WestUs);

        var answer = await world.Caller.SayAsync("Who am I?", id);

        Assert.Equal((200, "westus", "replayed", mark), (answer.Status, answer.Header("x-backend-id"), answer.Header("x-session-affinity"), answer.Header("x-session-attempt")));
    }

    [Fact]
    public async Task Hosted_tools_keep_a_session_that_may_return_where_it_is()
    {
        await using var world = await StartAsync(""", "failBack": "return" """);
        var id = await world.BeginAsync();
        world.EastUs2.Next(503);
        var moved = Answer(world.WestUs);
        Assert.Equal("replayed", (await world.Caller.SayAsync("Who am I?", id)).Header("x-session-affinity"));
        Answer(world.WestUs);

        var answer = await world.Caller.SendAsync(HttpMethod.Post, "openai/v1/responses", Turn(moved, ""","tools":[{"type":"file_search","vector_store_ids":["vs_west"]}]"""));

        Assert.Equal((200, "westus", "pinned"), (answer.Status, answer.Header("x-backend-id"), answer.Header("x-session-affinity")));
    }

    [Fact]
    public async Task First_turn_that_its_caller_was_sure_of_and_that_is_lost_again_is_a_conflict()
    {
        await using var world = await StartAsync();
        world.EastUs2.Next(LoseAsync);

        var answer = await world.Caller.SendAsync(HttpMethod.Post, "openai/v1/responses", """{"model":"gpt-4o-mini","input":"My name is Ada."}""", ("x-session-attempt", "again"));

        Assert.Equal((409, "execution_uncertain", "false"), (answer.Status, CodeOf(answer), answer.Header("x-should-retry")));
        Assert.Equal(1, world.Requests);
    }

    /// <summary>Does not find what continues <paramref name="id"/>; what begins anew gets <paramref name="then"/>.</summary>
    private static RequestDelegate Forgotten(string id, RequestDelegate then) => async context =>
    {
        using var reader = new StreamReader(context.Request.Body);
        if (!(await reader.ReadToEndAsync()).Contains("previous_response_id", StringComparison.Ordinal))
        {
            await then(context);
            return;
        }

        context.Response.StatusCode = 400;
        await ScriptedBackend.Json(
            $$$"""{"error":{"message":"Previous response with id '{{{id}}}' not found.","type":"invalid_request_error","param":"previous_response_id","code":"previous_response_not_found"}}""")(context);
    };

    private static string Turn(string previous, string more = "") => $$"""{"model":"gpt-4o-mini","input":"Who am I?","previous_response_id":"{{previous}}"{{more}}}""";

    private static string CodeOf(Answer answer) => answer.Json["error"]!["code"]!.GetValue<string>();
}
