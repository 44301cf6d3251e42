using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Gateways;

/// <summary>The gateway's own errors, whole, in the API's error shape.</summary>
public sealed class Gateway_errors
{
    [Theory]
    [InlineData("nowhere/openai/v1/responses", "/nowhere/openai/v1/responses")]
    [InlineData("", "/")]
    [InlineData("no-affinityish/v1", "/no-affinityish/v1")]
    public async Task Unknown_api_is_404(string path, string shown)
    {
        await using var gateway = await Nodes.StartGatewayAsync("http://127.0.0.1:1", "http://127.0.0.1:1");
        using var caller = new Caller(gateway.Url);

        var answer = await caller.GetAsync(path);

        AssertError(answer, 404, "invalid_request_error", "api_not_found", $"There is no API at '{shown}'. The APIs here are: /cookie-affinity, /inject, /no-affinity, /session-aware.");
        Assert.Null(answer.Header("x-backend-id"));
    }

    [Fact]
    public async Task Backend_that_cannot_be_reached_is_503_and_named()
    {
        var nobody = $"http://127.0.0.1:{Ports.Free()}";
        await using var gateway = await Nodes.StartGatewayAsync(nobody, nobody);
        using var caller = new Caller(gateway.Url);

        var answer = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Hi" }, "cookie-affinity/openai/v1");

        AssertError(answer, 503, "server_error", "backend_unavailable", "Backend 'eastus2' of pool 'cookie-affinity' cannot be reached.");
        Assert.Equal("eastus2", answer.Header("x-backend-id"));
        Assert.Equal("eastus2", answer.Header("x-backend-region"));
        // A session must not begin at a backend that is not there.
        Assert.Null(answer.Header("Set-Cookie"));
    }

    [Fact]
    public async Task Backend_name_that_does_not_resolve_is_503()
    {
        await using var gateway = await Nodes.StartGatewayAsync("http://no-such-host.invalid", "http://no-such-host.invalid");
        using var caller = new Caller(gateway.Url);

        Assert.Equal("backend_unavailable", CodeOf(await caller.GetAsync("no-affinity/x")));
    }

    [Fact]
    public async Task Connection_lost_before_the_answer_is_502()
    {
        await using var backend = await Nodes.StartBackendAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        await using var gateway = await Nodes.StartGatewayAsync(backend.Url, backend.Url);
        using var caller = new Caller(gateway.Url);

        var answer = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Hi" }, "no-affinity/openai/v1");

        AssertError(answer, 502, "server_error", "bad_gateway", "The connection to backend 'eastus2' failed before its answer was whole. The request may have been executed there.");
    }

    [Fact]
    public async Task Backend_that_stays_silent_is_504()
    {
        await using var backend = await Nodes.StartBackendAsync(context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted));
        await using var gateway = await Nodes.StartGatewayAsync(backend.Url, backend.Url, ("Gateway:ActivityTimeout", "00:00:00.200"));
        using var caller = new Caller(gateway.Url);

        var answer = await caller.GetAsync("no-affinity/x");

