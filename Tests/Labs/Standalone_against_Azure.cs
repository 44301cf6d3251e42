using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Labs;

/// <summary>The standalone program against deployments that are there already, here regions in processes of their own: it starts the gateway and the lab alone.</summary>
public sealed class Standalone_against_Azure : StandaloneWorld
{
    public Standalone_against_Azure() => (Variables["SessionAware__Target"], Variables["Lab__Conversations"]) = ("Azure", "4");

    [Fact]
    public async Task Once_runs_the_lab_through_its_gateway_against_deployments_that_it_did_not_start()
    {
        await using var eastus2 = await RegionProcess.StartAsync("eastus2");
        await using var westus = await RegionProcess.StartAsync("westus");
        foreach (var region in new[] { eastus2, westus })
        {
            Variables[$"Backends__{region.Name}__Url"] = region.Url;
            Variables[$"Backends__{region.Name}__ApiKey"] = Nodes.ApiKey;
        }

        var run = await RunAsync("--once");

        Assert.True(run.ExitCode == 0, run.StandardOutput + run.StandardError);
        Assert.Empty(run.StandardError);
        Assert.Contains($"The lab against Azure: 4 conversations of 4 turns for each API of {Variables["Gateway__Url"]}, half of them streamed.", run.StandardOutput, StringComparison.Ordinal);
        foreach (var region in new[] { eastus2, westus })
        {
            Assert.Matches($@"{region.Name}\s+{region.Url}", run.StandardOutput);
            Assert.NotEqual(0, await region.StoredAsync());
        }

        var report = await ReportAsync();
        Assert.Equal(("Azure", Variables["Gateway__Url"], "sqlite"), (report["target"]!.GetValue<string>(), report["gateway"]!.GetValue<string>(), report["store"]!.GetValue<string>()));
        // The gateway is its own, and may be restarted; the deployments take no orders.
        var skipped = report["runs"]!.AsArray().Concat(report["resilience"]!.AsArray()).Where(run => run!["skipped"] is not null).Select(run => run!["run"]!.GetValue<string>());
        Assert.Equal(["node client", "region out, state lost", "region out, state kept", "429, Retry-After 1 s", "429, Retry-After 3 s", "visibility lag"], skipped);
    }

    [Fact]
    public async Task Addresses_that_are_missing_are_named_all_at_once()
    {
        var run = await RunAsync("--once");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["The settings are not valid:", Missing("eastus2"), Missing("westus")], run.StandardError.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Address_that_is_missing_is_named_beside_any_other_fault_of_addresses()
    {
        Variables["Backends__westus__Url"] = "https://west.openai.azure.com";
        Variables["Gateway__Url"] = "https://localhost:5080";

        var run = await RunAsync("--once");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Gateway__Url is 'https://localhost:5080'. Everything runs in this process here", run.StandardError, StringComparison.Ordinal);
        Assert.Contains(Missing("eastus2"), run.StandardError, StringComparison.Ordinal);
        Assert.DoesNotContain("westus", run.StandardError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deployment_without_the_target_is_an_error_that_names_it()
    {
        Variables["SessionAware__Target"] = null;
        Variables["Backends__westus__Url"] = "https://west.openai.azure.com";

        var run = await RunAsync("--once");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Deployments in Azure need SessionAware__Target=Azure.", run.StandardError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Target_that_is_none_is_an_error_without_a_trace()
    {
        Variables["SessionAware__Target"] = "1";

        var run = await RunAsync("--once");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("SessionAware:Target is '1': it must be Local or Azure.", run.StandardError, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.StandardError, StringComparison.Ordinal);
    }

    private static string Missing(string backend) =>
        $"  - Backends__{backend}__Url is not set, and SessionAware:Target is Azure: set it to the address of the deployment's account, for example https://my-account.openai.azure.com.";
}
