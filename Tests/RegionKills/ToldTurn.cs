using System.Text.Json.Nodes;

namespace SessionAware.Tests.RegionKills;

/// <summary>One request of a conversation and what its caller saw of the answer.</summary>
/// <param name="Previous">The turn that it continues; null: it begins a conversation.</param>
/// <param name="Marker">A word that stands in the new input of this request alone.</param>
/// <param name="Wire">What passed between client and gateway.</param>
internal sealed record ToldTurn(ToldTurn? Previous, string Marker, Exchange Wire)
{
    /// <summary>The response's id, as soon as the caller knew it.</summary>
    public string? ResponseId { get; init; }

    /// <summary>The response, where it completed and the caller received it to its last byte.</summary>
    public JsonObject? Response { get; init; }

    /// <summary>How it failed, where it did otherwise than by an answer that says so.</summary>
    public string? Broken { get; init; }

    /// <summary>The code of the error that the answer is, or that its stream ended with.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>Whether the stream began, and then said that it has failed.</summary>
    public bool IsCut { get; init; }

    /// <summary>The turns before this one, the first one first.</summary>
    public IReadOnlyList<ToldTurn> Chain => Previous is null ? [] : [.. Previous.Chain, Previous];

    public IReadOnlyList<JsonNode> Output => [.. Response?["output"]?.AsArray().Select(item => item!) ?? []];

    public string OutputText => string.Concat(Output.Where(item => item["type"]!.GetValue<string>() == "message").SelectMany(item => item["content"]!.AsArray()).Select(part => part!["text"]?.GetValue<string>()));

    /// <summary>The calls that the caller is asked to make.</summary>
    public IReadOnlyList<string> CallIds => [.. Output.Where(item => item["type"]!.GetValue<string>() == "function_call").Select(item => item["call_id"]!.GetValue<string>())];

    /// <summary>Whether the caller has all that it takes to hold this turn elsewhere: every turn before to its last byte, and an output for every call.</summary>
    public bool IsComplete => Chain.All(turn => turn.Response is not null) && PendingCalls.Count == 0;

    /// <summary>Calls of the turns before that neither these nor the new input answer.</summary>
    public IReadOnlyList<string> PendingCalls
    {
        get
        {
            var answered = Chain.Append(this).SelectMany(turn => ReplayedInput.Items(turn.Wire.Sent["input"])).Select(item => item["output"] is null ? null : item["call_id"]!.GetValue<string>());
            return [.. Chain.SelectMany(turn => turn.CallIds).Except(answered.OfType<string>())];
        }
    }
}
