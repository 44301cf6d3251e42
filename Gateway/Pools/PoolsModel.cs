using System.Diagnostics.CodeAnalysis;

namespace SessionAware.Gateway.Pools;

/// <summary>Everything that <c>pools.json</c> and the backend addresses define, checked and immutable.</summary>
public sealed class PoolsModel
{
    private readonly ApiModel[] _longestPathFirst;

    /// <summary>Takes checked APIs.</summary>
    public PoolsModel(IEnumerable<ApiModel> apis) => _longestPathFirst = [.. apis.OrderByDescending(api => api.Path.Value!.Length)];

    /// <summary>The APIs' paths in alphabetical order.</summary>
    public IEnumerable<string> Paths => _longestPathFirst.Select(api => api.Path.Value!).Order(StringComparer.Ordinal);

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
