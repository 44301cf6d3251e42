using Microsoft.Extensions.Options;

namespace SessionAware.Gateway.Pools;

/// <summary>Makes a <see cref="PoolsModel"/> of the file and the backends' addresses, or reports every contradiction at once.</summary>
public static class PoolsModelBuilder
{
    /// <summary>APIM leaves the cookie's name to the pool; this is the one that its session-awareness lab uses.</summary>
    public const string DefaultAffinityCookie = "APIM-Backend-Affinity";

    // Answered by the gateway itself.
    private static readonly string[] s_reserved = ["admin", "alive", "health"];

    /// <summary>Makes the model.</summary>
    /// <exception cref="OptionsValidationException">Names, addresses or paths contradict each other; each place is named.</exception>
    public static PoolsModel Build(PoolsFile file, IConfiguration configuration)
    {
        var model = Build(file, configuration, out var faults);
        return faults.Count == 0 ? model : throw PoolsFile.Invalid(file.Path, faults);
    }

    private static PoolsModel Build(PoolsFile file, IConfiguration configuration, out List<string> faults)
    {
        faults = [];
        faults.AddRange(Duplicates("backends", file.Backends.Select(backend => backend.Name)));
        faults.AddRange(Duplicates("pools", file.Pools.Select(pool => pool.Name)));
        faults.AddRange(Duplicates("apis", file.Apis.Select(api => api.Name)));
        faults.AddRange(Duplicates("paths of apis", file.Apis.Select(api => api.Properties.Path)));

        var backends = new Dictionary<string, BackendModel>(StringComparer.OrdinalIgnoreCase);
        foreach (var backend in file.Backends)
        {
            var (address, fault) = BackendAddresses.Find(configuration, backend.Name);
            if (fault is not null)
                faults.Add(fault);
            backends.TryAdd(backend.Name, new(backend.Name, address ?? "", backend.Properties?.AzureRegion ?? backend.Name));
        }

        var pools = new Dictionary<string, PoolModel>(StringComparer.OrdinalIgnoreCase);
        for (var index = 0; index < file.Pools.Count; index++)
            pools.TryAdd(file.Pools[index].Name, BuildPool(file.Pools[index], $"pools[{index}]", backends, faults));

        var apis = new List<ApiModel>();
        for (var index = 0; index < file.Apis.Count; index++)
        {
            var api = file.Apis[index];
            if (s_reserved.Contains(api.Properties.Path.Split('/')[0], StringComparer.OrdinalIgnoreCase))
                faults.Add($"apis[{index}].properties.path: '{api.Properties.Path}' is taken by the gateway itself");
            if (pools.TryGetValue(api.SessionAware.Pool, out var pool))
                apis.Add(new(api.Name, "/" + api.Properties.Path, pool));
            else
                faults.Add($"apis[{index}].sessionAware.pool: there is no pool '{api.SessionAware.Pool}'");
        }

        return new PoolsModel(apis);
    }

    private static PoolModel BuildPool(PoolResource pool, string path, Dictionary<string, BackendModel> backends, List<string> faults)
    {
        var definition = pool.Properties.Pool;
        var members = new List<BackendModel>();
        for (var index = 0; index < definition.Services.Count; index++)
        {
            var id = definition.Services[index].Id;
            var place = $"{path}.properties.pool.services[{index}].id";
            if (!backends.TryGetValue(id[(id.LastIndexOf('/') + 1)..], out var backend))
                faults.Add($"{place}: there is no backend '{id}'");
            else if (members.Contains(backend))
                faults.Add($"{place}: '{id}' is in this pool already");
            else
                members.Add(backend);
        }

        var cookie = definition.SessionAffinity is { } affinity ? affinity.SessionId.Name ?? DefaultAffinityCookie : null;
        return new(pool.Name, members, cookie);
    }

    private static IEnumerable<string> Duplicates(string what, IEnumerable<string> names) =>
        names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1).Select(group => $"{what}: '{group.Key}' is there {group.Count()} times");
}
