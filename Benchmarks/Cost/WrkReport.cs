using System.Text.Json.Serialization;

namespace SessionAware.Benchmarks.Cost;

/// <summary>The line that <c>turn.wrk.lua</c> prints at the end.</summary>
internal sealed record WrkReport(
    [property: JsonPropertyName("requests")] long Requests,
    [property: JsonPropertyName("microseconds")] long Microseconds,
    [property: JsonPropertyName("refused")] long Refused,
    [property: JsonPropertyName("broken")] long Broken,
    [property: JsonPropertyName("median")] double Median);
