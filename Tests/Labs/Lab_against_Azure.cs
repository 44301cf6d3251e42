using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using SessionAware.ClientWorker.Reports;
using SessionAware.ServiceDefaults;
using SessionAware.Tests.NodeClient;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Labs;

/// <summary>The lab where API Management balances: it says whom it talks to, sends its key as that expects it, and asks for no more than what is published.</summary>
public sealed class Lab_against_Azure
{
    private static readonly (string Name, string? Value) s_azure = (DeploymentTargets.Setting, "Azure");

    [Fact]
    public async Task Says_what_it_runs_against_and_at_which_address_first_of_all_and_in_its_report()
    {
        await using var world = await World.StartAsync();

        var (report, shown) = await LabRun.HoldAsync(world.Gateway.Url, s_azure, ("Lab:Conversations", "4"));

        Assert.StartsWith($"The lab against Azure: 4 conversations of 4 turns for each API of {world.Gateway.Url}, half of them streamed.", shown, StringComparison.Ordinal);
        Assert.Equal((DeploymentTarget.Azure, world.Gateway.Url), (report.Target, report.Gateway));
        Assert.Empty(report.Expectations.Where(expectation => expectation.Held == false).Select(expectation => expectation.Name));
    }

    [Fact]
    public async Task Names_what_is_missing_for_what_only_emulated_regions_and_a_host_can_show()
    {
        await using var world = await World.StartAsync();

        var (report, shown) = await LabRun.HoldAsync(world.Gateway.Url, s_azure, ("Lab:Conversations", "4"));

        Assert.All(
            report.Resilience.SkipLast(1),
            run => Assert.Equal("Faults can be ordered at emulated regions alone, and Lab__Regions__<backend> names none.", run.Skipped));
        Assert.Contains("skipped  gateway restarted: Only who hosts the gateway can restart it, as Standalone does", shown, StringComparison.Ordinal);
        Assert.All([.. report.Runs, .. report.SeedLab, .. report.Resilience], run => Assert.Equal(run.Skipped is null, run.Conversations > 0));
    }

    [Theory]
    [InlineData("Local")]
    [InlineData("Azure")]
    public async Task Every_request_of_either_client_has_the_key_as_api_key_and_no_other_credential(string target)
    {
        NodeScript.RequirePackages();
        var headers = new List<(bool ByNode, string Key, string Authorization)>();
        await using var gateway = await Nodes.StartBackendAsync(context =>
        {
            var sent = context.Request.Headers;
            lock (headers)
                headers.Add((sent.UserAgent.ToString().StartsWith("OpenAI/JS", StringComparison.Ordinal), sent["api-key"].ToString(), sent.Authorization.ToString()));
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(
                """{"id":"resp_1","object":"response","created_at":1,"model":"m","output":[],"tools":[],"parallel_tool_calls":true,"status":"completed"}""");
        });

        await LabRun.HoldAsync(
            gateway.Url, (DeploymentTargets.Setting, target), ("Lab:ApiKey", "a-subscription's-key"), ("Lab:NodeClient", NodeScript.Folder), ("Lab:Conversations", "4"));

        Assert.Equal([false, true], headers.Select(sent => sent.ByNode).Distinct().Order());
        Assert.All(headers, sent => Assert.Equal(("a-subscription's-key", ""), (sent.Key, sent.Authorization)));
    }

    [Fact]
    public async Task Region_accepts_the_key_as_both_clients_send_it()
    {
        NodeScript.RequirePackages();
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:ApiKeys:0", "the-region's-own-key")]);
        await using var gateway = await Nodes.StartGatewayAsync(region.Url, region.Url);

        var (report, _) = await LabRun.HoldAsync(gateway.Url, ("Lab:ApiKey", "the-region's-own-key"), ("Lab:NodeClient", NodeScript.Folder), ("Lab:Conversations", "4"));

        Assert.All(report.Runs.Where(run => run.Run != "gateway restarted"), run => Assert.Equal((run.Conversations, 0), (run.Kept, run.Errors.Count)));
    }

