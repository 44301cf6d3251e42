namespace SessionAware.Gateway.Pools;

/// <summary>One backend: an account in one region.</summary>
/// <param name="Name">The name in <c>pools.json</c>.</param>
/// <param name="Address">The account's root, without a trailing slash; everything after <c>/{api}</c> is appended.</param>
/// <param name="Region">The region's short name.</param>
public sealed record BackendModel(string Name, string Address, string Region);
