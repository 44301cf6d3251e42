using System.Text.Json.Nodes;

namespace SessionAware.Tests.RegionKills;

/// <summary>What a region is sent when a turn is replayed there, made of what the test itself sent and received.</summary>
internal static class ReplayedInput
{
    /// <summary>The whole body: the caller's own but for its input, which is the history and then what is new, and without <c>previous_response_id</c>.</summary>
    public static JsonObject Body(ToldTurn turn)
    {
        var body = turn.Wire.Sent.DeepClone().AsObject();
        body.Remove("previous_response_id");
        body["input"] = new JsonArray([.. History(turn).Concat(Items(turn.Wire.Sent["input"]))]);
        return body;
    }

    /// <summary>The items of the turns before: of each what was said, then what was answered, without what only its own region can read.</summary>
    public static IReadOnlyList<JsonNode> History(ToldTurn turn) =>
        [.. turn.Chain.SelectMany(before => Items(before.Wire.Sent["input"]).Concat(before.Output.Where(item => !IsSealed(item)).Select(WithoutId)))];

    /// <summary>What the answer says of it.</summary>
    public static string Header(ToldTurn turn, bool isSecondAttempt)
    {
        var output = turn.Chain.SelectMany(before => before.Output).ToList();
        List<string> stripped = [.. Count("ids", output.Count(item => !IsSealed(item))), .. Count("reasoning", output.Count(IsSealed))];
        return $"turns={turn.Chain.Count}; items={History(turn).Count}; stripped={(stripped.Count == 0 ? "none" : string.Join(',', stripped))}{(isSecondAttempt ? "; attempt=2" : "")}";
    }

    /// <summary>Input as items. A text is one message of the user: this is the only place that knows its form.</summary>
    public static IReadOnlyList<JsonNode> Items(JsonNode? input) => input switch
    {
        JsonArray items => [.. items.Select(item => item!.DeepClone())],
        JsonValue text => [new JsonObject { ["type"] = "message", ["role"] = "user", ["content"] = text.DeepClone() }],
        _ => [],
    };

    private static IEnumerable<string> Count(string what, int count) => count > 0 ? [$"{what}:{count}"] : [];

    // Bound to the region that made it.
    private static bool IsSealed(JsonNode item) => item["type"]!.GetValue<string>() == "reasoning" && item["encrypted_content"] is not null;

    private static JsonObject WithoutId(JsonNode item)
    {
        var copy = item.DeepClone().AsObject();
        copy.Remove("id");
        return copy;
    }
}
