using System.Text.Json.Nodes;

namespace SessionAware.Benchmarks.Cost;

/// <summary>The repository's pools with the APIs that are measured and no others.</summary>
internal sealed class CostPools
{
    private readonly JsonNode _pools;

    /// <param name="apis">The APIs' names; none: all.</param>
    /// <exception cref="BenchmarkException">There is no API of such a name.</exception>
    public CostPools(IReadOnlyCollection<string> apis)
    {
        _pools = JsonNode.Parse(File.ReadAllText(System.IO.Path.Combine(AppContext.BaseDirectory, "pools.json")))!;
        var known = _pools["apis"]!.AsArray();
        var names = known.Select(NameOf).ToList();
        if (apis.Except(names).FirstOrDefault() is { } unknown)
            throw new BenchmarkException($"pools.json has no API '{unknown}'; it has {string.Join(", ", names)}.");
        foreach (var other in known.Where(api => apis.Count > 0 && !apis.Contains(NameOf(api))).ToList())
            known.Remove(other);
        Apis = [.. known.Select(api => new CostApi(NameOf(api), api!["properties"]!["path"]!.GetValue<string>()))];
    }

    public IReadOnlyList<CostApi> Apis { get; }

    /// <summary>Writes the file that the gateway reads.</summary>
    public void Write(string file) => File.WriteAllText(file, _pools.ToJsonString());

    /// <summary>The settings that spread the backends over the upstream's addresses.</summary>
    public Dictionary<string, string> Addresses(IReadOnlyList<string> upstream) =>
        _pools["backends"]!.AsArray().Index().ToDictionary(backend => $"Backends__{NameOf(backend.Item)}__Url", backend => upstream[backend.Index % upstream.Count]);

    private static string NameOf(JsonNode? resource) => resource!["name"]!.GetValue<string>();
}
