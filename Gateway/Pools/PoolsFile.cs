using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;

namespace SessionAware.Gateway.Pools;

/// <summary>
/// <c>pools.json</c> as it stands in the file: APIM's own resources, each a name and <c>properties</c>, with what is ours under <c>sessionAware</c>.
/// Only what the gateway acts on is read; <c>docs/pools.schema.json</c> knows every published field.
/// </summary>
public sealed record PoolsFile(
    [property: JsonPropertyName("backends")] IReadOnlyList<BackendResource> Backends,
    [property: JsonPropertyName("pools")] IReadOnlyList<PoolResource> Pools,
    [property: JsonPropertyName("apis")] IReadOnlyList<ApiResource> Apis)
{
    /// <summary>Where the file was found.</summary>
    [JsonIgnore]
    public string Path { get; init; } = "";

    /// <summary>Its text.</summary>
    [JsonIgnore]
    public string Text { get; init; } = "";

    /// <summary>Where <paramref name="file"/> is: itself, or the one of that name beside the program.</summary>
    /// <exception cref="OptionsValidationException">There is none.</exception>
    public static string Find(string file)
    {
        if (string.IsNullOrWhiteSpace(file))
            throw Invalid("pools.json", ["Gateway__PoolsFile must name a file"]);
        return new[] { System.IO.Path.GetFullPath(file), System.IO.Path.Combine(AppContext.BaseDirectory, file) }.FirstOrDefault(File.Exists)
            ?? throw Invalid(file, [$"no such file, neither in {Environment.CurrentDirectory} nor in {AppContext.BaseDirectory} (Gateway__PoolsFile)"]);
    }

    /// <summary>Finds and reads <paramref name="file"/>.</summary>
    /// <exception cref="OptionsValidationException">There is none, or its shape has faults; all of them are named.</exception>
    public static Task<PoolsFile> ReadAsync(string file) => ReadAtAsync(Find(file));

    /// <summary>Reads the file at <paramref name="path"/> and no other.</summary>
    /// <exception cref="OptionsValidationException">It cannot be read, or its shape has faults; all of them are named.</exception>
    public static async Task<PoolsFile> ReadAtAsync(string path)
    {
        string json;
        try
        {
            json = await File.ReadAllTextAsync(path);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw Invalid(path, [$"cannot be read: {unreadable.Message}"]);
        }

        return await ParseAsync(json, path);
    }

    /// <summary>Reads the text of a pools file.</summary>
    /// <param name="json">The text.</param>
    /// <param name="path">Where it comes from, for messages.</param>
    /// <exception cref="OptionsValidationException">Its shape has faults; all of them are named.</exception>
    public static async Task<PoolsFile> ParseAsync(string json, string path)
    {
        var faults = await PoolsSchema.FindFaultsAsync(json);
        return faults.Count == 0 ? JsonSerializer.Deserialize(json, PoolsJson.Default.PoolsFile)! with { Path = path, Text = json } : throw Invalid(path, faults);
    }

    /// <summary>All faults of the file at <paramref name="path"/> as one exception.</summary>
    internal static OptionsValidationException Invalid(string path, IEnumerable<string> faults) =>
        new("pools.json", typeof(PoolsFile), faults.Select(fault => $"{path}: {fault}"));
}

/// <summary>Source-generated reading of <see cref="PoolsFile"/>.</summary>
[JsonSerializable(typeof(PoolsFile))]
internal sealed partial class PoolsJson : JsonSerializerContext;
