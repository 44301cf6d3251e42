using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using SessionAware.Tests.ApimDoor;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.ApimPolicies;

/// <summary>The stand-in itself: what it does not know stops it, and what it plays it plays.</summary>
public sealed class The_door
{
    [Theory]
    [InlineData("<trace source='a' />", "The door does not play <trace>.")]
    [InlineData("<set-variable name='a' value='b' id='c' />", "The door does not play id of <set-variable>.")]
    [InlineData("<choose><when condition='true'><rate-limit calls='1' /></when></choose>", "The door does not play <rate-limit>.")]
    public async Task What_it_does_not_play_stops_it(string inbound, string message) =>
        Assert.Equal(message, (await Assert.ThrowsAsync<NotSupportedException>(() => StartAsync("http://127.0.0.1:1", inbound))).Message);

    [Fact]
    public async Task Held_back_answer_comes_in_pieces_of_eight_kilobytes()
    {
        await using var backend = await Nodes.StartBackendAsync(ScriptedBackend.Events([.. Enumerable.Repeat("data: 1\n\n", 1000)]));
        await using var door = await StartAsync(backend.Url, forward: "buffer-response='true'");
        using var raw = await RawHttp.PostAsync($"{door.Url}/api/x", "{}");
        await raw.ReadHeadAsync();

        Assert.Equal([8192, 9 * 1000 - 8192], await raw.ReadChunksAsync().Select(chunk => chunk.Length).ToListAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Answer_that_breaks_off_is_visibly_cut()
    {
        var read = new TaskCompletionSource();
        await using var backend = await Nodes.StartBackendAsync(async context =>
        {
            await ScriptedBackend.Events("data: 1\n\n")(context);
            await read.Task;
            context.Abort();
        });
        await using var door = await StartAsync(backend.Url);
        using var raw = await RawHttp.PostAsync($"{door.Url}/api/x", "{}");
        await raw.ReadHeadAsync();
        await using var chunks = raw.ReadChunksAsync().GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await chunks.MoveNextAsync());
        read.SetResult();

        Assert.False(await chunks.MoveNextAsync());
        Assert.False(raw.EndedProperly);
    }

    [Fact]
    public async Task Headers_and_query_are_set_as_their_policies_say()
    {
        await using var backend = await Nodes.StartBackendAsync(async context =>
        {
            foreach (var name in new[] { "a", "b", "c", "d", "e" })
                context.Response.Headers[$"x-seen-{name}"] = $"{context.Request.Headers[$"x-{name}"]}";
            await context.Response.WriteAsync(context.Request.QueryString.Value!);
        });
        await using var door = await StartAsync(backend.Url, """
            <set-header name="x-a" exists-action="override"><value>1</value><value>@("2")</value></set-header>
            <set-header name="x-b" exists-action="skip"><value>new</value></set-header>
            <set-header name="x-c" exists-action="append"><value>new</value></set-header>
            <set-header name="x-d" exists-action="delete" />
            <set-variable name="method" value='@(context.Request.Method + context.Request.Url.Query.GetValueOrDefault("one"))' />
            <choose>
              <when condition='@((string)context.Variables["method"] == "GET1")'><set-header name="x-e"><value>chosen</value></set-header></when>
              <otherwise><set-header name="x-e"><value>not chosen</value></set-header></otherwise>
            </choose>
            <set-query-parameter name="one" exists-action="skip"><value>2</value></set-query-parameter>
            <set-query-parameter name="two" exists-action="override"><value>a b</value></set-query-parameter>
            """);
        using var caller = new Caller(door.Url);

        var answer = await caller.SendAsync(HttpMethod.Get, "api/x?one=1&two=2", null, ("x-a", "0"), ("x-b", "old"), ("x-c", "old"), ("x-d", "old"));

        Assert.Equal(["1,2", "old", "old,new", "", "chosen"], new[] { "a", "b", "c", "d", "e" }.Select(name => answer.Header($"x-seen-{name}")!.Replace(", ", ",", StringComparison.Ordinal)));
        Assert.Equal("?one=1&two=a%20b", answer.Text);
    }

    [Fact]
    public async Task Error_tells_policies_its_source_reason_and_section()
    {
        await using var door = await StartAsync($"http://127.0.0.1:{Ports.Free()}");
        using var caller = new Caller(door.Url);
        using var nobody = new Caller(door.Url, apiKey: null);

        Assert.Equal("500 forward-request BackendConnectionFailure in backend", (await caller.GetAsync("api/x")).Header("x-error"));
        Assert.Equal("401 authorization SubscriptionKeyNotFound in", (await nobody.GetAsync("api/x")).Header("x-error"));
        Assert.Equal("404 configuration OperationNotFound in", (await caller.SendAsync(HttpMethod.Put, "api/x")).Header("x-error"));
    }

    /// <summary>One API over one backend.</summary>
    private static Task<Door> StartAsync(string backend, string inbound = "", string forward = "buffer-response='false'")
    {
        JsonNode Resource(string type, string name, JsonObject properties) =>
            new JsonObject { ["type"] = $"Microsoft.ApiManagement/service/{type}", ["name"] = $"apim/{name}", ["properties"] = properties };
        return Door.StartAsync(
            [
                Resource("apis", "api", new()
                {
                    ["path"] = "api",
                    ["serviceUrl"] = "https://backend.example",
                    ["subscriptionKeyParameterNames"] = new JsonObject { ["header"] = "api-key", ["query"] = "api-key" },
                }),
                Resource("apis/operations", "api/get", new() { ["method"] = "GET", ["urlTemplate"] = "/*" }),
                Resource("apis/operations", "api/post", new() { ["method"] = "POST", ["urlTemplate"] = "/*" }),
                Resource("apis/policies", "api/policy", new()
                {
                    ["value"] = $$"""
                        <policies>
                          <inbound>{{inbound}}</inbound>
                          <backend><forward-request {{forward}} /></backend>
                          <on-error>
                            <set-header name="x-error">
                              <value>@(context.Response.StatusCode + " " + context.LastError.Source + " " + context.LastError.Reason + " in " + context.LastError.Section)</value>
                            </set-header>
                          </on-error>
                        </policies>
                        """,
                }),
            ],
            new()
            {
                Subscriptions = new Dictionary<string, string> { ["a"] = Nodes.ApiKey },
                Addresses = new Dictionary<string, string> { ["backend.example"] = backend },
                Token = _ => "none",
            });
    }
}
