using SessionAware.Gateway.CircuitBreakers;
using SessionAware.Gateway.Credentials;

namespace SessionAware.Gateway.Pools;

/// <summary>One backend: an account in one region.</summary>
/// <param name="Name">The name in <c>pools.json</c>.</param>
/// <param name="Address">The account's root, without a trailing slash; everything after <c>/{api}</c> is appended.</param>
/// <param name="Region">The region's short name.</param>
/// <param name="Rule">When it trips; null: never.</param>
/// <param name="Key">The gateway's own key there, where it has one.</param>
/// <param name="State">What is going on with it; it outlives this definition when <c>pools.json</c> changes.</param>
public sealed record BackendModel(string Name, string Address, string Region, BreakerRule? Rule, BackendKey? Key, BackendState State)
{
    /// <summary>Who signs requests to it, and how.</summary>
    public BackendSigning Signing { get; init; }

    /// <summary>Content may move between backends of one boundary, in lower case; null: to no other backend.</summary>
    public string? DataBoundary { get; init; }

    /// <summary>The deployments that it has; null where they are not listed, and any may be there.</summary>
    public IReadOnlyList<string>? Deployments { get; init; }
}
