using System.Text.Json.Nodes;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.ArmResources;

/// <summary><c>gateway pools import</c>: APIM's own resources in, as its tools print them.</summary>
public sealed class Pools_import
{
    private static readonly string s_listing = File.ReadAllText(Path.Combine(Repository.Root, "Tests", "ArmResources", "apim-listing.json"));

    /// <summary>The PATCH of the AI-Gateway lab "Session Awareness", which has no name and three fields that no version of the resource has.</summary>
    private const string LabPatch = """
        { "properties": { "pool": {
          "services": [ { "id": "/backends/foundry1" }, { "id": "/backends/foundry2" } ],
          "sessionAffinity": { "enabled": true, "affinityType": "Cookie", "cookieName": "APIM-Backend-Affinity", "sessionId": { "source": "cookie", "name": "APIM-Backend-Affinity" } } } } }
        """;

    [Fact]
    public async Task Listing_of_az_rest_becomes_entries_with_every_published_field()
    {
        var import = await GatewayCommand.RunAsync(["import", "-"], s_listing);

        Assert.True(import.ExitCode == 0, import.StandardError);
        Assert.Equal("warning: backends[1].properties.credentials.managedIdentity is in no published version of the resource and is left out", import.StandardError.Trim());
        Golden.AssertSame(Expected(s_listing), import.StandardOutput);
    }

    [Fact]
    public async Task One_resource_and_a_bare_list_are_read_too()
    {
        var resources = JsonNode.Parse(s_listing)!["value"]!.AsArray();

        Golden.AssertSame(Expected(s_listing), (await GatewayCommand.RunAsync(["import", "-"], resources.ToJsonString())).StandardOutput);
        var one = (await GatewayCommand.RunAsync(["import", "-"], resources[0]!.ToJsonString())).StandardOutput;
        Assert.Equal("foundry1", Assert.Single(JsonNode.Parse(one)!["backends"]!.AsArray())!["name"]!.GetValue<string>());
    }

    /// <summary>az takes "properties" away and puts what is in it beside the name; the inner type is renamed.</summary>
    [Fact]
    public async Task Flattened_listing_of_az_apim_is_read_as_the_whole_one()
    {
        var flat = new JsonArray();
        foreach (var resource in JsonNode.Parse(s_listing)!["value"]!.AsArray())
        {
            var properties = resource!["properties"]!.DeepClone().AsObject();
            properties["typePropertiesType"] = properties["type"]?.DeepClone();
            foreach (var name in (string[])["id", "name", "type"])
                properties[name] = resource[name]!.DeepClone();
            properties["resourceGroup"] = "lab";
            flat.Add(properties);
        }

        Golden.AssertSame(Expected(s_listing), (await GatewayCommand.RunAsync(["import", "-"], flat.ToJsonString())).StandardOutput);
    }

