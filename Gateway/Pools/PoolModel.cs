namespace SessionAware.Gateway.Pools;

/// <summary>A pool of backends.</summary>
/// <param name="Name">The name in <c>pools.json</c>.</param>
/// <param name="Backends">At least one, in the file's order.</param>
/// <param name="AffinityCookie">The name of APIM's affinity cookie; null where the pool has no session affinity.</param>
public sealed record PoolModel(string Name, IReadOnlyList<BackendModel> Backends, string? AffinityCookie);
