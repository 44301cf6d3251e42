using Microsoft.AspNetCore.Http;
using SessionAware.Tests.Owners;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.ApimPolicies;

/// <summary>What API Management refuses itself looks to clients as if the gateway had: status, code, type, shape, request id.</summary>
public sealed class Errors_of_API_Management
{
    [Fact]
    public async Task Connection_that_breaks_is_502()
    {
        await using var world = await DoorWorld.StartAsync();

        var (door, gateway) = await world.BothAsync(
            caller => caller.SendAsync(HttpMethod.Post, "cookie-affinity/x", "{}", ("x-request-id", "given-1")),
            () => world.Next(context =>
            {
                context.Abort();
                return Task.CompletedTask;
            }));

        AssertSame(502, "bad_gateway", door, gateway);
        Assert.Equal(("given-1", "given-1"), (door.Header("x-request-id"), gateway.Header("x-request-id")));
    }

    [Fact]
    public async Task Backend_that_stays_silent_is_504()
    {
        await using var world = await DoorWorld.StartAsync(settings: ("Gateway:ActivityTimeout", "00:00:00.200"));

        var (door, gateway) = await world.BothAsync(
            async caller =>
            {
                var asked = caller.GetAsync("no-affinity/x");
                await world.Time.PassUntilAsync(asked);
                return await asked;
            },
            () => world.Next(context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted)));

        AssertSame(504, "gateway_timeout", door, gateway);
    }

    [Fact]
    public async Task Caller_without_a_key_that_counts_is_401()
    {
        await using var world = await DoorWorld.StartAsync();
        await using var gateway = await OwnersWorld.StartGatewayAsync("http://127.0.0.1:1", "http://127.0.0.1:1", OwnersWorld.TwoSubscriptions);

        foreach (var key in new[] { null, "not-a-key" })
        {
            using var atDoor = new Caller(world.Door.Url, apiKey: key);
            using var atGateway = new Caller(gateway.Url, apiKey: key);
            AssertSame(401, "invalid_api_key", await atDoor.GetAsync("no-affinity/x"), await atGateway.GetAsync("session-aware/openai/v1/models"));
        }

        // The header that API Management has by default is not that of these APIs.
        using var nobody = new Caller(world.Door.Url, apiKey: null);
        Assert.Equal(401, (await nobody.SendAsync(HttpMethod.Get, "no-affinity/x", null, ("Ocp-Apim-Subscription-Key", DoorWorld.Key))).Status);
        Assert.Empty(world.TakeAsked());
    }

    [Fact]
    public async Task What_no_api_answers_to_is_404()
    {
        await using var world = await DoorWorld.StartAsync();
        using var caller = new Caller(world.Door.Url);
        using var atGateway = new Caller(world.Gateway.Url);

        var operation = await caller.SendAsync(HttpMethod.Patch, "no-affinity/x", "{}");
        var api = await caller.GetAsync("no-affinityish/x");

        AssertSame(404, "api_not_found", operation, await atGateway.GetAsync("nowhere"));
        // Here there is no API whose policy could say it in the API's words.
        Assert.Equal(404, api.Status);
        Assert.Null(api.Json["error"]);
        Assert.Empty(world.TakeAsked());
    }

    [Fact]
    public async Task Expression_that_fails_is_500_and_says_nothing_of_why()
    {
        await using var world = await DoorWorld.StartAsync(policy => policy.Replace(""".Replace(" ", "")""", ".Substring(99)", StringComparison.Ordinal));
        using var caller = new Caller(world.Door.Url);

        var answer = await caller.GetAsync("no-affinity/x");

        Assert.Equal((500, "internal_error", "server_error"), (answer.Status, Field(answer, "code"), Field(answer, "type")));
        Assert.Equal("The request could not be served.", Field(answer, "message"));
    }

    private static void AssertSame(int status, string code, Answer door, Answer gateway)
    {
        Assert.Equal((status, code), (door.Status, Field(door, "code")));
        Assert.Equal((gateway.Status, Field(gateway, "code"), Field(gateway, "type"), Field(gateway, "param")), (door.Status, Field(door, "code"), Field(door, "type"), Field(door, "param")));
        Assert.Equal(gateway.Json["error"]!.AsObject().Select(field => field.Key), door.Json["error"]!.AsObject().Select(field => field.Key));
        Assert.NotNull(door.Header("x-request-id"));
    }

    private static string? Field(Answer answer, string field) => answer.Json["error"]![field]?.GetValue<string>();
}
