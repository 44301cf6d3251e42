using System.Diagnostics.CodeAnalysis;

namespace SessionAware.Gateway.Pools;

/// <summary>Everything that <c>pools.json</c> and the backend addresses define, checked and immutable. A running request keeps the one that it began with.</summary>
public sealed class PoolsModel
{
    private readonly ApiModel[] _longestPathFirst;

    internal PoolsModel(IEnumerable<ApiModel> apis, IReadOnlyList<PoolModel> pools, IReadOnlyList<BackendModel> backends, IReadOnlyList<string> notes)
    {
        _longestPathFirst = [.. apis.OrderByDescending(api => api.Path.Value!.Length)];
        (Pools, Backends, Notes) = (pools, backends, notes);
    }

    /// <summary>All pools in the file's order.</summary>
    public IReadOnlyList<PoolModel> Pools { get; }

    /// <summary>All backends in the file's order, whether a pool has them or not.</summary>
    public IReadOnlyList<BackendModel> Backends { get; }

    /// <summary>What the file says and the gateway does not act on, each with its place.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>The APIs in the order of their paths.</summary>
    public IEnumerable<ApiModel> Apis => _longestPathFirst.OrderBy(api => api.Path.Value, StringComparer.Ordinal);

    /// <summary>The backend of this name, whether it is in a pool or not; null where there is none, or none any more.</summary>
    public BackendModel? Find(string name) => Backends.FirstOrDefault(backend => backend.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Finds the API at <paramref name="path"/>; <paramref name="rest"/> is what its backend gets.</summary>
    public bool TryMatch(PathString path, [NotNullWhen(true)] out ApiModel? api, out PathString rest)
    {
        foreach (var candidate in _longestPathFirst)
        {
            if (path.StartsWithSegments(candidate.Path, StringComparison.OrdinalIgnoreCase, out rest))
            {
                api = candidate;
                return true;
            }
        }

        (api, rest) = (null, default);
        return false;
    }
}
