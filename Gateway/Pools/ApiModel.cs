namespace SessionAware.Gateway.Pools;

/// <summary>An API: a path of the gateway and the pool behind it.</summary>
/// <param name="Name">The name in <c>pools.json</c>.</param>
/// <param name="Path">Its path with a leading slash.</param>
/// <param name="Pool">Where its requests go.</param>
/// <param name="Retry">How requests without a session are retried; null: not at all.</param>
public sealed record ApiModel(string Name, PathString Path, PoolModel Pool, RetryRule? Retry);
