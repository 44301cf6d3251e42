using System.Text.Json.Nodes;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Infra;

/// <summary>One pools file, two worlds: what Azure is asked for is what the local gateway runs, and the other way round.</summary>
public sealed class Pools_in_Azure
{
    private const string Backends = "Microsoft.ApiManagement/service/backends";
    private const string Apis = "Microsoft.ApiManagement/service/apis";

    private static readonly string s_rich = File.ReadAllText(Path.Combine(Repository.Root, "Tests", "Infra", "rich-pools.json"));

    public static TheoryData<string> PoolsFiles => [AzurePreview.Pools, s_rich];

    /// <summary>Services, weights, priorities, breakers, cookies and whatever else: nothing is left out and nothing comes in but what Azure alone needs.</summary>
    [Theory]
    [MemberData(nameof(PoolsFiles))]
    public async Task Every_field_of_a_backend_and_a_pool_is_in_Azure_as_it_is_in_the_file(string pools)
    {
        var resources = (await AzurePreview.OfAsync("apis", pools)).OfType(Backends);
        var file = JsonNode.Parse(pools)!;
        var entries = file["backends"]!.AsArray().Concat(file["pools"]!.AsArray()).ToDictionary(entry => entry!["name"]!.GetValue<string>());

        Assert.Equal(entries.Keys.Order(), resources.Keys.Order());
        Assert.All(entries, entry =>
        {
            var isPool = entry.Value!["properties"]?["pool"] is not null;
            var expected = entry.Value!["properties"]?.DeepClone().AsObject() ?? [];
            expected["type"] = isPool ? "Pool" : "Single";
            if (!isPool)
                (expected["protocol"], expected["url"]) = ("http", $"https://sessionaware-preview-{entry.Key}.openai.azure.com");
            Assert.True(JsonNode.DeepEquals(expected, resources[entry.Key]["properties"]), $"{expected} is not {resources[entry.Key]["properties"]}");
        });
    }

    /// <summary>The words of the fields themselves, in case file and template agreed on being empty.</summary>
    [Fact]
    public async Task Weights_priorities_breakers_and_cookies_have_the_values_that_were_written()
    {
        var resources = (await AzurePreview.OfAsync("apis", s_rich)).OfType(Backends);
        var spill = resources["spill"]["properties"]!["pool"]!;
        var rule = resources["north"]["properties"]!["circuitBreaker"]!["rules"]![0]!;

        Assert.Equal(
            ["/backends/north 1 70", "/backends/south 1 30", "/backends/germanywestcentral 2 0"],
            spill["services"]!.AsArray().Select(service => $"{service!["id"]} {service["priority"]} {service["weight"]}"));
        Assert.Equal(("cookie", "whose-turn", "429"), ($"{spill["sessionAffinity"]!["sessionId"]!["source"]}", $"{spill["sessionAffinity"]!["sessionId"]!["name"]}", $"{spill["failureResponse"]!["statusCode"]}"));
        Assert.Equal(("either", "3", "40", "PT5M", "PT2M30S", "false", "429"), (
            $"{rule["name"]}", $"{rule["failureCondition"]!["count"]}", $"{rule["failureCondition"]!["percentage"]}", $"{rule["failureCondition"]!["interval"]}",
            $"{rule["tripDuration"]}", $"{rule["acceptRetryAfter"]}", $"{rule["failureResponse"]!["statusCode"]}"));
        Assert.Equal(["408-408", "429-429", "500-599"], rule["failureCondition"]!["statusCodeRanges"]!.AsArray().Select(range => $"{range!["min"]}-{range["max"]}"));
    }

    [Theory]
    [InlineData("\"weight\": 70", "\"weight\": 71")]
    [InlineData("\"tripDuration\": \"PT2M30S\"", "\"tripDuration\": \"PT2M31S\"")]
    [InlineData("whose-turn", "whose-turn-now")]
    [InlineData("\"priority\": 2", "\"priority\": 3")]
    [InlineData("\"count\": 5", "\"count\": 6")]
    [InlineData("models/spill", "models/elsewhere")]
    public async Task Changed_file_is_a_changed_deployment(string was, string becomes)
    {
        Assert.Contains(was, s_rich, StringComparison.Ordinal);

        var before = await File.ReadAllTextAsync((await AzurePreview.OfAsync("apis", s_rich)).File, TestContext.Current.CancellationToken);
        var after = await File.ReadAllTextAsync((await AzurePreview.OfAsync("apis", s_rich.Replace(was, becomes, StringComparison.Ordinal))).File, TestContext.Current.CancellationToken);

        Assert.NotEqual(before, after);
    }