    /// <summary>What instances that take turns each by itself come to, in an order that is always the same: a region has two turns in a row now and then.</summary>
    [Theory]
    [InlineData("Local", "/inject has any region serve any turn: no two in a row are in the same one", false)]
    [InlineData("Azure", "/inject has any region serve any turn: conversations are remembered wherever they go on", true)]
    public async Task Conversations_that_luck_keeps_are_no_fault_where_balancing_is_approximate(string target, string injected, bool held)
    {
        await using var world = await World.StartAsync();
        await using var gateway = await Nodes.StartGatewayAsync(world.EastUs2.Url, world.WestUs.Url, ("Gateway:PoolsFile", Uneven()));

        var (report, _) = await LabRun.HoldAsync(gateway.Url, (DeploymentTargets.Setting, target), ("Lab:Conversations", "8"), ("Lab:Turns", "2"));

        var plain = report.Runs.Where(run => run.Api == "no-affinity").ToList();
        Assert.All(plain, run => Assert.InRange(run.Kept, 1, run.Conversations - 1));
        Assert.All(plain.SelectMany(run => run.Errors), error => Assert.Equal(("previous_response_not_found", 400), (error.Code, error.Status)));
        Assert.Equal(held, Held(report, injected));
        Assert.Equal(held ? [] : [injected], report.Expectations.Where(expectation => expectation.Held == false).Select(expectation => expectation.Name));
    }

    [Theory]
    [InlineData("Local", 4)]
    [InlineData("Azure", 10)]
    public async Task So_many_of_the_seed_labs_conversations_begin_without_affinity_that_luck_cannot_keep_them_all(string target, int conversations)
    {
        await using var world = await World.StartAsync();

        var (report, _) = await LabRun.HoldAsync(world.Gateway.Url, (DeploymentTargets.Setting, target), ("Lab:Conversations", "4"));

        Assert.Equal([conversations, 4, 4], report.SeedLab.Select(run => run.Conversations));
    }

    [Fact]
    public async Task Fails_its_expectations_against_Azure_too_where_nothing_breaks_and_one_region_serves_all()
    {
        await using var region = await Nodes.StartRegionAsync();
        await using var gateway = await Nodes.StartGatewayAsync(region.Url, region.Url);

        var (report, _) = await LabRun.HoldAsync(gateway.Url, s_azure, ("Lab:Conversations", "4"));

        Assert.False(Held(report, "/no-affinity loses conversations, always with 400 previous_response_not_found"));
        Assert.False(Held(report, "the seed lab's second prompt is lost on /no-affinity"));
        Assert.False(Held(report, "/session-aware spreads conversations: each region holds at least a quarter"));
    }

    [Fact]
    public async Task API_that_API_Management_does_not_have_is_named()
    {
        await using var management = await RefusingManagementAsync(404, "Resource not found");

        var (report, shown) = await LabRun.HoldAsync(management.Url, s_azure, ("Lab:Conversations", "4"));

        Assert.All(report.Runs.Where(run => run.Api == "session-aware"), run => Assert.Equal(
            "API Management has no API at /session-aware: give it one that leads to the gateway's /session-aware.", run.Skipped));
        Assert.Equal("API Management has no API at /inject: give it one that leads to the gateway's /inject.", report.Resilience[^1].Skipped);
        Assert.Contains("skipped  injected histories: API Management has no API at /inject", shown, StringComparison.Ordinal);
        // The other two are what the lab is about.
        Assert.All(report.Runs.Where(run => run.Api != "session-aware"), run => Assert.Equal([new ErrorCount("refused_by_api_management", 404, run.Conversations)], run.Errors));
        Assert.False(report.AllHeld);
    }

    [Fact]
    public async Task Key_that_API_Management_does_not_take_is_its_refusal_and_no_reason_to_skip()
    {
        await using var management = await RefusingManagementAsync(401, "Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription.");

        var (report, shown) = await LabRun.HoldAsync(management.Url, s_azure, ("Lab:Conversations", "4"), ("Lab:ApiKey", "a-wrong-key"));

        Assert.All(
            report.Runs.Where(run => run.Run is not ("node client" or "gateway restarted")),
            run => Assert.Equal([new ErrorCount("refused_by_api_management", 401, run.Conversations)], run.Errors));
        Assert.Contains("4 × 401", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("a-wrong-key", shown, StringComparison.Ordinal);
    }

    /// <summary>Answers everything as API Management does by itself.</summary>
    private static Task<WebNode> RefusingManagementAsync(int status, string message) => Nodes.StartBackendAsync(context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync($$"""{ "statusCode": {{status}}, "message": "{{message}}" }""");
    });

    /// <summary>The repository's pools file, but that eastus2 has twice the weight.</summary>
    private static string Uneven()
    {
        var pools = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "pools.json")))!;
        foreach (var pool in pools["pools"]!.AsArray())
        {
            foreach (var (index, member) in pool!["properties"]!["pool"]!["services"]!.AsArray().Index())
                member!["weight"] = index == 0 ? 2 : 1;
        }

        return PoolsText.Write(pools.ToJsonString());
    }

    private static bool? Held(LabReport report, string name) => Assert.Single(report.Expectations, expectation => expectation.Name == name).Held;
}
