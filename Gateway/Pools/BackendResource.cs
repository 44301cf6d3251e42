using System.Text.Json.Serialization;

namespace SessionAware.Gateway.Pools;

/// <summary>A single backend.</summary>
public sealed record BackendResource(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("properties")] BackendProperties? Properties,
    [property: JsonPropertyName("sessionAware")] BackendContent? SessionAware);

/// <summary>What APIM knows of a single backend.</summary>
public sealed record BackendProperties(
    [property: JsonPropertyName("url")] string? Url,
    [property: JsonPropertyName("protocol")] string? Protocol,
    [property: JsonPropertyName("azureRegion")] string? AzureRegion,
    [property: JsonPropertyName("circuitBreaker")] CircuitBreakerResource? CircuitBreaker) : KeptProperties;

/// <summary>What is kept for Azure: this gateway does not act on it.</summary>
public abstract record KeptProperties
{
    /// <summary>The Service Fabric cluster.</summary>
    [JsonPropertyName("properties")]
    public object? ServiceFabric { get; init; }

    /// <summary>What APIM adds to requests.</summary>
    [JsonPropertyName("credentials")]
    public object? Credentials { get; init; }

    /// <summary>The proxy on the way.</summary>
    [JsonPropertyName("proxy")]
    public object? Proxy { get; init; }

    /// <summary>Which certificates are taken.</summary>
    [JsonPropertyName("tls")]
    public object? Tls { get; init; }
}

/// <summary>Ours: where content may move, and which deployments there are, which is also what an emulated region offers.</summary>
public sealed record BackendContent(
    [property: JsonPropertyName("dataBoundary")] string? DataBoundary,
    [property: JsonPropertyName("deployments")] IReadOnlyList<DeploymentResource>? Deployments);

/// <summary>A model deployment; capacity in thousands of tokens a minute.</summary>
public sealed record DeploymentResource(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("model")] string Model,
    [property: JsonPropertyName("version")] string Version,
    [property: JsonPropertyName("capacity")] int? Capacity);

/// <summary>At most one rule.</summary>
public sealed record CircuitBreakerResource([property: JsonPropertyName("rules")] IReadOnlyList<CircuitBreakerRuleResource>? Rules);

/// <summary>A rule for tripping the backend; durations are ISO 8601.</summary>
public sealed record CircuitBreakerRuleResource(
    [property: JsonPropertyName("name")] string? Name,
    [property: JsonPropertyName("failureCondition")] FailureConditionResource FailureCondition,
    [property: JsonPropertyName("tripDuration")] string TripDuration,
    [property: JsonPropertyName("acceptRetryAfter")] bool AcceptRetryAfter,
    [property: JsonPropertyName("failureResponse")] FailureResponseResource? FailureResponse);

/// <summary>What counts as a failure, and how many trip.</summary>
public sealed record FailureConditionResource(
    [property: JsonPropertyName("count")] int? Count,
    [property: JsonPropertyName("percentage")] int? Percentage,
    [property: JsonPropertyName("interval")] string Interval,
    [property: JsonPropertyName("statusCodeRanges")] IReadOnlyList<StatusCodeRange>? StatusCodeRanges,
    [property: JsonPropertyName("errorReasons")] IReadOnlyList<string>? ErrorReasons);

/// <summary>The answer where nobody can serve.</summary>
public sealed record FailureResponseResource([property: JsonPropertyName("statusCode")] int? StatusCode);

/// <summary>HTTP statuses from one to another, both included.</summary>
public sealed record StatusCodeRange([property: JsonPropertyName("min")] int Min, [property: JsonPropertyName("max")] int Max)
{
    /// <summary>Whether <paramref name="status"/> lies in it.</summary>
    public bool Contains(int status) => Min <= status && status <= Max;
}
