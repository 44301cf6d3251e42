using System.Text.Json.Nodes;
using CliWrap;
using CliWrap.Buffered;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.DotnetClients;

/// <summary>The other .NET clients, each with the only version of the OpenAI package that it works with, as programs of their own.</summary>
public sealed class Dotnet_pairings
{
    [Theory]
    [InlineData("ExtensionsAI", "/openai/v1/", "Microsoft.Extensions.AI.OpenAI", "streamedToolCall previousResponseId fullHistory structuredOutput usage")]
    [InlineData("AzureOpenAI", "/", "Azure.AI.OpenAI", "streamedToolCall fullHistory json usage")]
    public async Task Client_has_every_feature(string project, string path, string client, string features)
    {
        await using var region = await Nodes.StartRegionAsync();
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        var program = Path.Combine(Repository.Root, "artifacts", "bin", $"TestClients.{project}", configuration, $"SessionAware.TestClients.{project}.dll");

        var run = await Cli.Wrap("dotnet").WithArguments([program, region.Url + path, Nodes.ApiKey, "gpt-4o-mini"])
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(TestContext.Current.CancellationToken);

        Assert.True(run.IsSuccess, run.StandardError + run.StandardOutput);
        var report = JsonNode.Parse(run.StandardOutput)!;
        Assert.Equal(client, report["client"]!.GetValue<string>());
        Assert.Equal(features, string.Join(' ', report["features"]!.AsObject().Select(feature => feature.Key)));
        Assert.All(report["features"]!.AsObject(), feature => Assert.True(feature.Value!.GetValue<bool>(), feature.Key));
    }
}
