using Microsoft.Extensions.Options;
using SessionAware.Gateway.BackendSelection;
using SessionAware.Gateway.CircuitBreakers;
using SessionAware.Gateway.Credentials;
using SessionAware.Gateway.Owners;
using SessionAware.ServiceDefaults;

namespace SessionAware.Gateway.Pools;

/// <summary>Makes a <see cref="PoolsModel"/> of the file and the backends' addresses, or reports every contradiction at once.</summary>
public sealed class PoolsModelBuilder(IConfiguration configuration, BackendStates states, bool mayBeOpen)
{
    /// <summary>APIM leaves the cookie's name to the pool; this is the one that its session-awareness lab uses.</summary>
    public const string DefaultAffinityCookie = "APIM-Backend-Affinity";

    // APIM documents no default; the priorities of the AI-Gateway labs begin with 1.
    private const int DefaultPriority = 1;

    private static readonly TimeSpan s_longestRetryInterval = TimeSpan.FromMinutes(5);

    // Answered by the gateway itself.
    private static readonly string[] s_reserved = ["admin", "alive", "health"];

    private readonly DeploymentTarget _target = DeploymentTargets.Read(configuration);
    private readonly List<string> _faults = [];
    private readonly List<string> _notes = [];
    private readonly Dictionary<string, BackendModel> _backends = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, PoolModel> _pools = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Makes the model; states of backends are looked up, not changed.</summary>
    /// <param name="file">The pools.</param>
    /// <param name="configuration">Addresses and keys of backends, and whether callers are known.</param>
    /// <param name="states">What is going on with the backends.</param>
    /// <param name="mayBeOpen">Whether sessions may be anybody's: in Development, and where nothing is served.</param>
    /// <exception cref="OptionsValidationException">Names, addresses, rules or paths contradict each other; each place is named.</exception>
    public static PoolsModel Build(PoolsFile file, IConfiguration configuration, BackendStates states, bool mayBeOpen = true)
    {
        var builder = new PoolsModelBuilder(configuration, states, mayBeOpen);
        var model = builder.Build(file);
        return builder._faults.Count == 0 ? model : throw PoolsFile.Invalid(file.Path, builder._faults);
    }

    private PoolsModel Build(PoolsFile file)
    {
        ReportDuplicates("backends", file.Backends.Select(backend => backend.Name));
        ReportDuplicates("pools", file.Pools.Select(pool => pool.Name));
        ReportDuplicates("apis", file.Apis.Select(api => api.Name));
        ReportDuplicates("paths of apis", file.Apis.Select(api => api.Properties.Path));

        foreach (var (index, backend) in file.Backends.Index())
            _backends.TryAdd(backend.Name, BuildBackend(backend, $"backends[{index}].properties"));
        foreach (var (index, pool) in file.Pools.Index())
            _pools.TryAdd(pool.Name, BuildPool(pool, file.Pools, $"pools[{index}]"));
        CheckOwners();
        var apis = file.Apis.Index().Select(api => BuildApi(api.Item, $"apis[{api.Index}]")).OfType<ApiModel>().ToList();
        return new PoolsModel(apis, [.. _pools.Values], [.. _backends.Values], _notes);
    }

    private BackendModel BuildBackend(BackendResource backend, string place)
    {
        var (address, fault) = BackendAddresses.Find(configuration, backend, _target);
        if (fault is not null)
            _faults.Add(fault);
        var key = BackendAddresses.KeyOf(configuration, backend.Name);
        if (key is { CanBeSent: false })
            _faults.Add($"backend '{backend.Name}': {BackendAddresses.KeySettingOf(backend.Name)} must be printable ASCII without spaces: no header could carry it");
        var properties = backend.Properties;
        NoteKept(properties, place);
        NoteIfKept(properties?.Protocol is "soap" ? properties : null, $"{place}.protocol");
        return new(
            backend.Name,
            address ?? "",
            RegionNames.Shorten(properties?.AzureRegion ?? backend.Name),
            BreakerRuleReader.Read(properties?.CircuitBreaker, place, _faults, _notes),
            key,
            states.Of(backend.Name))
        {
            Signing = _target == DeploymentTarget.Local ? BackendSigning.KnownCallers : key is null ? BackendSigning.Token : BackendSigning.Key,
            // Not by the backend's name: content does not move because of what somebody called it.
            DataBoundary = (backend.SessionAware?.DataBoundary ?? Geographies.Of(properties?.AzureRegion))?.ToLowerInvariant(),
            Deployments = backend.SessionAware?.Deployments?.Select(deployment => deployment.Name).ToList(),
        };
    }

