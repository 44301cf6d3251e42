using SessionAware.Gateway.Pools;

namespace SessionAware.Gateway.Admin;

/// <summary>The pools in force.</summary>
/// <param name="File">Where they were read.</param>
/// <param name="LoadedAt">Since when they are in force.</param>
/// <param name="RefusedFaults">The faults of a later change that was refused; empty where the latest one took effect.</param>
/// <param name="Pools">Each with its services as they are selected.</param>
/// <param name="Apis">The paths.</param>
internal sealed record PoolsReport(
    string File, DateTimeOffset LoadedAt, IReadOnlyList<string> RefusedFaults, IReadOnlyList<PoolReport> Pools, IReadOnlyList<ApiReport> Apis)
{
    public static PoolsReport Of(PoolsSource source) => new(
        source.Path,
        source.LoadedAt,
        source.RefusedFaults,
        [.. source.Current.Pools.Select(PoolReport.Of)],
        [.. source.Current.Apis.Select(api => new ApiReport(api.Name, api.Path.Value!, api.Pool.Name))]);
}

/// <summary>A pool.</summary>
/// <param name="Name">Its name.</param>
/// <param name="AffinityCookie">The affinity cookie's name; null without session affinity.</param>
/// <param name="Services">Its members, those that serve first in front.</param>
internal sealed record PoolReport(string Name, string? AffinityCookie, IReadOnlyList<ServiceReport> Services)
{
    public static PoolReport Of(PoolModel pool) => new(
        pool.Name,
        pool.AffinityCookie,
        [.. from priority in pool.Groups from member in priority.Members select new ServiceReport(member.Backend.Name, priority.Priority, member.Weight)]);
}

/// <summary>A member; its weight is relative to the others of the same priority.</summary>
internal sealed record ServiceReport(string Backend, int Priority, int Weight);

/// <summary>An API.</summary>
internal sealed record ApiReport(string Name, string Path, string Pool);
