using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace SessionAware.AppHost;

/// <summary>What this program needs of <c>pools.json</c>, the file that the gateway, Standalone and the templates for Azure read, too.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Backends">Its backends in the file's order.</param>
internal sealed record PoolsJson(string Path, IReadOnlyList<PoolsBackend> Backends)
{
    /// <summary>The deployment that the lab talks to: the first that is listed.</summary>
    public string Deployment => Backends.SelectMany(backend => backend.Deployments).Select(deployment => deployment["name"]).First();

    /// <summary>Reads the file of the repository; where nothing is published, the one that <c>Gateway__PoolsFile</c> names: an image carries the repository's.</summary>
    public static PoolsJson Read(IDistributedApplicationBuilder builder)
    {
        var named = builder.ExecutionContext.IsRunMode ? builder.Configuration["Gateway:PoolsFile"] : null;
        var path = System.IO.Path.GetFullPath(named ?? "pools.json", System.IO.Path.Combine(builder.AppHostDirectory, ".."));
        using var json = JsonDocument.Parse(File.ReadAllText(path));
        return new(path, [.. json.RootElement.GetProperty("backends").EnumerateArray().Select(PoolsBackend.Of)]);
    }

    /// <summary>The file in base64, the form in which a template for Azure takes it: braces would be read as references to other resources.</summary>
    public string ToBase64() => Convert.ToBase64String(File.ReadAllBytes(Path));
}

/// <summary>A backend of <c>pools.json</c>.</summary>
/// <param name="Name">Its name, which is also its resource's.</param>
/// <param name="Region">Where it is.</param>
/// <param name="Deployments">The properties of each deployment, as text.</param>
internal sealed record PoolsBackend(string Name, string Region, IReadOnlyList<IReadOnlyDictionary<string, string>> Deployments)
{
    internal static PoolsBackend Of(JsonElement backend)
    {
        var name = backend.GetProperty("name").GetString()!;
        var region = backend.TryGetProperty("properties", out var apim) && apim.TryGetProperty("azureRegion", out var place) ? place.GetString()! : name;
        return new(name, region, backend.TryGetProperty("sessionAware", out var ours) && ours.TryGetProperty("deployments", out var deployments)
            ? [.. deployments.EnumerateArray().Select(deployment => deployment.EnumerateObject().ToDictionary(property => property.Name, property => property.Value.ToString()))]
            : []);
    }
}
