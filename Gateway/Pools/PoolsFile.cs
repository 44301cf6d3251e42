using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;

namespace SessionAware.Gateway.Pools;

/// <summary>
/// <c>pools.json</c> as it stands in the file: APIM's own resources, each a name and <c>properties</c>, with what is ours under <c>sessionAware</c>.
/// </summary>
public sealed record PoolsFile(
    [property: JsonPropertyName("backends")] IReadOnlyList<BackendResource> Backends,
    [property: JsonPropertyName("pools")] IReadOnlyList<PoolResource> Pools,
    [property: JsonPropertyName("apis")] IReadOnlyList<ApiResource> Apis)
{
    /// <summary>Where the file was found.</summary>
    [JsonIgnore]
    public string Path { get; init; } = "";

    /// <summary>Reads <paramref name="file"/>: itself, or the one of that name beside the program.</summary>
    /// <exception cref="OptionsValidationException">There is none, or its shape has faults; all of them are named.</exception>
    public static async Task<PoolsFile> ReadAsync(string file)
    {
        if (string.IsNullOrWhiteSpace(file))
            throw Invalid("pools.json", ["Gateway__PoolsFile must name a file"]);
        var path = new[] { System.IO.Path.GetFullPath(file), System.IO.Path.Combine(AppContext.BaseDirectory, file) }.FirstOrDefault(File.Exists)
            ?? throw Invalid(file, [$"no such file, neither in {Environment.CurrentDirectory} nor in {AppContext.BaseDirectory} (Gateway__PoolsFile)"]);
        var json = await File.ReadAllTextAsync(path);
        var faults = await PoolsSchema.FindFaultsAsync(json);
        return faults.Count == 0 ? JsonSerializer.Deserialize(json, PoolsJson.Default.PoolsFile)! with { Path = path } : throw Invalid(path, faults);
    }

    /// <summary>All faults of the file at <paramref name="path"/> as one exception.</summary>
    internal static OptionsValidationException Invalid(string path, IEnumerable<string> faults) =>
        new("pools.json", typeof(PoolsFile), faults.Select(fault => $"{path}: {fault}"));
}

/// <summary>A single backend.</summary>
public sealed record BackendResource(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("properties")] BackendProperties? Properties,
    [property: JsonPropertyName("sessionAware")] BackendContent? SessionAware);

/// <summary>Ours: what an emulated region offers.</summary>
public sealed record BackendContent([property: JsonPropertyName("deployments")] IReadOnlyList<DeploymentResource>? Deployments);

/// <summary>A model deployment; capacity in thousands of tokens a minute.</summary>
public sealed record DeploymentResource(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("model")] string Model,
    [property: JsonPropertyName("version")] string Version,
    [property: JsonPropertyName("capacity")] int? Capacity);

/// <summary>What APIM knows of a single backend.</summary>
public sealed record BackendProperties([property: JsonPropertyName("azureRegion")] string? AzureRegion);

/// <summary>A backend of type pool.</summary>
public sealed record PoolResource(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("properties")] PoolProperties Properties);

/// <summary>What APIM knows of a pool.</summary>
public sealed record PoolProperties([property: JsonPropertyName("pool")] PoolDefinition Pool);

/// <summary>The members of a pool and its session affinity.</summary>
public sealed record PoolDefinition(
    [property: JsonPropertyName("services")] IReadOnlyList<PoolService> Services,
    [property: JsonPropertyName("sessionAffinity")] SessionAffinity? SessionAffinity);

/// <summary>A member by its id: <c>/backends/{name}</c> or a full resource id that ends so.</summary>
public sealed record PoolService([property: JsonPropertyName("id")] string Id);

/// <summary>Where the session id comes from.</summary>
public sealed record SessionAffinity([property: JsonPropertyName("sessionId")] SessionIdSource SessionId);

/// <summary>A cookie and its name.</summary>
public sealed record SessionIdSource(
    [property: JsonPropertyName("source")] string Source,
    [property: JsonPropertyName("name")] string? Name);

/// <summary>An API.</summary>
public sealed record ApiResource(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("properties")] ApiProperties Properties,
    [property: JsonPropertyName("sessionAware")] ApiRouting SessionAware);

/// <summary>What APIM knows of an API.</summary>
public sealed record ApiProperties([property: JsonPropertyName("path")] string Path);

/// <summary>Ours: the pool behind an API, which in APIM is the policy's business.</summary>
public sealed record ApiRouting([property: JsonPropertyName("pool")] string Pool);

/// <summary>Source-generated reading of <see cref="PoolsFile"/>.</summary>
[JsonSerializable(typeof(PoolsFile))]
internal sealed partial class PoolsJson : JsonSerializerContext;
