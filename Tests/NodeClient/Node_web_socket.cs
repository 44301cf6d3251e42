using System.Text.Json.Nodes;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.NodeClient;

/// <summary>The WebSocket client that comes with the npm client <c>openai</c>, run under node.</summary>
public sealed class Node_web_socket
{
    [Theory]
    [InlineData("Azure", "DeploymentNotFound")]
    [InlineData("OpenAI", "model_not_found")]
    public async Task Converses_over_one_connection_and_finds_only_what_was_stored_over_the_next(string flavor, string unknownModel)
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:Flavor", flavor)]);

        var seen = await NodeScript.RunAsync("websocket.mjs", $"{region.Url}/openai/v1", Nodes.ApiKey);

        Assert.Equal(["response.created", "response.in_progress", "response.completed"], Texts(seen["warmUpTypes"]));
        Assert.Contains("Rex", seen["firstText"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(
            [
                "response.created", "response.in_progress", "response.output_item.added", "response.content_part.added", "response.output_text.delta",
                "response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed",
            ],
            Texts(seen["firstTypes"]));
        Assert.Equal("1, 2, 3", seen["secondText"]!.GetValue<string>());
        Assert.Equal(flavor == "Azure" ? 404 : 400, Assert.Single(seen["unknownModel"]!.AsArray())!.GetValue<int>());
        Assert.Equal(["previous_response_not_found"], Texts(seen["lost"]));
        Assert.Equal("completed", seen["storedStatus"]!.GetValue<string>());
        Assert.Equal([unknownModel, "previous_response_not_found"], Texts(seen["errors"]));
        Assert.Equal(0, seen["raw"]!.GetValue<int>());
        Assert.Equal([1000, 1000], seen["closes"]!.AsArray().Select(code => code!.GetValue<int>()));
        Assert.Contains("401", seen["rejection"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Texts(JsonNode? list) => list!.AsArray().Select(text => text!.GetValue<string>());
}