    /// <summary>The way back: <c>gateway pools import</c> reads what Azure is asked for, and has the file again, but for what is ours alone.</summary>
    [Theory]
    [MemberData(nameof(PoolsFiles))]
    public async Task Import_of_what_Azure_gets_is_the_file_again(string pools)
    {
        var preview = await AzurePreview.OfAsync("apis", pools);

        var import = await GatewayCommand.RunAsync(["import", preview.File]);

        Assert.Equal((0, ""), (import.ExitCode, import.StandardError));
        var (imported, file) = (JsonNode.Parse(import.StandardOutput)!, JsonNode.Parse(pools)!);
        foreach (var list in (string[])["backends", "pools"])
        {
            foreach (var entry in imported[list]!.AsArray())
                WithoutAddress(entry!["properties"]!.AsObject());
            var expected = new JsonArray([.. file[list]!.AsArray().Select(entry =>
                (JsonNode)new JsonObject { ["name"] = entry!["name"]!.DeepClone(), ["properties"] = entry["properties"]?.DeepClone() ?? new JsonObject() })]);
            Assert.True(JsonNode.DeepEquals(expected, imported[list]), $"{expected} is not {imported[list]}");
        }
    }

    /// <summary>The gateway's own template and the one in Bicep are two ways to the same resources.</summary>
    [Theory]
    [MemberData(nameof(PoolsFiles))]
    public async Task Export_of_the_gateway_and_the_template_ask_for_the_same(string pools)
    {
        var preview = await AzurePreview.OfAsync("apis", pools);
        var addresses = JsonNode.Parse(pools)!["backends"]!.AsArray().Select(backend => $"{backend!["name"]}")
            .Select(name => ($"Backends__{name}__Url", (string?)$"https://sessionaware-preview-{name}.openai.azure.com")).ToArray();

        var export = await GatewayCommand.RunAsync(["export", "--file", PoolsText.Write(pools)], "", addresses);

        Assert.True(export.ExitCode == 0, export.StandardError);
        var exported = JsonNode.Parse((await GatewayCommand.RunAsync(["import", "-"], export.StandardOutput)).StandardOutput);
        var predicted = JsonNode.Parse((await GatewayCommand.RunAsync(["import", preview.File])).StandardOutput);
        Assert.True(JsonNode.DeepEquals(exported, predicted), $"{exported} is not {predicted}");
    }

    [Theory]
    [MemberData(nameof(PoolsFiles))]
    public async Task Every_api_is_there_at_its_path_with_a_key_in_api_key(string pools)
    {
        var preview = await AzurePreview.OfAsync("apis", pools);
        var file = JsonNode.Parse(pools)!["apis"]!.AsArray();

        Assert.Equal(
            file.Select(api => $"{api!["name"]} {api["properties"]!["path"]}"),
            preview.OfType(Apis).Select(api => $"{api.Key} {api.Value["properties"]!["path"]}"));
        Assert.All(preview.OfType(Apis).Values, api => Assert.Equal("""{"header":"api-key","query":"api-key"}""", api["properties"]!["subscriptionKeyParameterNames"]!.ToJsonString()));
        Assert.All(preview.OfType(Apis).Values, api => Assert.True(api["properties"]!["subscriptionRequired"]!.GetValue<bool>()));
        Assert.Equal(
            file.SelectMany(api => new[] { "delete", "get", "post" }.Select(method => $"{api!["name"]}/{method}")),
            preview.OfType($"{Apis}/operations").Keys);
    }

    /// <summary>Pools that say so are the gateway's; all others API Management's own.</summary>
    [Fact]
    public async Task Session_aware_apis_point_at_the_gateway_and_the_others_at_their_pools()
    {
        foreach (var (pools, expected) in new[]
        {
            (AzurePreview.Pools, "no-affinity: pool, cookie-affinity: pool, session-aware: https://gateway.preview.example/session-aware, inject: https://gateway.preview.example/inject"),
            (s_rich, "spill: pool, plain: pool, ids: https://gateway.preview.example/ids, ids-without-a-gateway: pool"),
        })
        {
            var preview = await AzurePreview.OfAsync("apis", pools);
            var policies = preview.OfType($"{Apis}/policies");

            Assert.Equal(expected, string.Join(", ", preview.OfType(Apis).Select(api => $"{api.Key}: {api.Value["properties"]!["serviceUrl"]?.ToString() ?? "pool"}")));
            Assert.All(preview.OfType(Apis), api =>
                Assert.Equal(api.Value["properties"]!["serviceUrl"] is null, $"{policies[$"{api.Key}/policy"]["properties"]!["value"]}".Contains("<set-backend-service", StringComparison.Ordinal)));
        }
    }

    /// <summary>Whoever logs bodies holds streams back.</summary>
    [Fact]
    public async Task No_body_is_logged()
    {
        var diagnostics = (await AzurePreview.OfAsync("apis")).OfType($"{Apis}/diagnostics").Values.ToList();

        Assert.Equal(4, diagnostics.Count);
        Assert.All(diagnostics, diagnostic =>
        {
            foreach (var side in (string[])["frontend", "backend"])
            {
                foreach (var way in (string[])["request", "response"])
                    Assert.Equal("0", $"{diagnostic["properties"]![side]![way]!["body"]!["bytes"]}");
            }

            Assert.True(diagnostic["properties"]!["metrics"]!.GetValue<bool>());
        });
    }

    private static void WithoutAddress(JsonObject properties)
    {
        properties.Remove("url");
        properties.Remove("protocol");
    }
}
