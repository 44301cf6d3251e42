using System.Text;
using System.Text.Json.Nodes;

namespace SessionAware.Gateway.Observation;

/// <summary>The end of a stream whose region was lost in its middle, in the API's own words: an <c>error</c>, then <c>response.failed</c>.</summary>
internal static class StreamEnding
{
    private const string Code = "server_error";

    /// <summary>The two events.</summary>
    /// <param name="response">The response as its first event had it.</param>
    /// <param name="sequence">The number of the first of the two.</param>
    /// <param name="backend">Who was lost.</param>
    public static byte[] Of(ReadOnlyMemory<byte> response, long sequence, string backend)
    {
        var message = $"The connection to backend '{backend}' was lost in mid-stream; what had come of the response by then is all there is. Continue from the response before it.";
        var failed = JsonNode.Parse(response.Span)!.AsObject();
        failed["status"] = "failed";
        failed["error"] = new JsonObject { ["code"] = Code, ["message"] = message };
        return
        [
            .. Event("error", new() { ["type"] = "error", ["sequence_number"] = sequence, ["code"] = Code, ["message"] = message, ["param"] = null }),
            .. Event("response.failed", new() { ["type"] = "response.failed", ["sequence_number"] = sequence + 1, ["response"] = failed }),
        ];
    }

    private static byte[] Event(string type, JsonObject data) => Encoding.UTF8.GetBytes($"event: {type}\ndata: {data.ToJsonString()}\n\n");
}