        AssertError(answer, 504, "server_error", "gateway_timeout", "Backend 'eastus2' did not answer in time. The request may have been executed there.");
    }

    [Fact]
    public async Task Backend_that_does_not_take_the_connection_is_503()
    {
        // A listener whose queue is full drops whoever comes next, as a region does that is out.
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        using var first = new TcpClient();
        await first.ConnectAsync((IPEndPoint)listener.LocalEndPoint!, TestContext.Current.CancellationToken);
        var full = $"http://{listener.LocalEndPoint}";
        await using var gateway = await Nodes.StartGatewayAsync(full, full, ("Gateway:ConnectTimeout", "00:00:00.200"));
        using var caller = new Caller(gateway.Url);

        AssertError(await caller.GetAsync("cookie-affinity/x"), 503, "server_error", "backend_unavailable", "Backend 'eastus2' of pool 'cookie-affinity' cannot be reached.");
    }

    [Theory]
    [InlineData("", true, 502, "bad_gateway")]
    [InlineData("event: a\nda", true, 502, "bad_gateway")]
    [InlineData("event: a\nda", false, 504, "gateway_timeout")]
    public async Task Stream_that_fails_before_its_first_whole_event_is_an_error_with_a_body(string sent, bool breaksOff, int status, string code)
    {
        await using var backend = await Nodes.StartBackendAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync(sent);
            await context.Response.Body.FlushAsync();
            if (breaksOff)
                context.Abort();
            else
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });
        await using var gateway = await Nodes.StartGatewayAsync(backend.Url, backend.Url, ("Gateway:ActivityTimeout", "00:00:00.200"));
        using var caller = new Caller(gateway.Url);

        var answer = await caller.GetAsync("no-affinity/stream");

        Assert.Equal((status, code), (answer.Status, CodeOf(answer)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Client_that_still_sends_a_far_too_large_body_sees_the_413(bool chunked)
    {
        await using var backend = await Nodes.StartBackendAsync(async context => await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted));
        await using var gateway = await Nodes.StartGatewayAsync(backend.Url, backend.Url, ("Gateway:MaxRequestBodyBytes", "2000"));
        using var http = new HttpClient(new SocketsHttpHandler());
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{gateway.Url}/no-affinity/x") { Content = new ByteArrayContent(new byte[20_000_000]) };
        request.Headers.TransferEncodingChunked = chunked;

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(413, (int)response.StatusCode);
        Assert.Contains("request_too_large", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Body_over_the_limit_is_413(bool chunked)
    {
        await using var backend = await Nodes.StartBackendAsync(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            await context.Response.WriteAsync("read it all");
        });
        await using var gateway = await Nodes.StartGatewayAsync(backend.Url, backend.Url, ("Gateway:MaxRequestBodyBytes", "2000"));
        using var http = new HttpClient(new SocketsHttpHandler());
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{gateway.Url}/no-affinity/x") { Content = new StringContent(new string('x', 2001)) };
        request.Headers.TransferEncodingChunked = chunked;

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        AssertError(
            new Answer((int)response.StatusCode, response.Headers, text),
            413, "invalid_request_error", "request_too_large", "The request body is larger than the 2000 bytes that this gateway accepts (Gateway:MaxRequestBodyBytes).");
    }

    [Fact]
    public async Task Body_at_the_limit_passes()
    {
        await using var backend = await Nodes.StartBackendAsync(context => context.Response.WriteAsync("fine"));
        await using var gateway = await Nodes.StartGatewayAsync(backend.Url, backend.Url, ("Gateway:MaxRequestBodyBytes", "2000"));
        using var caller = new Caller(gateway.Url);

        Assert.Equal("fine", (await caller.SendAsync(HttpMethod.Post, "no-affinity/x", new string('x', 2000))).Text);
    }

    [Fact]
    public async Task Error_of_a_region_comes_back_as_it_is()
    {
        await using var world = await World.StartAsync();
        using var direct = new Caller(world.EastUs2.Url);
        using var through = new Caller(world.Gateway.Url);
        var body = new { model = "gpt-4o-mini", input = "Hi", previous_response_id = "resp_x" };

        var expected = await direct.CreateAsync(body);
        var actual = await through.CreateAsync(body, "no-affinity/openai/v1");

        Assert.Equal((expected.Status, expected.Text), (actual.Status, actual.Text));
    }

    private static void AssertError(Answer answer, int status, string type, string code, string message)
    {
        Assert.Equal(status, answer.Status);
        Golden.AssertSame($$$"""{"error":{"message":"{{{message}}}","type":"{{{type}}}","param":null,"code":"{{{code}}}"}}""", answer.Text);
        Assert.NotNull(answer.Header("x-request-id"));
        Assert.NotNull(answer.Header("x-session-affinity"));
        Assert.Equal("none", answer.Header("x-session-key"));
    }

    private static string CodeOf(Answer answer) => answer.Json["error"]!["code"]!.GetValue<string>();
}
