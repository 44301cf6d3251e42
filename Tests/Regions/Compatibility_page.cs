using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Regions;

/// <summary>The page <c>docs/emulator-compatibility.md</c> says what a region does: operations as it maps them, parameters as it takes them, events as it sends them.</summary>
public sealed partial class Compatibility_page
{
    private static readonly string s_page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "emulator-compatibility.md"));

    // What the specification has for POST /responses.
    private static readonly string[] s_parameters =
    [
        "background", "context_management", "conversation", "include", "input", "instructions", "max_output_tokens", "max_tool_calls", "metadata", "model", "moderation",
        "parallel_tool_calls", "previous_response_id", "prompt", "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention", "reasoning", "safety_identifier",
        "service_tier", "store", "stream", "stream_options", "temperature", "text", "tool_choice", "tools", "top_logprobs", "top_p", "truncation", "user",
    ];

    [Fact]
    public async Task Operations_of_the_page_are_those_of_the_region()
    {
        await using var region = await Nodes.StartRegionAsync();
        var mapped = region.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Select(method => $"{method} /{endpoint.RoutePattern.RawText!.TrimStart('/')}") ?? []);

        var operations = mapped.Where(operation => Family().IsMatch(operation)).Select(operation => Parameter().Replace(Family().Replace(operation, " /"), "{}")).Distinct();

        Assert.Equal(operations.Order(StringComparer.Ordinal), Rows("Operations").Select(row => Parameter().Replace(row[0].Trim('`'), "{}")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Parameters_are_taken_or_refused_as_the_page_says()
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:Deployments:0:Name", "gpt-4o-mini"), new("Region:Deployments:1:Name", "o4-mini")]);
        using var caller = new Caller(region.Url);
        var previous = (await caller.SayAsync("Hi")).Id;
        var conversation = (await caller.SendAsync(HttpMethod.Post, "openai/v1/conversations")).Id;
        var rows = Rows("Parameters of `POST /responses`").ToList();

        Assert.Equal(s_parameters, rows.Select(row => row[0].Trim('`')).Order(StringComparer.Ordinal));
        Assert.All(rows, row => Assert.Contains(row[1], new[] { "emulated", "partly", "echoed", "refused" }));
        foreach (var row in rows)
        {
            var name = row[0].Trim('`');
            var request = JsonNode.Parse("""{"model":"gpt-4o-mini","input":"Some json, please"}""")!.AsObject();
            foreach (var (field, value) in JsonNode.Parse($"{{{row[2].Trim('`').Replace("RESPONSE", previous, StringComparison.Ordinal).Replace("CONVERSATION", conversation, StringComparison.Ordinal)}}}")!.AsObject())
                request[field] = value!.DeepClone();

            var answer = await caller.CreateAsync(request);

            Assert.True(request.ContainsKey(name), name);
            Assert.True((row[1] == "refused") == (answer.Status is 400 or 404), $"{name}: {answer.Status} {answer.Text}");
            if (row[1] == "echoed")
                Assert.Equal(request[name]!.ToJsonString(), answer.Json[name]?.ToJsonString());
        }
    }

    [Fact]
    public void Events_that_the_page_calls_emulated_are_those_of_the_field_table()
    {
        var rows = Rows("Events").ToList();

        Assert.Equal(58, rows.Count);
        Assert.Equal(
            FieldTable.Read().Objects.Where(name => name.StartsWith("event:", StringComparison.Ordinal)).Select(name => name["event:".Length..]).Order(StringComparer.Ordinal),
            rows.Where(row => row[1] == "emulated").Select(row => row[0].Trim('`')).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string[]> Rows(string heading)
    {
        var section = s_page[s_page.IndexOf($"## {heading}\n", StringComparison.Ordinal)..].Split("\n## ")[0];
        return section.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => Cell().Split(line.Trim().Trim('|')).Select(cell => cell.Trim()).ToArray());
    }

    [GeneratedRegex(@" /openai/v1/| /openai/(?=deployments/)")]
    private static partial Regex Family();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex Cell();
}
