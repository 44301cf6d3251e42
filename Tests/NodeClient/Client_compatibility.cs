using System.Text.Json.Nodes;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.NodeClient;

/// <summary>What each npm client can do with a region: a conversation in streams, with a tool and the rest, held in the client's own way.</summary>
public sealed class Client_compatibility
{
    private static readonly string[] s_features =
    [
        "streamedToolCall", "previousResponseId", "storeFalse", "parallelToolCalls", "structuredOutput", "usage", "image", "abort", "errorCode", "retry",
    ];

    [Theory]
    [InlineData("openai", "openai 7.57.0")]
    [InlineData("agents", "@openai/agents 0.20.0 with openai 7.57.0")]
    [InlineData("ai-openai", "ai 6.0.324 with @ai-sdk/openai 3.0.141")]
    [InlineData("ai-azure", "ai 6.0.324 with @ai-sdk/azure 3.0.128")]
    [InlineData("langchain", "@langchain/openai 1.5.8 with @langchain/core 1.4.0")]
    public async Task Client_has_every_feature(string script, string client)
    {
        await using var region = await Nodes.StartRegionAsync();

        var report = await NodeScript.RunAsync($"{script}.mjs", $"{region.Url}/openai/v1", Nodes.ApiKey, "gpt-4o-mini");

        TestContext.Current.TestOutputHelper?.WriteLine(report.ToJsonString());
        Assert.Equal(client, report["client"]!.GetValue<string>());
        Assert.Equal(s_features, report["features"]!.AsObject().Select(feature => feature.Key));
        Assert.All(report["features"]!.AsObject(), feature => Assert.True(feature.Value!.GetValue<bool>(), $"{feature.Key}: {report["details"]![feature.Key]}"));
    }
}
