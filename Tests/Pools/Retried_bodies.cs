using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Pools;

/// <summary>A request that is sent again arrives whole, whatever became of its body the first time.</summary>
public sealed class Retried_bodies
{
    [Fact]
    public async Task Request_arrives_whole_at_the_second_backend_though_the_first_has_read_it()
    {
        await using var world = await PoolWorld.OfTwoAsync(retry: """{ "count": 2 }""");
        var body = RandomNumberGenerator.GetBytes(5 * 1024 * 1024);
        world["a"].Next(async context =>
        {
            Unlimited(context);
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            context.Response.StatusCode = 429;
        });
        world["b"].Next(async context =>
        {
            Unlimited(context);
            await context.Response.WriteAsync(
                $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {context.Request.Headers["x-mine"]} {Convert.ToHexString(await SHA256.HashDataAsync(context.Request.Body, context.RequestAborted))}");
        });
        using var http = new HttpClient(new SocketsHttpHandler());
        using var request = new HttpRequestMessage(HttpMethod.Put, $"{world.Gateway.Url}/pool/x?y=1") { Content = new ByteArrayContent(body), Headers = { { "x-mine", "m" } } };

        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal($"PUT /x?y=1 m {Convert.ToHexString(SHA256.HashData(body))}", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Request_arrives_whole_though_the_first_backend_answered_before_reading_it(bool chunked)
    {
        await using var world = await PoolWorld.OfTwoAsync(retry: """{ "count": 2 }""");
        world["a"].Next(429);
        world["b"].Next(async context =>
        {
            Unlimited(context);
            await context.Response.WriteAsync(Convert.ToHexString(await SHA256.HashDataAsync(context.Request.Body, context.RequestAborted)));
        });
        var body = RandomNumberGenerator.GetBytes(5 * 1024 * 1024);
        using var http = new HttpClient(new SocketsHttpHandler());
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{world.Gateway.Url}/pool") { Content = new ByteArrayContent(body) };
        request.Headers.TransferEncodingChunked = chunked;

        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(Convert.ToHexString(SHA256.HashData(body)), await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>The head and half an event have arrived for certain when the connection ends, and the request has a body.</summary>
    [Fact]
    public async Task Stream_that_ends_within_its_first_event_is_retried_with_the_whole_body()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        async Task BreakAsync()
        {
            using var connection = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
            await using var stream = connection.GetStream();
            await stream.ReadAtLeastAsync(new byte[1000], 10, cancellationToken: TestContext.Current.CancellationToken);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nevent:\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        }

        var broken = BreakAsync();
        await using var world = await PoolWorld.OfTwoAsync(
            breaker: null, retry: """{ "count": 1, "condition": { "statusCodeRanges": [ { "min": 502, "max": 502 } ] } }""", settings: ("Backends:a:Url", $"http://{listener.LocalEndpoint}"));
        world["b"].Next(context => context.Request.Body.CopyToAsync(context.Response.Body, context.RequestAborted));
        using var caller = world.Call();

        var answer = await caller.SendAsync(HttpMethod.Post, "pool", "the whole body");

        Assert.Equal((200, "the whole body"), (answer.Status, answer.Text));
        await broken;
    }

    [Fact]
    public async Task Body_over_the_limit_is_no_failure_of_a_backend_and_not_sent_again()
    {
        await using var world = await PoolWorld.OfTwoAsync(
            retry: """{ "count": 2, "condition": { "statusCodeRanges": [ { "min": 400, "max": 599 } ] } }""", settings: ("Gateway:MaxRequestBodyBytes", "2000"));
        foreach (var backend in (string[])["a", "b"])
            world[backend].Next(context => context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted));
        using var http = new HttpClient(new SocketsHttpHandler());
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{world.Gateway.Url}/pool") { Content = new ByteArrayContent(new byte[100_000]) };
        request.Headers.TransferEncodingChunked = true;

        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(413, (int)answer.StatusCode);
        Assert.InRange(world["a"].Requests + world["b"].Requests, 0, 1);
        Assert.All(
            await Task.WhenAll(world.StateOfAsync("a"), world.StateOfAsync("b")),
            state => Assert.Equal(0, state["circuit_breaker"]!["failures_in_window"]!.GetValue<int>()));
    }

    private static void Unlimited(HttpContext context) => context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
}
