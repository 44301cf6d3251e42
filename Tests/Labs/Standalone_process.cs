using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using SessionAware.Tests.CosmosEmulator;
using SessionAware.Tests.NodeClient;
using SessionAware.Tests.SessionStores;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Labs;

/// <summary>The standalone program as a user starts it, in a process of its own.</summary>
public sealed class Standalone_process : StandaloneWorld
{
    public Standalone_process()
    {
        Variables["Backends__eastus2__Url"] = $"http://127.0.0.1:{Ports.Free()}";
        Variables["Backends__westus__Url"] = $"http://127.0.0.1:{Ports.Free()}";
        // They take their time; those tests that are about them have them.
        Variables["Lab__Faults"] = "false";
    }

    [Fact]
    public async Task Once_ends_with_0_where_every_expectation_held_and_leaves_a_report()
    {
        Variables.Remove("Lab__Faults");

        var run = await RunAsync("--once", "--report", "out/report.json");

        Assert.True(run.ExitCode == 0, run.StandardOutput + run.StandardError);
        Assert.Contains("/no-affinity", run.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("previous_response_not_found", run.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("20 of 20", run.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("/session-aware", run.StandardOutput, StringComparison.Ordinal);
        Assert.Empty(run.StandardError);
        var report = await ReportAsync(Path.Combine("out", "report.json"));
        var unjudged = Assert.Single(report["expectations"]!.AsArray(), expectation => expectation!["held"]?.GetValue<bool>() != true);
        Assert.Null(unjudged!["held"]);
        var skipped = Assert.Single(report["runs"]!.AsArray(), run => run!["skipped"] is not null);
        Assert.Equal("node client", skipped!["run"]!.GetValue<string>());
        Assert.All(report["resilience"]!.AsArray(), run => Assert.Null(run!["skipped"]));
    }

    [Fact]
    public async Task Once_judges_the_npm_client_too_where_its_folder_is_set()
    {
        NodeScript.RequirePackages();
        Variables["Lab__NodeClient"] = NodeScript.Folder;
        Variables.Remove("Lab__Faults");

        var run = await RunAsync("--once");

        Assert.True(run.ExitCode == 0, run.StandardOutput + run.StandardError);
        Assert.Contains("held     /session-aware keeps every conversation of the npm client", run.StandardOutput, StringComparison.Ordinal);
        Assert.DoesNotContain("skipped", run.StandardOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Once_names_node_where_there_is_none()
    {
        Variables["PATH"] = Folder;

        var run = await RunAsync("--once");

        Assert.True(run.ExitCode == 0, run.StandardOutput + run.StandardError);
        Assert.Contains("node client: No node: install Node.js 20 or later (https://nodejs.org)", run.StandardOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Once_skips_what_the_pools_file_has_no_API_for()
    {
        Variables["Gateway__PoolsFile"] = PoolsText.WithoutSessionAware();

        var run = await RunAsync("--once");

        Assert.True(run.ExitCode == 0, run.StandardOutput + run.StandardError);
        Assert.Contains(
            "JSON, streamed, JSON, one client, node client, gateway restarted, seed lab: The gateway has no API at /session-aware", run.StandardOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Once_ends_with_1_and_names_the_expectations_that_failed()
    {
        Variables["Gateway__PoolsFile"] = PoolsText.Write("""
            {
              "backends": [ { "name": "eastus2" } ],
              "pools": [ { "name": "one", "properties": { "pool": { "services": [ { "id": "/backends/eastus2" } ], "sessionAffinity": { "sessionId": { "source": "cookie" } } } } } ],
              "apis": [ { "name": "a", "properties": { "path": "no-affinity" }, "sessionAware": { "pool": "one" } },
                        { "name": "b", "properties": { "path": "cookie-affinity" }, "sessionAware": { "pool": "one" } } ]
            }
            """);

        var run = await RunAsync("--once");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Expectation failed: /no-affinity loses conversations", run.StandardError, StringComparison.Ordinal);
        Assert.Contains("FAILED", run.StandardOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Once_ends_with_1_and_names_the_refusal_where_nothing_is_replayed()
    {
        Variables["Gateway__PoolsFile"] = PoolsText.WithoutReplay();
        Variables.Remove("Lab__Faults");

        var run = await RunAsync("--once");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Expectation failed: /session-aware loses no conversation to a region that is out with its state", run.StandardError, StringComparison.Ordinal);
        Assert.Contains("5 refused", run.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("3 refused: 503 session_unavailable", run.StandardOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Once_holds_with_sessions_in_Cosmos_too()
    {
        var cosmos = await LocalCosmos.SharedAsync();
        Variables["ConnectionStrings__cosmos"] = cosmos.ConnectionString(CosmosStores.NewDatabase());
        Variables.Remove("Lab__Faults");

        var run = await RunAsync("--once", "--store", "cosmos");

        Assert.True(run.ExitCode == 0, run.StandardOutput + run.StandardError);
        Assert.Empty(run.StandardError);
        Assert.Equal("cosmos", (await ReportAsync("lab-report.json"))["store"]!.GetValue<string>());
    }

    [Fact]
    public async Task Cosmos_without_an_account_is_an_error_that_names_the_setting()
    {
        var run = await RunAsync("--once", "--store", "cosmos");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("ConnectionStrings:cosmos is not set", run.StandardError, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.StandardError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stays_up_for_requests_until_interrupted_and_stops_cleanly()
    {
        using var interrupt = new CancellationTokenSource();
        var (running, output) = await StayUpAsync(interrupt.Token);
        using var caller = new Caller(Variables["Gateway__Url"]!);
        Assert.Equal(200, (await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Hi" }, "no-affinity/openai/v1")).Status);

        await InterruptAsync(running, interrupt);

        Assert.Contains("Stopped.", output.ToString(), StringComparison.Ordinal);
        await Assert.ThrowsAsync<HttpRequestException>(() => caller.GetAsync("health"));
    }

    [Fact]
    public async Task Lab_leaves_the_gateway_that_it_restarted()
    {
        using var interrupt = new CancellationTokenSource();
        var (running, _) = await StayUpAsync(interrupt.Token);
        using var caller = new Caller(Variables["Gateway__Url"]!);

        var backends = (await caller.GetAsync("admin/backends")).Json["backends"]!.AsArray();

        // Two turns of ten conversations, four seed labs, and four turns of ten with injected histories: the gateway before this one served the rest.
        Assert.Equal((2 * 10) + (2 * 4) + (4 * 10), backends.Sum(backend => backend!["requests"]!.GetValue<int>()));

        await InterruptAsync(running, interrupt);
    }

    [Theory]
    [InlineData("Gateway__Url")]
    [InlineData("Backends__westus__Url")]
    public async Task Taken_port_is_an_error_that_names_the_setting(string setting)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        Variables[setting] = $"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}";

        var run = await RunAsync("--once");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"Set {setting} to a free address.", run.StandardError, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.StandardError, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Gateway__Url", "nonsense", "Gateway__Url is 'nonsense'")]
    [InlineData("Backends__eastus2__Url", "nonsense", "Backends__eastus2__Url is 'nonsense'")]
    [InlineData("Gateway__PoolsFile", "missing.json", "missing.json: no such file")]
    [InlineData("Lab__Conversations", "0", "Lab:Conversations must be between 4 and 10000.")]
    [InlineData("Backends__eastus2__Url", "https://east.openai.azure.com", "Everything runs in this process here")]
    [InlineData("Backends__eastus2__Url", "http://localhost:5081/openai", "Everything runs in this process here")]
    [InlineData("Gateway__PoolsFile", " ", "Gateway__PoolsFile must name a file")]
    [InlineData("Lab__Turns", "many", "'Lab:Turns'")]
    [InlineData("Lab__Faults", "maybe", "'Lab:Faults'")]
    [InlineData("Lab__Regions__centralus", "centralus", "Lab:Regions:centralus is 'centralus': it must be the root address of an emulated region")]
    [InlineData("Lab__Report", "/dev/null/report.json", "No report can be written to '/dev/null/report.json'")]
    [InlineData("Logging__LogLevel__Default", "Loud", "'Loud'")]
    public async Task Setting_that_cannot_be_is_an_error_without_a_trace(string setting, string value, string message)
    {
        Variables[setting] = value;

        var run = await RunAsync("--once");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(message, run.StandardError, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.StandardError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_option_is_refused()
    {
        var run = await RunAsync("--onec");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("--onec", run.StandardError, StringComparison.Ordinal);
    }
}
