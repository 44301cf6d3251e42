using System.Text.Json.Serialization;

namespace SessionAware.Gateway.Pools;

/// <summary>A backend of type pool.</summary>
public sealed record PoolResource(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("properties")] PoolProperties Properties,
    [property: JsonPropertyName("sessionAware")] PoolBehavior? SessionAware);

/// <summary>What APIM knows of a pool.</summary>
public sealed record PoolProperties([property: JsonPropertyName("pool")] PoolDefinition Pool) : KeptProperties;

/// <summary>The members of a pool, its session affinity, and its answer where none can serve.</summary>
public sealed record PoolDefinition(
    [property: JsonPropertyName("services")] IReadOnlyList<PoolService> Services,
    [property: JsonPropertyName("sessionAffinity")] SessionAffinity? SessionAffinity,
    [property: JsonPropertyName("failureResponse")] FailureResponseResource? FailureResponse);

/// <summary>A member by its id: <c>/backends/{name}</c> or a full resource id that ends so.</summary>
public sealed record PoolService(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("weight")] int? Weight,
    [property: JsonPropertyName("priority")] int? Priority,
    [property: JsonPropertyName("preferredCarbonEmission")] string? PreferredCarbonEmission);

/// <summary>Where the session id comes from.</summary>
public sealed record SessionAffinity([property: JsonPropertyName("sessionId")] SessionIdSource SessionId);

/// <summary>A cookie and its name.</summary>
public sealed record SessionIdSource(
    [property: JsonPropertyName("source")] string Source,
    [property: JsonPropertyName("name")] string? Name);

/// <summary>Ours: what APIM does not document, and affinity by ids with what becomes of its sessions.</summary>
public sealed record PoolBehavior(
    [property: JsonPropertyName("onUnavailable")] string? OnUnavailable,
    [property: JsonPropertyName("affinity")] string? Affinity,
    [property: JsonPropertyName("azure")] string? Azure,
    [property: JsonPropertyName("unknown")] string? Unknown,
    [property: JsonPropertyName("recordContent")] bool? RecordContent,
    [property: JsonPropertyName("keys")] IReadOnlyList<SessionKeyResource>? Keys,
    [property: JsonPropertyName("replayOn")] IReadOnlyList<string>? ReplayOn,
    [property: JsonPropertyName("maxWait")] string? MaxWait,
    [property: JsonPropertyName("failBack")] string? FailBack,
    [property: JsonPropertyName("history")] string? History,
    [property: JsonPropertyName("replayTokensPerMinute")] int? ReplayTokensPerMinute)
{
    /// <summary>What only affinity by ids gives a meaning, and is there.</summary>
    internal IEnumerable<string> FieldsOfIds => new (string Name, object? Value)[]
    {
        ("azure", Azure), ("unknown", Unknown), ("recordContent", RecordContent), ("keys", Keys), ("replayOn", ReplayOn), ("maxWait", MaxWait),
        ("failBack", FailBack), ("history", History), ("replayTokensPerMinute", ReplayTokensPerMinute),
    }.Where(setting => setting.Value is not null).Select(setting => setting.Name);
}

/// <summary>A further session key: one of the three.</summary>
public sealed record SessionKeyResource(
    [property: JsonPropertyName("path")] string? Path,
    [property: JsonPropertyName("field")] string? Field,
    [property: JsonPropertyName("header")] string? Header);
