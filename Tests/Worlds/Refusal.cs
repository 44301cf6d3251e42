using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SessionAware.Tests.Worlds;

/// <summary>Refused requests: a good one with something changed, and the error body that it must get, whole.</summary>
public static class Refusal
{
    private const string Absent = "<absent>";

    private static readonly JsonSerializerOptions s_readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The API's error body.</summary>
    public static string Body(string message, string? param, string? code) => new JsonObject
    {
        ["error"] = new JsonObject { ["message"] = message, ["type"] = "invalid_request_error", ["param"] = param, ["code"] = code },
    }.ToJsonString();

    /// <summary>A request of "ping" to gpt-5.6-terra with the fields of <paramref name="change"/> in place of its own; <c>"&lt;absent&gt;"</c> takes one away.</summary>
    public static string Request(string change)
    {
        var request = new JsonObject { ["model"] = "gpt-5.6-terra", ["input"] = "ping" };
        foreach (var (name, value) in JsonNode.Parse(change)!.AsObject())
        {
            if (value?.ToString() == Absent)
                request.Remove(name);
            else
                request[name] = value?.DeepClone();
        }

        return request.ToJsonString();
    }

    /// <summary>Sends a changed request to a new region and compares what it answers.</summary>
    public static async Task AssertAsync(string change, int status, string expected, string flavor = "OpenAI")
    {
        await using var region = await Nodes.StartRegionAsync(settings:
        [
            new("Region:Flavor", flavor), new("Region:Deployments:0:Name", "gpt-5.6-terra"), new("Region:Deployments:1:Name", "gpt-4o-mini"),
        ]);
        using var caller = new Caller(region.Url);

        var answer = await caller.CreateAsync(Request(change));

        AssertSame(status, expected, answer);
    }

    /// <summary>Compares the whole body, property order included. Nothing is masked: ids in messages are those that were asked for.</summary>
    public static void AssertSame(int status, string expected, Answer answer)
    {
        Assert.Equal(JsonNode.Parse(expected)!.ToJsonString(s_readable), JsonNode.Parse(answer.Text)!.ToJsonString(s_readable));
        Assert.Equal(status, answer.Status);
    }
}
