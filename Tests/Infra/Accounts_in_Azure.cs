using System.Text.Json.Nodes;
using Microsoft.Azure.Cosmos;
using SessionAware.Tests.SessionStores;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Infra;

/// <summary>Accounts, deployments, the session store, and who may do what with them.</summary>
public sealed class Accounts_in_Azure : CosmosWorld
{
    private const string Accounts = "Microsoft.CognitiveServices/accounts";
    private const string CognitiveServicesUser = "a97b65f3-24c7-4388-baec-2e87135dc908";
    private const string MonitoringMetricsPublisher = "3913510d-42f4-4e42-8a64-420c390055eb";
    private const string CosmosDataContributor = "00000000-0000-0000-0000-000000000002";
    private const string Apim = "00000000-0000-0000-0000-00000000a91a";
    private const string Gateway = "00000000-0000-0000-0000-00000000ea7e";

    private static readonly string s_rich = File.ReadAllText(Path.Combine(Repository.Root, "Tests", "Infra", "rich-pools.json"));

    [Fact]
    public async Task Every_backend_has_an_account_in_its_region_that_takes_no_key()
    {
        var preview = await AzurePreview.OfAsync("foundry", s_rich);
        var prefix = $"{preview.Outputs["accountPrefix"]}";

        // Without a region a backend is where its name says.
        Assert.Equal(
            [($"{prefix}-north", "swedencentral"), ($"{prefix}-south", "south"), ($"{prefix}-germanywestcentral", "germanywestcentral")],
            preview.OfType(Accounts).Select(account => (account.Key, $"{account.Value["location"]}")));
        Assert.All(preview.OfType(Accounts), account => Assert.Equal((account.Key, "true"), ($"{account.Value["properties"]!["customSubDomainName"]}", $"{account.Value["properties"]!["disableLocalAuth"]}")));
    }

    /// <summary>What pools.json asks for, up to what the quota of a subscription bears.</summary>
    [Fact]
    public async Task Every_deployment_is_there_with_its_model()
    {
        var deployments = (await AzurePreview.OfAsync("foundry", s_rich)).OfType($"{Accounts}/deployments");

        Assert.Equal(
            ["small gpt-4o-mini 2024-07-18 50 GlobalStandard", "large gpt-4o 2024-11-20 10 GlobalStandard"],
            deployments.Select(deployment => $"{deployment.Key.Split('/')[^1]} {deployment.Value["properties"]!["model"]!["name"]} {deployment.Value["properties"]!["model"]!["version"]} {deployment.Value["sku"]!["capacity"]} {deployment.Value["sku"]!["name"]}"));
    }

    /// <summary>Models retire and names stay: what is deployed may be given for all.</summary>
    [Fact]
    public async Task Model_that_is_given_takes_the_place_of_every_one_in_the_file()
    {
        var preview = await AzurePreview.OfAsync("foundry", s_rich, "param model = 'gpt-next'\nparam modelVersion = '2027-01-01'\n");

        Assert.Equal(
            ["small gpt-next 2027-01-01", "large gpt-next 2027-01-01"],
            preview.OfType($"{Accounts}/deployments").Select(deployment => $"{deployment.Key.Split('/')[^1]} {deployment.Value["properties"]!["model"]!["name"]} {deployment.Value["properties"]!["model"]!["version"]}"));
    }

