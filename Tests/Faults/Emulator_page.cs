using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using NJsonSchema;
using SessionAware.FakeResponsesBackend.Deployments;
using SessionAware.FakeResponsesBackend.Faults;
using SessionAware.FakeResponsesBackend.Regions;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Faults;

/// <summary><c>docs/emulator.md</c> has every call, fault and setting, and its examples work.</summary>
public sealed partial class Emulator_page
{
    private static readonly string s_page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "emulator.md"));

    [Fact]
    public async Task Every_control_call_is_in_the_table_and_in_an_example()
    {
        await using var region = await Nodes.StartRegionAsync();
        var calls = region.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/_emulator", StringComparison.Ordinal))
            .Select(endpoint => (Method: Assert.Single(endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods), Path: endpoint.RoutePattern.RawText!.TrimEnd('/')))
            .ToList();

        Assert.Equal(12, calls.Count);
        Assert.All(calls, call => Assert.Contains($"| `{call.Method} {call.Path}` |", s_page, StringComparison.Ordinal));
        var examples = Curl().Matches(s_page).Select(MethodAndPath).ToList();
        Assert.All(calls, call => Assert.Contains(examples, example => example.Method == call.Method && Placeholder().Replace(call.Path, "X") == Placeholder().Replace(example.Path, "X")));
    }

    [Fact]
    public void Every_kind_of_fault_is_in_the_table() => Assert.All(
        Enum.GetValues<FaultKind>(), kind => Assert.Contains($"\n| `{JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString())}` |", s_page, StringComparison.Ordinal));

    [Fact]
    public void Every_setting_is_in_the_table()
    {
        var settings = typeof(RegionOptions).GetProperties().Where(setting => setting.Name is not (nameof(RegionOptions.ApiKeys) or nameof(RegionOptions.Deployments) or nameof(RegionOptions.Entra)))
            .Select(setting => $"Region:{setting.Name}")
            .Concat(typeof(Deployment).GetProperties().Where(setting => setting.CanWrite).Select(setting => $"Region:Deployments:0:{setting.Name}"))
            .Concat(typeof(EntraOptions).GetProperties().Select(setting => $"Region:Entra:{setting.Name}"))
            .Append("Region:ApiKeys:0");

        Assert.All(settings, setting => Assert.Contains($"\n| `{setting}`", s_page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_order_is_accepted_as_printed()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var orders = Curl().Matches(s_page).Where(example => example.Groups["body"].Success && example.Value.Contains("/_emulator/", StringComparison.Ordinal)).ToList();

        Assert.Equal(12, orders.Count);
        foreach (var order in orders)
        {
            var (method, path) = MethodAndPath(order);
            var answer = await caller.SendAsync(new HttpMethod(method), path.TrimStart('/'), order.Groups["body"].Value);
            Assert.True(answer.Status is 200 or 204, $"{order.Value}\n{answer.Text}");
        }
    }

    [Fact]
    public async Task Sample_of_rules_fits_the_schema_and_the_region()
    {
        var schema = await JsonSchema.FromFileAsync(Path.Combine(Repository.Root, "docs", "rules.schema.json"), TestContext.Current.CancellationToken);
        var sample = Sample().Match(s_page).Groups["json"].Value;
        var path = Path.Combine(Scratch.Folder("rules"), "rules.json");
        await File.WriteAllTextAsync(path, sample, TestContext.Current.CancellationToken);

        Assert.Empty(schema.Validate(sample));
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:RulesFile", path)]);
        using var caller = new Caller(region.Url);
        Assert.Equal("Hello Ada!", (await caller.SayAsync("My name is Ada.")).OutputText);
    }

    [Theory]
    [InlineData("""{"when":{"text":"a"},"then":{"answer":"a","refuse":"b"}}""")]
    [InlineData("""{"when":{"text":"a"},"then":{}}""")]
    [InlineData("""{"when":{},"then":{"answer":"a"}}""")]
    [InlineData("""{"when":{"output":"a"},"then":{"answer":"a"}}""")]
    [InlineData("""{"when":{"text":"a"},"then":{"answer":"a"},"times":0}""")]
    [InlineData("""{"when":{"text":"a"},"then":{"delay_ms":3600001}}""")]
    [InlineData("""{"when":{"text":"a"},"then":{"calls":[]}}""")]
    [InlineData("""{"when":{"text":"a"},"then":{"calls":[{"name":"x","arguments":[]}]}}""")]
    [InlineData("""{"when":{"txt":"a"},"then":{"answer":"a"}}""")]
    [InlineData("""{"then":{"answer":"a"}}""")]
    public async Task Schema_refuses_what_the_region_refuses(string rule)
    {
        var schema = await JsonSchema.FromFileAsync(Path.Combine(Repository.Root, "docs", "rules.schema.json"), TestContext.Current.CancellationToken);
        var path = Path.Combine(Scratch.Folder("rules"), "rules.json");
        await File.WriteAllTextAsync(path, $$"""{"rules":[{{rule}}]}""", TestContext.Current.CancellationToken);

        Assert.NotEmpty(schema.Validate(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)));
        await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => Nodes.StartRegionAsync(settings: [new("Region:RulesFile", path)]));
    }

    private static (string Method, string Path) MethodAndPath(Match curl) =>
        (curl.Groups["method"] is { Success: true } method ? method.Value : curl.Groups["body"].Success ? "POST" : "GET", curl.Groups["path"].Value);

    [GeneratedRegex("""^curl -s (-X (?<method>[A-Z]+) )?http://localhost:5081(?<path>/_emulator\S*)( -d '(?<body>[^']+)')?$""", RegexOptions.Multiline)]
    private static partial Regex Curl();

    [GeneratedRegex("""\{\w+\}|fault_1|\$ID|gpt-4o-mini""")]
    private static partial Regex Placeholder();

    [GeneratedRegex("```json\n(?<json>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Sample();
}
