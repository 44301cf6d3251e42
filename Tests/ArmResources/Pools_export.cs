using System.Text.Json.Nodes;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.ArmResources;

/// <summary><c>gateway pools export</c>: an ARM template out, and nothing lost on the way.</summary>
public sealed class Pools_export
{
    private static readonly string s_listing = File.ReadAllText(Path.Combine(Repository.Root, "Tests", "ArmResources", "apim-listing.json"));

    [Fact]
    public async Task Export_without_an_address_says_which_setting_is_missing()
    {
        var export = await GatewayCommand.RunAsync(["export", "--file", PoolsText.Write(["p"])]);

        Assert.Equal((1, ""), (export.ExitCode, export.StandardOutput));
        Assert.Contains("backend 'westus' has no address: set Backends__westus__Url", export.StandardError, StringComparison.Ordinal);
    }

    /// <summary>What the gateway would not run is not exported, with the same words.</summary>
    [Fact]
    public async Task Export_of_a_faulty_file_names_every_fault()
    {
        var export = await GatewayCommand.RunAsync(["export", "--file", PoolsText.Write("""
            { "backends": [ { "name": "a", "properties": { "url": "http://x" } }, { "name": "A", "properties": { "url": "http://x" } } ],
              "pools": [ { "name": "p", "properties": { "pool": { "services": [ { "id": "/backends/nobody" } ] } } } ],
              "apis": [ { "name": "x", "properties": { "path": "x" }, "sessionAware": { "pool": "p" } } ] }
            """)]);

        Assert.Equal((1, ""), (export.ExitCode, export.StandardOutput));
        Assert.Contains("backends: 'a' is there 2 times", export.StandardError, StringComparison.Ordinal);
        Assert.Contains("Backend Entity 'nobody' not found.", export.StandardError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exported_address_is_the_one_that_the_gateway_uses()
    {
        var pools = PoolsText.Write("""
            { "backends": [ { "name": "a", "properties": { "url": "https://old.example/openai/" } } ],
              "pools": [ { "name": "p", "properties": { "pool": { "services": [ { "id": "/backends/a" } ] } } } ],
              "apis": [ { "name": "x", "properties": { "path": "x" }, "sessionAware": { "pool": "p" } } ] }
            """);
        async Task<string> UrlAsync(params (string, string?)[] environment) =>
            JsonNode.Parse((await GatewayCommand.RunAsync(["export", "--file", pools], "", environment)).StandardOutput)!["resources"]![0]!["properties"]!["url"]!.GetValue<string>();

        Assert.Equal("https://old.example/openai/", await UrlAsync());
        Assert.Equal("https://new.example", await UrlAsync(("Backends__a__Url", "https://new.example")));
    }

    [Fact]
    public async Task Export_and_import_lose_nothing()
    {
        var imported = (await GatewayCommand.RunAsync(["import", "-"], s_listing)).StandardOutput;
        var file = PoolsText.Write(WithApi(JsonNode.Parse(imported)!.AsObject(), "inference-backend-pool"));

        var export = await GatewayCommand.RunAsync(["export", "--file", file]);
        Assert.True(export.ExitCode == 0, export.StandardError);
        var again = await GatewayCommand.RunAsync(["import", "-"], export.StandardOutput);

        Assert.Equal("", again.StandardError);
        Assert.Equal(imported, again.StandardOutput);
    }

    /// <summary>Ours stays here: API Management would refuse it.</summary>
    [Fact]
    public async Task Export_and_import_are_the_same_with_settings_of_ours_and_without()
    {
        var imported = (await GatewayCommand.RunAsync(["import", "-"], s_listing)).StandardOutput;
        var plain = JsonNode.Parse(WithApi(JsonNode.Parse(imported)!.AsObject(), "inference-backend-pool"))!;
        var ours = plain.DeepClone();
        foreach (var backend in ours["backends"]!.AsArray())
            backend!["sessionAware"] = JsonNode.Parse("""{ "dataBoundary": "us", "deployments": [ { "name": "d", "model": "gpt-4o-mini", "version": "2024-07-18" } ] }""");
        foreach (var pool in ours["pools"]!.AsArray())
            pool!["sessionAware"] = JsonNode.Parse("""{ "affinity": "ids", "replayOn": [ "outage", "throttled" ], "maxWait": "PT5S", "failBack": "return", "history": "recorded", "replayTokensPerMinute": 5000 }""");

        var export = await GatewayCommand.RunAsync(["export", "--file", PoolsText.Write(ours.ToJsonString())]);
        Assert.True(export.ExitCode == 0, export.StandardError);

        Assert.Equal((await GatewayCommand.RunAsync(["export", "--file", PoolsText.Write(plain.ToJsonString())])).StandardOutput, export.StandardOutput);
        Assert.Equal(imported, (await GatewayCommand.RunAsync(["import", "-"], export.StandardOutput)).StandardOutput);
    }

    [Fact]
    public async Task Export_compiles_into_bicep_without_a_warning()
    {
        Bicep.SkipWhereMissing();
        var imported = JsonNode.Parse((await GatewayCommand.RunAsync(["import", "-"], s_listing)).StandardOutput)!.AsObject();
        foreach (var pools in (string[])[PoolsText.Write(WithApi(imported, "inference-backend-pool")), Path.Combine(Repository.Root, "pools.json")])
        {
            var folder = Scratch.Folder("bicep");
            var export = await GatewayCommand.RunAsync(
                ["export", "--file", pools], "", ("Backends__eastus2__Url", "https://east.example"), ("Backends__westus__Url", "https://west.example"));
            await File.WriteAllTextAsync(Path.Combine(folder, "apim.json"), export.StandardOutput, TestContext.Current.CancellationToken);
            await Bicep.RunAsync(folder, "decompile", "apim.json");

            var text = await File.ReadAllTextAsync(Path.Combine(folder, "apim.bicep"), TestContext.Current.CancellationToken);
            Assert.Contains("'Microsoft.ApiManagement/service/backends@2025-09-01-preview'", text, StringComparison.Ordinal);
            var build = await Bicep.RunAsync(folder, "build", "apim.bicep", "--stdout");
            Assert.Equal((0, ""), (build.ExitCode, build.StandardError));
            var lint = await Bicep.RunAsync(folder, "lint", "apim.bicep");
            Assert.Equal((0, ""), (lint.ExitCode, lint.StandardError));

            // What Bicep makes of it is still the same.
            Assert.Equal(
                (await GatewayCommand.RunAsync(["import", "-"], export.StandardOutput)).StandardOutput,
                (await GatewayCommand.RunAsync(["import", "-"], build.StandardOutput)).StandardOutput);
        }
    }

    /// <summary>The compiler's word is only worth something if it finds what is wrong.</summary>
    [Fact]
    public async Task Bicep_warns_about_a_field_that_is_in_no_published_version()
    {
        Bicep.SkipWhereMissing();
        var folder = Scratch.Folder("bicep");
        await File.WriteAllTextAsync(
            Path.Combine(folder, "apim.bicep"),
            "resource a 'Microsoft.ApiManagement/service/backends@2025-09-01-preview' = {\n  name: 'x/a'\n  properties: {\n    type: 'Pool'\n    pool: {\n      services: [\n        {\n          id: '/backends/b'\n          weigth: 1\n        }\n      ]\n    }\n  }\n}\n",
            TestContext.Current.CancellationToken);

        Assert.Contains("BCP089", (await Bicep.RunAsync(folder, "build", "apim.bicep", "--stdout")).StandardError, StringComparison.Ordinal);
    }

    private static string WithApi(JsonObject entries, string pool)
    {
        var file = entries.DeepClone().AsObject();
        file["apis"] = JsonNode.Parse($$"""[ { "name": "api", "properties": { "path": "api" }, "sessionAware": { "pool": "{{pool}}" } } ]""");
        return file.ToJsonString();
    }
}