    /// <summary>Both know an account by the same rule, and nothing checks it when they are deployed.</summary>
    [Fact]
    public async Task Address_of_a_backend_is_its_accounts()
    {
        var backends = (await AzurePreview.OfAsync("apis")).OfType("Microsoft.ApiManagement/service/backends").Where(backend => $"{backend.Value["properties"]!["type"]}" == "Single");
        var foundry = await AzurePreview.OfAsync("foundry");

        Assert.Equal(
            backends.Select(backend => $"{backend.Value["properties"]!["url"]}"),
            foundry.OfType(Accounts).Values.Select(account => $"https://{account["properties"]!["customSubDomainName"]}.openai.azure.com".Replace($"{foundry.Outputs["accountPrefix"]}", "sessionaware-preview", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Gateway_and_API_Management_may_use_the_models_the_one_keeps_sessions_and_the_other_reports()
    {
        var resources = (await AzurePreview.OfAsync("roles")).Resources;
        var roles = resources.Select(resource => (
            $"{resource["properties"]!["principalId"]}",
            $"{resource["properties"]!["roleDefinitionId"]}".Split('/')[^1],
            $"{resource["properties"]!["scope"] ?? resource["scope"] ?? resource["id"]!.GetValue<string>().Split("/providers/Microsoft.Authorization/")[0]}".Split('/')[^1])).ToList();

        Assert.Equivalent(
            new[]
            {
                (Apim, CognitiveServicesUser, "sessionaware-preview-eastus2"), (Gateway, CognitiveServicesUser, "sessionaware-preview-eastus2"),
                (Apim, CognitiveServicesUser, "sessionaware-preview-westus"), (Gateway, CognitiveServicesUser, "sessionaware-preview-westus"),
                (Apim, MonitoringMetricsPublisher, "appi-preview"),
                (Gateway, CosmosDataContributor, "cosmos-preview"),
            },
            roles,
            strict: true);
        Assert.Equal(resources.Count, resources.Select(resource => $"{resource["name"]}").Distinct().Count());
    }

    /// <summary>In Azure the gateway's identity may not make its container: the template does, and it must be the same.</summary>
    [Fact]
    public async Task Session_container_is_the_one_that_the_gateway_would_make()
    {
        var preview = await AzurePreview.OfAsync("sessions");
        var (_, container) = Assert.Single(preview.OfType("Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers"));
        var expected = container["properties"]!["resource"]!;
        await OpenAsync();
        ContainerProperties made = await Container.ReadContainerAsync(cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("sessions", $"{expected["id"]}");
        Assert.Equal([made.PartitionKeyPath], Strings(expected["partitionKey"]!["paths"]!));
        Assert.Equal(made.DefaultTimeToLive, expected["defaultTtl"]!.GetValue<int>());
        Assert.Equal(made.IndexingPolicy.IncludedPaths.Select(path => path.Path), Strings(expected["indexingPolicy"]!["includedPaths"]!, "path"));
        Assert.Equal(["/*"], Strings(expected["indexingPolicy"]!["excludedPaths"]!, "path"));
    }

    [Fact]
    public async Task Session_store_is_serverless_and_takes_no_key()
    {
        var (_, account) = Assert.Single((await AzurePreview.OfAsync("sessions")).OfType("Microsoft.DocumentDB/databaseAccounts"));

        Assert.Equal(("true", "EnableServerless"), ($"{account["properties"]!["disableLocalAuth"]}", $"{account["properties"]!["capabilities"]![0]!["name"]}"));
    }

    /// <summary>The gateway's settings are made of these: they must read as the gateway reads them.</summary>
    [Fact]
    public async Task API_Management_tells_the_gateway_by_what_it_is_known()
    {
        var preview = await AzurePreview.OfAsync("apim");
        var service = Assert.Single(preview.OfType("Microsoft.ApiManagement/service"));

        Assert.Equal(("BasicV2", "SystemAssigned"), ($"{service.Value["sku"]!["name"]}", $"{service.Value["identity"]!["type"]}"));
        Assert.Equal("https://cognitiveservices.azure.com", $"{preview.Outputs["audience"]}");
        Assert.Contains("'token:https://sts.windows.net/{0}/|{1}|oid={2}'", $"{preview.Outputs["frontDoorOwner"]}", StringComparison.Ordinal);
        // The key is a parameter wherever it is seen.
        Assert.Equal("[parameters('labKey')]", $"{Assert.Single(preview.OfType("Microsoft.ApiManagement/service/subscriptions")).Value["properties"]!["primaryKey"]}");
    }

    private static IEnumerable<string> Strings(JsonNode list, string? property = null) => list.AsArray().Select(item => $"{(property is null ? item : item![property])}");
}