    [Theory]
    [InlineData("apim-lab/east", "east")]
    [InlineData("east", "east")]
    [InlineData("[format('{0}/{1}', parameters('apim'), 'east')]", "east")]
    [InlineData("[format('{0}/east', parameters('apim'))]", "east")]
    [InlineData("[concat(variables('apim'), '/east')]", "east")]
    [InlineData("[format('{0}/{1}', parameters('apim'), parameters('backend'))]", null)]
    [InlineData("[parameters('backend')]", null)]
    public async Task Name_of_a_template_is_the_resources_own(string written, string? name)
    {
        var template = new JsonObject
        {
            ["$schema"] = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
            ["resources"] = new JsonArray(
                new JsonObject { ["type"] = "Microsoft.ApiManagement/service", ["name"] = "apim-lab" },
                new JsonObject { ["type"] = "Microsoft.ApiManagement/service/backends", ["name"] = written, ["properties"] = new JsonObject { ["url"] = "https://x.example" } }),
        };

        var import = await GatewayCommand.RunAsync(["import", "-"], template.ToJsonString());

        Assert.Equal(name is null ? 1 : 0, import.ExitCode);
        Assert.Equal(name, name is null ? null : JsonNode.Parse(import.StandardOutput)!["backends"]![0]!["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task Patch_of_the_lab_is_read_and_its_unpublished_fields_are_left_out_with_a_warning_each()
    {
        var import = await GatewayCommand.RunAsync(["import", "-", "--name", "inference-backend-pool"], LabPatch);

        Assert.Equal(0, import.ExitCode);
        Assert.Equal(
            ((string[])["enabled", "affinityType", "cookieName"]).Select(name => $"warning: pools[0].properties.pool.sessionAffinity.{name} is in no published version of the resource and is left out"),
            import.StandardError.Trim().Split('\n', StringSplitOptions.TrimEntries));
        Golden.AssertSame(
            """
            { "pools": [ { "name": "inference-backend-pool", "properties": { "pool": {
              "services": [ { "id": "/backends/foundry1" }, { "id": "/backends/foundry2" } ],
              "sessionAffinity": { "sessionId": { "source": "cookie", "name": "APIM-Backend-Affinity" } } } } } ] }
            """,
            import.StandardOutput);
    }

    [Theory]
    [InlineData("{", "line 1, byte 2: not valid JSON")]
    [InlineData("{}x", "not valid JSON")]
    [InlineData("""{ "name": "a", "properties": { "url": "\ud800" } }""", "properties.url: is no Unicode text")]
    [InlineData("""{ "name": "a", "properties": { "url": "x", "circuitBreaker": { "rules": [ { "failureCondition": { "count": 99999999999999999999 } } ] } } }""", "properties.circuitBreaker.rules[0].failureCondition.count: must be an integer")]
    [InlineData("", "there is nothing in it")]
    [InlineData("""{ "error": { "code": "AuthorizationFailed", "message": "No." } }""", "no Microsoft.ApiManagement/service/backends in it")]
    [InlineData("""{ "backends": [ { "name": "a" } ], "pools": [], "apis": [] }""", "no Microsoft.ApiManagement/service/backends in it")]
    [InlineData("[]", "no Microsoft.ApiManagement/service/backends in it")]
    [InlineData("""{ "type": "Microsoft.Storage/storageAccounts", "name": "x" }""", "no Microsoft.ApiManagement/service/backends in it")]
    [InlineData(LabPatch, "pools[0]: the resource has no name: give it with --name")]
    [InlineData("""{ "name": "p", "properties": { "type": "Pool", "url": "https://x", "pool": { "services": [ { "id": "/backends/a" } ] } } }""", "pools[0].properties.url: ValidationError: Url is not supported for backend pool.")]
    [InlineData("""{ "name": "p", "properties": { "type": "Pool", "protocol": "http", "pool": { "services": [ { "id": "/backends/a" } ] } } }""", "pools[0].properties.protocol: ValidationError: Protocol is not supported for backend pool.")]
    [InlineData("""{ "name": "p", "properties": { "type": "Pool", "pool": { "sessionAffinity": { "sessionId": { "source": "cookie" } } } } }""", "pools[0].properties.pool.services: is missing")]
    [InlineData("""{ "name": "p", "properties": { "type": "Pool", "pool": { "services": [ { "id": "/backends/a", "weight": 101 } ] } } }""", "pools[0].properties.pool.services[0].weight: must be at most 100")]
    public async Task What_is_of_no_use_is_refused_with_the_reason_and_nothing_is_printed(string json, string reason)
    {
        var import = await GatewayCommand.RunAsync(["import", "-"], json);

        Assert.Equal((1, ""), (import.ExitCode, import.StandardOutput));
        Assert.StartsWith("error: ", import.StandardError, StringComparison.Ordinal);
        Assert.Contains(reason, import.StandardError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_that_is_not_there_is_named()
    {
        var import = await GatewayCommand.RunAsync(["import", "none.json"]);

        Assert.Equal(1, import.ExitCode);
        Assert.StartsWith("none.json cannot be read: ", import.StandardError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Imported_entries_are_a_pools_file_that_the_gateway_runs()
    {
        var imported = JsonNode.Parse((await GatewayCommand.RunAsync(["import", "-"], s_listing)).StandardOutput)!.AsObject();
        await using var backend = await ScriptedBackend.StartAsync("foundry");
        await using var gateway = await Nodes.StartGatewayAsync(
        [
            new("Gateway:PoolsFile", PoolsText.Write(WithApi(imported, "inference-backend-pool"))), new("Backends:foundry2:Url", backend.Url), new("environment", "Development"),
        ]);
        using var caller = new Caller(gateway.Url);

        Assert.Equal((200, "foundry2"), ((await caller.GetAsync("api")) is var answer ? answer.Status : 0, answer.Header("x-backend-id")));
        var foundry1 = (await caller.GetAsync("admin/backends/foundry1")).Json;
        Assert.Equal(
            ("eastus2", "https://foundry1-lab.cognitiveservices.azure.com/openai", "InferenceBreakerRule"),
            (foundry1["region"]!.GetValue<string>(), foundry1["url"]!.GetValue<string>(), foundry1["circuit_breaker"]!["rule"]!.GetValue<string>()));
    }

    /// <summary>As Bicep compiles them: comments, modules, references to members, and resources of all kinds.</summary>
    [Fact]
    public async Task Template_with_modules_and_references_is_read()
    {
        var import = await GatewayCommand.RunAsync(["import", "-"], """
            // by hand
            { "$schema": "x", "resources": [
              { "type": "Microsoft.Insights/metricAlerts", "name": "alert", "properties": { "threshold": 0.5 } },
              { "type": "Microsoft.Resources/deployments", "name": "module", "properties": { "template": { "$schema": "x", "resources": { "east": {
                "type": "Microsoft.ApiManagement/service/backends", "name": "[format('{0}/{1}', parameters('apim'), 'east')]", "properties": { "url": "https://east.example", "newer": 1.5 } } } } } },
              { "type": "Microsoft.ApiManagement/service/backends", "name": "[format('{0}/{1}', parameters('apim'), 'pool')]", "properties": { "type": "Pool", "pool": { "services": [
                { "id": "[resourceId('Microsoft.ApiManagement/service/backends', parameters('apim'), 'east')]" }, { "id": "[format('/backends/{0}', 'west')]" } ] } } } ] }
            """);

        Assert.Equal("warning: backends[0].properties.newer is in no published version of the resource and is left out", import.StandardError.Trim());
        Golden.AssertSame(
            """
            { "backends": [ { "name": "east", "properties": { "url": "https://east.example" } } ],
              "pools": [ { "name": "pool", "properties": { "pool": { "services": [ { "id": "/backends/east" }, { "id": "/backends/west" } ] } } } ] }
            """,
            import.StandardOutput);
    }

    [Fact]
    public async Task Flattened_resource_with_an_empty_cluster_keeps_its_address()
    {
        var import = await GatewayCommand.RunAsync(["import", "-"], """{ "name": "x", "url": "https://flat.example", "protocol": "http", "properties": {}, "pool": null }""");

        Golden.AssertSame("""{ "backends": [ { "name": "x", "properties": { "url": "https://flat.example", "protocol": "http", "properties": {} } } ] }""", import.StandardOutput);
    }

    [Fact]
    public async Task Backends_inside_of_their_service_are_found()
    {
        var import = await GatewayCommand.RunAsync(["import", "-"], """
            { "$schema": "x", "resources": [ { "type": "Microsoft.ApiManagement/service", "name": "apim", "resources": [ { "type": "backends", "name": "east", "properties": { "url": "https://x" } } ] } ] }
            """);

        Golden.AssertSame("""{ "backends": [ { "name": "east", "properties": { "url": "https://x" } } ] }""", import.StandardOutput);
    }

    /// <summary>What the listing says, less what is not published, the resource's type and nulls.</summary>
    private static string Expected(string listing)
    {
        var (backends, pools) = (new JsonArray(), new JsonArray());
        foreach (var resource in JsonNode.Parse(listing)!["value"]!.AsArray())
        {
            var properties = WithoutNulls(resource!["properties"])!.AsObject();
            properties.Remove("type");
            (properties["credentials"] as JsonObject)?.Remove("managedIdentity");
            (properties.ContainsKey("pool") ? pools : backends).Add(new JsonObject { ["name"] = resource["name"]!.DeepClone(), ["properties"] = properties });
        }

        return new JsonObject { ["backends"] = backends, ["pools"] = pools }.ToJsonString();
    }

    private static JsonNode? WithoutNulls(JsonNode? node) => node switch
    {
        JsonObject properties => new JsonObject(properties.Where(property => property.Value is not null).Select(property => KeyValuePair.Create(property.Key, WithoutNulls(property.Value)))),
        JsonArray list => new JsonArray([.. list.Select(WithoutNulls)]),
        _ => node?.DeepClone(),
    };

    private static string WithApi(JsonObject entries, string pool)
    {
        var file = entries.DeepClone().AsObject();
        file["apis"] = JsonNode.Parse($$"""[ { "name": "api", "properties": { "path": "api" }, "sessionAware": { "pool": "{{pool}}" } } ]""");
        return file.ToJsonString();
    }
}
