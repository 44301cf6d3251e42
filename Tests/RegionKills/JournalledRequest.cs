using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.RegionKills;

/// <summary>A request for a response as a region has read it, and may have executed it.</summary>
/// <param name="Region">The region.</param>
/// <param name="Marker">The word that only this turn's new input has: the last one, for a history stands before it.</param>
/// <param name="IsSecondAttempt">Whether the gateway marked it as one.</param>
/// <param name="Body">What was sent.</param>
internal sealed partial record JournalledRequest(string Region, string Marker, bool IsSecondAttempt, JsonNode Body)
{
    /// <summary>All that a region's processes have read, those that were killed included.</summary>
    public static IEnumerable<JournalledRequest> Of(RegionProcess region) => Of(region.Name, region.Journal());

    /// <summary>What a region's journal has.</summary>
    public static IEnumerable<JournalledRequest> Of(string region, IEnumerable<JsonNode?> journal) =>
        from entry in journal
        where entry!["method"]!.GetValue<string>() == "POST"
        let body = JsonNode.Parse(entry["body"]!.GetValue<string>())!
        select new JournalledRequest(region, Markers().Matches(body["input"]!.ToJsonString())[^1].Value, entry["attempt"]?.GetValue<string>() == "2", body);

    /// <summary>Whatever was read twice, by whichever process of a region: all but one must be marked.</summary>
    public static IEnumerable<string> UnmarkedSecondExecutions(ILookup<string, JournalledRequest> journal) =>
        from same in journal
        where same.Count(request => !request.IsSecondAttempt) > 1 || same.Count() > 2
        select $"{same.Key}: executed {same.Count()} times: {string.Join(", ", same.Select(request => $"{request.Region}{(request.IsSecondAttempt ? ", marked" : "")}"))}";

    [GeneratedRegex(@"mark\d{3}n\d{2}")]
    private static partial Regex Markers();
}
