using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using NJsonSchema;
using SessionAware.Gateway;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Pools;

/// <summary><c>docs/pools.md</c> has every field and every call, and its examples work.</summary>
public sealed partial class Pools_page
{
    private static readonly string s_page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "pools.md"));

    [Fact]
    public async Task Sample_is_a_pools_file_that_does_what_it_says()
    {
        var pools = PoolsText.Write(Sample().Match(s_page).Groups["json"].Value);
        await using var east = await ScriptedBackend.StartAsync("east");
        await using var west = await ScriptedBackend.StartAsync("west");
        await using var gateway = await Nodes.StartGatewayAsync(east.Url, west.Url, ("Gateway:PoolsFile", pools));
        using var caller = new Caller(gateway.Url);
        east.Next(429);

        Assert.Equal(["west", "west"], [(await caller.GetAsync("spill")).Text, (await caller.GetAsync("spill")).Text]);
    }

    [Fact]
    public async Task Every_field_that_the_gateway_acts_on_is_named()
    {
        var schema = await JsonSchema.FromFileAsync(Path.Combine(Repository.Root, "docs", "pools.schema.json"), TestContext.Current.CancellationToken);

        var fields = ((string[])["backend", "circuitBreakerRule", "pool", "api"]).SelectMany(definition => Leaves(schema.Definitions[definition])).Distinct().ToList();

        Assert.Contains("acceptRetryAfter", fields);
        Assert.Contains("onUnavailable", fields);
        Assert.All(fields, field => Assert.Matches($@"\b{field}\b", s_page));
    }

    [Fact]
    public async Task Every_call_of_the_administration_is_named_and_its_examples_work()
    {
        await using var gateway = await Nodes.StartGatewayAsync(
            [new("Backends:eastus2:Url", "http://127.0.0.1:1"), new("Backends:westus:Url", "http://127.0.0.1:1"), new("environment", "Development")]);
        using var caller = new Caller(gateway.Url);
        var calls = gateway.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/admin", StringComparison.Ordinal))
            .Select(endpoint => $"`{Assert.Single(endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods)} {endpoint.RoutePattern.RawText!.Replace("{**", "{", StringComparison.Ordinal)}").ToList();

        Assert.Equal(10, calls.Count);
        var sessions = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "sessions.md"), TestContext.Current.CancellationToken);
        Assert.All(calls, call => Assert.Contains(call, s_page + sessions, StringComparison.Ordinal));
        var examples = Curl().Matches(s_page);
        Assert.Equal(4, examples.Count);
        foreach (Match example in examples)
            Assert.Equal(200, (await caller.SendAsync(new HttpMethod(example.Groups["method"].Success ? example.Groups["method"].Value : "GET"), example.Groups["path"].Value)).Status);
    }

    [Fact]
    public void Every_setting_of_the_gateway_is_in_the_readme()
    {
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

        Assert.All(typeof(GatewayOptions).GetProperties(), setting => Assert.Contains($"`Gateway__{setting.Name}`", readme, StringComparison.Ordinal));
    }

    /// <summary>Names of fields that hold values themselves, all the way down; what is kept for Azure counts as a whole.</summary>
    private static IEnumerable<string> Leaves(JsonSchema schema)
    {
        schema = schema.ActualSchema;
        return schema.Item is { } item ? Leaves(item) : schema.Properties.SelectMany(field => IsWhole(field.Key, field.Value.ActualSchema) ? [field.Key] : Leaves(field.Value));
    }

    private static bool IsWhole(string name, JsonSchema schema) => name is "credentials" or "proxy" or "tls"
        || schema.Properties.ContainsKey("serviceFabricCluster")
        || (schema.Properties.Count == 0 && schema.Item?.ActualSchema.Properties.Count is null or 0);

    [GeneratedRegex("```json\n(?<json>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Sample();

    [GeneratedRegex(@"curl -s (-X (?<method>\w+) )?http://localhost:5080/(?<path>admin\S+)")]
    private static partial Regex Curl();
}
