using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using SessionAware.ClientWorker.Reports;
using SessionAware.Tests.NodeClient;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Labs;

/// <summary>The lab behind /session-aware: every conversation is kept, whoever holds it, and what cannot be shown says why.</summary>
public sealed class Session_aware_lab
{
    private const string Api = "session-aware";

    [Fact]
    public async Task Keeps_every_conversation_without_a_cookie_in_both_regions()
    {
        await using var world = await World.StartAsync();

        var (report, shown) = await LabRun.HoldAsync(world.Gateway.Url);

        Assert.True(report.AllHeld);
        Assert.Equal("sqlite", report.Store);
        Assert.Equal(["JSON", "streamed", "JSON, one client", "node client", "gateway restarted"], Runs(report).Select(run => run.Run));
        foreach (var run in Runs(report).Take(2))
        {
            Assert.Equal(("None", 10, 10, 0, 10), (run.Cookies, run.Conversations, run.Kept, run.Broken, run.Remembered));
            Assert.Empty(run.Errors);
            Assert.Equal(new Dictionary<string, int> { ["eastus2"] = 20, ["westus"] = 20 }, run.Regions);
        }

        Assert.True(Held(report, "the seed lab's second prompt is understood on /session-aware"));
        Assert.Contains("/session-aware", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keeps_conversations_of_one_client_side_by_side_in_both_regions()
    {
        await using var world = await World.StartAsync();

        var (report, shown) = await LabRun.HoldAsync(world.Gateway.Url);

        var run = Run(report, "JSON, one client");
        Assert.Equal(("PerProcess", 20, 20), (run.Cookies, run.Conversations, run.Kept));
        Assert.InRange(run.AtOnce, 2, 7);
        Assert.Equal(new Dictionary<string, int> { ["eastus2"] = 40, ["westus"] = 40 }, run.Regions);
        Assert.True(Held(report, "/session-aware keeps those of one client for the process, in both regions and side by side"));
        Assert.Contains($"{run.AtOnce} side by side", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keeps_conversations_of_the_npm_client_half_of_them_streamed()
    {
        NodeScript.RequirePackages();
        await using var world = await World.StartAsync();

        var (report, _) = await LabRun.HoldAsync(world.Gateway.Url, ("Lab:NodeClient", NodeScript.Folder));

        var run = Run(report, "node client");
        Assert.Equal((null, true, "None", 10, 4, 10), (run.Skipped, run.Streaming, run.Cookies, run.Conversations, run.Turns, run.Kept));
        Assert.Empty(run.Errors);
        Assert.Equal(new Dictionary<string, int> { ["eastus2"] = 20, ["westus"] = 20 }, run.Regions);
        Assert.True(run.LatencyMs.P50 > 0 && run.FirstEventMs.P50 > 0);
        Assert.True(Held(report, "/session-aware keeps every conversation of the npm client, which keeps no cookies"));
    }

    [Fact]
    public async Task Tells_the_npm_clients_errors_as_any_clients()
    {
        NodeScript.RequirePackages();
        // Two members, no affinity: what breaks behind a plain pool breaks for every client.
        await using var world = await World.StartAsync();
        await using var plain = await Nodes.StartGatewayAsync(
            world.EastUs2.Url, world.WestUs.Url, ("Gateway:PoolsFile", PoolsText.Write(["no-affinity", "cookie-affinity", Api])));

        var (report, _) = await LabRun.HoldAsync(plain.Url, ("Lab:NodeClient", NodeScript.Folder));
        var (unreachable, _) = await LabRun.HoldAsync($"http://127.0.0.1:{Ports.Free()}", ("Lab:NodeClient", NodeScript.Folder), ("Lab:Conversations", "4"));

        Assert.Equal([new ErrorCount("previous_response_not_found", 400, 10)], Run(report, "node client").Errors);
        Assert.False(Held(report, "/session-aware keeps every conversation of the npm client, which keeps no cookies"));
        Assert.False(Held(report, "/session-aware keeps every conversation without a cookie: each remembers its own nonce"));
        Assert.False(Held(report, "/session-aware keeps those of one client for the process, in both regions and side by side"));
        Assert.Equal([new ErrorCount("connection_failed", 0, 2)], Run(unreachable, "node client").Errors);
    }

    [Fact]
    public async Task Ends_the_npm_client_when_it_is_cancelled()
    {
        NodeScript.RequirePackages();
        using var cancel = new CancellationTokenSource();
        var gone = new TaskCompletionSource();
        await using var silent = await Nodes.StartBackendAsync(async context =>
        {
            if (!context.Request.Headers.UserAgent.ToString().StartsWith("OpenAI/JS", StringComparison.Ordinal))
                return;
            context.RequestAborted.Register(gone.SetResult);
            await cancel.CancelAsync();
            await gone.Task;
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            LabRun.HoldAsync(silent.Url, restart: null, cancel.Token, ("Lab:NodeClient", NodeScript.Folder), ("Lab:Conversations", "4")));

        await gone.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Keeps_conversations_whose_gateway_is_restarted_in_their_middle()
    {
        await using var world = await World.StartAsync();
        await using var gateway = await RestartableGateway.StartAsync(world);

        var (report, _) = await LabRun.HoldAsync(gateway);

        var run = Run(report, "gateway restarted");
        Assert.Equal((null, true, 10, 10), (run.Skipped, run.Streaming, run.Conversations, run.Kept));
        Assert.Equal(new Dictionary<string, int> { ["eastus2"] = 20, ["westus"] = 20 }, run.Regions);
        Assert.True(Held(report, "/session-aware keeps every conversation through a restart of the gateway"));
        Assert.Equal(2, gateway.Started.Count);
        // The first one is gone, and its memory with it.
        Assert.Throws<ObjectDisposedException>(() => gateway.Started[0].App.Services.GetService(typeof(IHostApplicationLifetime)));
    }

    [Fact]
    public async Task Fails_its_expectation_where_the_restarted_gateway_knows_no_sessions()
    {
        await using var world = await World.StartAsync();
        await using var gateway = await RestartableGateway.StartAsync(world, forgetful: true);

        var (report, _) = await LabRun.HoldAsync(gateway);

        Assert.Equal([new ErrorCount("previous_response_not_found", 400, 10)], Run(report, "gateway restarted").Errors);
        Assert.Equal(
            ["/session-aware keeps every conversation through a restart of the gateway"],
            report.Expectations.Where(expectation => expectation.Held == false).Select(expectation => expectation.Name));
    }

    [Fact]
    public async Task Says_why_it_skips_what_it_cannot_show()
    {
        await using var world = await World.StartAsync();
        var folder = Scratch.Folder("no-npm");

        var (report, shown) = await LabRun.HoldAsync(world.Gateway.Url, ("Lab:NodeClient", folder), ("Lab:Conversations", "4"));

        Assert.True(report.AllHeld);
        Assert.Contains($"No npm package openai in {folder}: run 'npm ci' in the repository's Tests/NodeClient", Run(report, "node client").Skipped, StringComparison.Ordinal);
        Assert.Contains("as Standalone does", Run(report, "gateway restarted").Skipped, StringComparison.Ordinal);
        Assert.All([Run(report, "node client"), Run(report, "gateway restarted")], run => Assert.Equal((0, 0, 0), (run.Conversations, run.Kept, run.Broken)));
        Assert.Null(Held(report, "/session-aware keeps every conversation of the npm client, which keeps no cookies"));
        Assert.Null(Held(report, "/session-aware keeps every conversation through a restart of the gateway"));
        Assert.Contains("skipped  node client: ", shown, StringComparison.Ordinal);
        Assert.Contains("skipped  gateway restarted: Only who hosts the gateway can restart it", shown, StringComparison.Ordinal);
        Assert.Contains("skipped  /session-aware keeps every conversation through a restart of the gateway", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Skips_the_API_where_the_gateway_has_none()
    {
        await using var world = await World.StartAsync();
        await using var gateway = await Nodes.StartGatewayAsync(world.EastUs2.Url, world.WestUs.Url, ("Gateway:PoolsFile", PoolsText.WithoutSessionAware()));

        var (report, shown) = await LabRun.HoldAsync(gateway.Url);

        Assert.True(report.AllHeld);
        Assert.Equal("none", report.Store);
        Assert.All(
            Runs(report).Append(Assert.Single(report.SeedLab, run => run.Api == Api)),
            run => Assert.StartsWith("The gateway has no API at /session-aware", run.Skipped, StringComparison.Ordinal));
        // And no run meets faults: there is no emulator to order them at.
        Assert.Equal(6 + 5, report.Expectations.Count(expectation => expectation.Held is null));
        Assert.Contains("The gateway has no API at /session-aware", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sends_no_cookies_but_those_that_the_one_client_keeps_by_itself()
    {
        var cookies = new ConcurrentQueue<bool>();
        await using var gateway = await Nodes.StartBackendAsync(context =>
        {
            if (context.Request.Path.StartsWithSegments($"/{Api}"))
                cookies.Enqueue(context.Request.Headers.Cookie.Count > 0);
            context.Response.Headers.SetCookie = "lab=1";
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(
                """{"id":"resp_1","object":"response","created_at":1,"model":"m","output":[],"tools":[],"parallel_tool_calls":true,"status":"completed"}""");
        });

        await LabRun.HoldAsync(gateway.Url, ("Lab:Conversations", "4"), ("Lab:Turns", "2"));

        // Two turns of two conversations, the first of two that no stream answers, then the one client's two of four, then the seed lab's.
        Assert.Equal((4 + 2) + 8 + 8, cookies.Count);
        Assert.DoesNotContain(true, cookies.Take(6));
        Assert.Contains(true, cookies.Skip(6).Take(8));
        Assert.DoesNotContain(true, cookies.Skip(6 + 8));
    }

    private static IEnumerable<RunReport> Runs(LabReport report) => report.Runs.Where(run => run.Api == Api);

    private static RunReport Run(LabReport report, string label) => Assert.Single(Runs(report), run => run.Run == label);

    private static bool? Held(LabReport report, string name) => Assert.Single(report.Expectations, expectation => expectation.Name == name).Held;
}