    private PoolModel BuildPool(PoolResource pool, IReadOnlyList<PoolResource> pools, string place)
    {
        NoteKept(pool.Properties, $"{place}.properties");
        var behaviorPlace = $"{place}.sessionAware";
        place += ".properties.pool";
        var members = new List<(BackendModel Backend, PoolService Service)>();
        foreach (var (index, service) in pool.Properties.Pool.Services.Index())
        {
            var name = service.Id[(service.Id.LastIndexOf('/') + 1)..];
            if (pools.Any(other => other.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
                _faults.Add($"{place}.services[{index}].id: ValidationError: '{service.Id}' is a pool; a pool holds single backends alone");
            else if (!_backends.TryGetValue(name, out var backend))
                _faults.Add($"{place}.services[{index}].id: ValidationError: Backend Entity '{name}' not found.");
            else if (members.Any(member => member.Backend == backend))
                _faults.Add($"{place}.services[{index}].id: '{service.Id}' is in this pool already");
            else
                members.Add((backend, service));
            NoteIfKept(service.PreferredCarbonEmission, $"{place}.services[{index}].preferredCarbonEmission");
        }

        var definition = pool.Properties.Pool;
        var ids = IdAffinityReader.Read(pool.SessionAware, behaviorPlace, OwnersOptions.AreOn(configuration), _faults);
        if (ids?.Replay.Injects == true && members.Count > 1 && members.Select(member => member.Backend.DataBoundary).Distinct().ToList() is not [not null])
            _faults.Add($"{behaviorPlace}.history: 'inject' sends what was said to every backend of the pool, and these do not all have one dataBoundary");
        return new(
            pool.Name,
            [.. members.GroupBy(member => member.Service.Priority ?? DefaultPriority).OrderBy(group => group.Key).Select(group => BuildGroup(group.Key, [.. group]))],
            definition.SessionAffinity is { } affinity ? affinity.SessionId.Name ?? DefaultAffinityCookie : null,
            pool.SessionAware?.OnUnavailable is "redistribute" ? UnavailablePolicy.Redistribute : UnavailablePolicy.Fail,
            StatusChecks.CheckFailureResponse(definition.FailureResponse, place, _faults) ?? StatusCodes.Status503ServiceUnavailable,
            ids);
    }

    /// <summary>A member without a weight has an equal share: the average of the weights that are there, zeros apart.</summary>
    private static PriorityGroup BuildGroup(int priority, List<(BackendModel Backend, PoolService Service)> members)
    {
        var given = members.Select(member => member.Service.Weight).OfType<int>().Where(weight => weight > 0).ToList();
        var (scale, average) = given.Count == 0 ? (1, 1) : (given.Count, given.Sum());
        return new(priority, [.. members.Select(member => new PoolMember(member.Backend, member.Service.Weight * scale ?? average))]);
    }

    private ApiModel? BuildApi(ApiResource api, string place)
    {
        if (s_reserved.Contains(api.Properties.Path.Split('/')[0], StringComparer.OrdinalIgnoreCase))
            _faults.Add($"{place}.properties.path: '{api.Properties.Path}' is taken by the gateway itself");
        var retry = BuildRetry(api.SessionAware.Retry, $"{place}.sessionAware.retry");
        if (_pools.TryGetValue(api.SessionAware.Pool, out var pool))
            return new(api.Name, "/" + api.Properties.Path, pool, retry);
        _faults.Add($"{place}.sessionAware.pool: there is no pool '{api.SessionAware.Pool}'");
        return null;
    }

    /// <summary>Whoever may name sessions, or is served in the gateway's name, must be known; and then callers' keys are not the backends'.</summary>
    private void CheckOwners()
    {
        const string settings = "set Gateway__Owners__Subscriptions__0__… or Gateway__Owners__Tokens__…, or let everybody in by Gateway__Owners__AllowAnonymous=true";
        var pools = _pools.Values.Where(pool => pool.Ids is not null || pool.IsSigned).ToList();
        var owners = OwnersOptions.Read(configuration);
        if (!owners.KnowsCallers && !mayBeOpen && !owners.AllowAnonymous && pools.Count > 0)
        {
            var reason = _target == DeploymentTarget.Local ? "sessions need owners" : "whoever reaches this gateway would use its identity in Azure (SessionAware__Target)";
            _faults.Add($"{string.Join(", ", pools.Select(pool => $"pool '{pool.Name}'"))}: outside Development, {reason}: {settings}");
        }

        if (owners.KnowsCallers)
        {
            _faults.AddRange(pools.SelectMany(pool => pool.Backends).Distinct().Where(backend => backend is { Key: null, Signing: BackendSigning.KnownCallers }).Select(backend =>
                $"backend '{backend.Name}': callers' keys are the gateway's own, so it needs one for this backend: set {BackendAddresses.KeySettingOf(backend.Name)}"));
        }
    }

    private RetryRule? BuildRetry(RetryResource? retry, string place)
    {
        if (retry is null)
            return null;
        StatusChecks.CheckRanges(retry.Condition?.StatusCodeRanges, $"{place}.condition", _faults);
        return new(
            retry.Count,
            IsoDuration.Read(retry.Interval ?? "PT0S", $"{place}.interval", TimeSpan.Zero, s_longestRetryInterval, _faults),
            retry.FirstFastRetry,
            retry.Condition?.StatusCodeRanges ?? RetryRule.DefaultStatuses);
    }

    private void ReportDuplicates(string what, IEnumerable<string> names) => _faults.AddRange(
        names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1).Select(group => $"{what}: '{group.Key}' is there {group.Count()} times"));

    private void NoteKept(KeptProperties? properties, string place)
    {
        NoteIfKept(properties?.Credentials, $"{place}.credentials");
        NoteIfKept(properties?.Proxy, $"{place}.proxy");
        NoteIfKept(properties?.Tls, $"{place}.tls");
        NoteIfKept(properties?.ServiceFabric, $"{place}.properties");
    }

    private void NoteIfKept(object? value, string place)
    {
        if (value is not null)
            _notes.Add($"{place}: kept for Azure, this gateway does not act on it");
    }
}
