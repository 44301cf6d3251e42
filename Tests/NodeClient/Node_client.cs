using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.NodeClient;

/// <summary>The official npm client <c>openai</c>, run under node.</summary>
public sealed class Node_client
{
    [Theory]
    [InlineData("directly")]
    [InlineData("no-affinity")]
    [InlineData("cookie-affinity")]
    public async Task Creates_streams_retrieves_lists_and_deletes(string way)
    {
        await using var region = await Nodes.StartRegionAsync();
        // Both members of the plain pool are one region here: its operations are tested, not its luck.
        await using var world = await World.StartAsync();
        await using var oneRegion = await Nodes.StartGatewayAsync(region.Url, region.Url);
        var root = way switch
        {
            "directly" => region.Url,
            "no-affinity" => $"{oneRegion.Url}/{way}",
            _ => $"{world.Gateway.Url}/{way}",
        };

        var seen = await NodeScript.RunAsync("operations.mjs", $"{root}/openai/v1", Nodes.ApiKey);

        Assert.StartsWith("Noted: \"My name is Ada.\"", seen["createdText"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains("Ada", seen["streamedText"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(seen["streamedText"]!.GetValue<string>(), seen["retrievedText"]!.GetValue<string>());
        Assert.Equal(
            [
                "response.created", "response.in_progress", "response.output_item.added", "response.content_part.added", "response.output_text.delta",
                "response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed",
            ],
            seen["eventTypes"]!.AsArray().Select(type => type!.GetValue<string>()));
        Assert.Equal(["user", "assistant", "user"], seen["roles"]!.AsArray().Select(role => role!.GetValue<string>()));
        Assert.Equal(404, seen["goneStatus"]!.GetValue<int>());
    }

    [Fact]
    public async Task Loses_its_conversations_behind_the_cookie_because_it_keeps_none()
    {
        await using var world = await World.StartAsync();

        var conversations = (await NodeScript.RunAsync("conversations.mjs", $"{world.Gateway.Url}/cookie-affinity/openai/v1", Nodes.ApiKey, "10", "4")).AsArray();

        Assert.Equal(10, conversations.Count);
        Assert.All(conversations, turns =>
        {
            Assert.Equal(2, turns!.AsArray().Count);
            Assert.Equal(200, turns[0]!["status"]!.GetValue<int>());
            Assert.Equal(400, turns[1]!["status"]!.GetValue<int>());
            Assert.Equal("previous_response_not_found", turns[1]!["code"]!.GetValue<string>());
            Assert.NotEqual(turns[0]!["region"]!.GetValue<string>(), turns[1]!["region"]!.GetValue<string>());
            // A client that brought the cookie back would be pinned.
            Assert.Equal("new", turns[1]!["affinity"]!.GetValue<string>());
        });
    }
}
