using System.Text.Json.Serialization;

namespace SessionAware.Gateway.Pools;

/// <summary>An API.</summary>
public sealed record ApiResource(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("properties")] ApiProperties Properties,
    [property: JsonPropertyName("sessionAware")] ApiRouting SessionAware);

/// <summary>What APIM knows of an API.</summary>
public sealed record ApiProperties([property: JsonPropertyName("path")] string Path);

/// <summary>Ours: the pool behind an API and its retries, which in APIM are the policy's business.</summary>
public sealed record ApiRouting(
    [property: JsonPropertyName("pool")] string Pool,
    [property: JsonPropertyName("retry")] RetryResource? Retry);

/// <summary>APIM's <c>retry</c> policy; the interval is ISO 8601.</summary>
public sealed record RetryResource(
    [property: JsonPropertyName("count")] int Count,
    [property: JsonPropertyName("interval")] string? Interval,
    [property: JsonPropertyName("firstFastRetry")] bool FirstFastRetry,
    [property: JsonPropertyName("condition")] RetryConditionResource? Condition);

/// <summary>The answers that are retried.</summary>
public sealed record RetryConditionResource([property: JsonPropertyName("statusCodeRanges")] IReadOnlyList<StatusCodeRange> StatusCodeRanges);
