using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Gateways;

/// <summary>What reaches a backend and what comes back.</summary>
public sealed class Forwarding
{
    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    public async Task Every_method_and_path_reaches_the_backend_as_it_was_sent(string method)
    {
        await using var backend = await Nodes.StartBackendAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            context.Response.StatusCode = 207;
            context.Response.Headers["x-from-backend"] = "yes";
            await context.Response.WriteAsync($"{context.Request.Method} {context.Request.GetEncodedPathAndQuery()} {context.Request.Headers["x-mine"]} {await reader.ReadToEndAsync()}");
        });
        await using var gateway = await Nodes.StartGatewayAsync(backend.Url, backend.Url);
        using var caller = new Caller(gateway.Url);

        var answer = await caller.SendAsync(new HttpMethod(method), "no-affinity/openai/v1/any/a%20b%2Fc?x=1&y=%2B", method is "GET" ? null : "some body", ("x-mine", "m"));

        Assert.Equal(207, answer.Status);
        Assert.Equal($"{method} /openai/v1/any/a%20b%2Fc?x=1&y=%2B m {(method is "GET" ? "" : "some body")}", answer.Text);
        Assert.Equal("yes", answer.Header("x-from-backend"));
    }

    [Theory]
    [InlineData("no-affinity/a%2Fb?q=%2F", "/a%2Fb?q=%2F")]
    [InlineData("no-affinity/a%252Fb", "/a%252Fb")]
    [InlineData("no-affinity/..%2fadmin", "/..%2fadmin")]
    [InlineData("no%2Daffinity/a%2Fb", "/a%2Fb")]
    [InlineData("no-affinity/caf%C3%A9/a%20b", "/caf%C3%A9/a%20b")]
    [InlineData("no-affinity//double//slash/", "//double//slash/")]
    [InlineData("no-affinity", "/")]
    public async Task Path_keeps_the_encoding_that_the_caller_chose(string sent, string seen)
    {
        await using var backend = await Nodes.StartBackendAsync(context => context.Response.WriteAsync(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget));
        await using var gateway = await Nodes.StartGatewayAsync(backend.Url, backend.Url);
        using var caller = new Caller(gateway.Url);

        Assert.Equal(seen, (await caller.GetAsync(sent)).Text);
    }

    [Fact]
    public async Task Header_bytes_beyond_ascii_pass_both_ways()
    {
        await using var backend = await WebNode.StartAsync(
            builder => builder.Services.Configure<KestrelServerOptions>(kestrel =>
            {
                kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
                kestrel.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;
            }),
            app => app.MapFallback("{**path}", context =>
            {
                context.Response.Headers["x-echo"] = context.Request.Headers["x-name"];
                return Task.CompletedTask;
            }));
        await using var gateway = await Nodes.StartGatewayAsync(backend.Url, backend.Url);
        using var http = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1, ResponseHeaderEncodingSelector = (_, _) => Encoding.Latin1 });
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{gateway.Url}/no-affinity/x") { Headers = { { "x-name", "héé" } } };

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal("héé", Assert.Single(response.Headers.GetValues("x-echo")));
    }

    [Fact]
    public async Task Host_is_the_backends_own()
    {
        await using var backend = await Nodes.StartBackendAsync(context => context.Response.WriteAsync(context.Request.Host.Value!));
        await using var gateway = await Nodes.StartGatewayAsync(backend.Url, backend.Url);
        using var caller = new Caller(gateway.Url);

        Assert.Equal(new Uri(backend.Url).Authority, (await caller.GetAsync("no-affinity/host")).Text);
    }

    [Theory]
    [InlineData("given-1", true)]
    [InlineData("two words", false)]
    [InlineData(null, false)]
    public async Task Request_id_is_the_callers_or_a_new_one_and_the_same_on_both_sides(string? given, bool kept)
    {
        await using var backend = await Nodes.StartBackendAsync(context =>
        {
            context.Response.Headers["x-request-id"] = "the backend's own";
            return context.Response.WriteAsync(context.Request.Headers["x-request-id"].ToString());
        });
        await using var gateway = await Nodes.StartGatewayAsync(backend.Url, backend.Url);
        using var caller = new Caller(gateway.Url);

        var answer = await caller.SendAsync(HttpMethod.Get, "no-affinity/id", body: null, given is null ? [] : [("x-request-id", given)]);

        Assert.Equal(answer.Text, answer.Header("x-request-id"));
        Assert.Equal(kept, answer.Text == given);
        Assert.NotEmpty(answer.Text);
    }

    [Fact]
    public async Task Thirty_megabytes_pass_through_unchanged()
    {
        await using var backend = await Nodes.StartBackendAsync(async context =>
        {
            context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
            await context.Response.WriteAsync(Convert.ToHexString(await SHA256.HashDataAsync(context.Request.Body, context.RequestAborted)));
        });
        await using var gateway = await Nodes.StartGatewayAsync(backend.Url, backend.Url);
        using var http = new HttpClient(new SocketsHttpHandler());
        var body = RandomNumberGenerator.GetBytes(30 * 1024 * 1024);

        using var response = await http.PostAsync(new Uri($"{gateway.Url}/no-affinity/files"), new ByteArrayContent(body), TestContext.Current.CancellationToken);

        Assert.Equal(Convert.ToHexString(SHA256.HashData(body)), await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Web_socket_passes_through()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var backend = await WebNode.StartAsync(_ => { }, app =>
        {
            app.UseWebSockets();
            app.MapFallback("{**path}", async context =>
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                var buffer = new byte[100];
                var received = await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted);
                await socket.SendAsync(buffer.AsMemory(0, received.Count), WebSocketMessageType.Text, endOfMessage: true, context.RequestAborted);
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", context.RequestAborted);
            });
        });
        await using var gateway = await Nodes.StartGatewayAsync(backend.Url, backend.Url);
        using var client = new ClientWebSocket();

        await client.ConnectAsync(new Uri(gateway.Url.Replace("http:", "ws:", StringComparison.Ordinal) + "/no-affinity/openai/v1/responses"), cancel);
        await client.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, cancel);
        var answer = new byte[100];
        var length = (await client.ReceiveAsync(answer.AsMemory(), cancel)).Count;

        Assert.Equal("hello", Encoding.UTF8.GetString(answer, 0, length));
    }

    [Fact]
    public async Task Client_that_hangs_up_is_seen_by_the_backend()
    {
        var hungUp = new TaskCompletionSource();
        var arrived = new TaskCompletionSource();
        await using var backend = await Nodes.StartBackendAsync(async context =>
        {
            context.RequestAborted.Register(hungUp.SetResult);
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("event: a\ndata: 1\n\n");
            arrived.SetResult();
            await hungUp.Task;
        });
        await using var gateway = await Nodes.StartGatewayAsync(backend.Url, backend.Url);
        using (var raw = await RawHttp.PostAsync($"{gateway.Url}/no-affinity/stream", "{}"))
            await arrived.Task.WaitAsync(TestContext.Current.CancellationToken);

        await hungUp.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        using var caller = new Caller(gateway.Url);
        Assert.Equal(200, (await caller.GetAsync("health")).Status);
    }
}
