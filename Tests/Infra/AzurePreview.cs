using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Infra;

/// <summary>What Azure would be asked to make, as the Bicep compiler predicts it from <c>infra/</c> and a pools file.</summary>
/// <param name="File">The prediction, as <c>bicep snapshot</c> wrote it.</param>
/// <param name="Resources">The resources.</param>
/// <param name="Outputs">What other templates get of this one.</param>
public sealed record AzurePreview(string File, IReadOnlyList<JsonObject> Resources, JsonObject Outputs)
{
    // The compiler takes seconds, and what it says is read by many tests and changed by none.
    private static readonly ConcurrentDictionary<(string Template, string Pools, string Parameters), Lazy<Task<AzurePreview>>> s_known = new();

    /// <summary>Where the templates are.</summary>
    public static string Folder { get; } = Path.Combine(Repository.Root, "infra");

    /// <summary>The repository's own pools file.</summary>
    public static string Pools => System.IO.File.ReadAllText(Path.Combine(Repository.Root, "pools.json"));

    /// <summary>Predicts what <paramref name="template"/> makes of <paramref name="pools"/>.</summary>
    /// <param name="template">The template's name without an ending.</param>
    /// <param name="pools">The pools file's text; null: the repository's.</param>
    /// <param name="parameters">Lines that give the preview further parameters.</param>
    public static Task<AzurePreview> OfAsync(string template, string? pools = null, string parameters = "")
    {
        Bicep.SkipWhereMissing();
        return s_known.GetOrAdd((template, pools ?? Pools, parameters), key => new(() => PredictAsync(key.Template, key.Pools, key.Parameters))).Value;
    }

    /// <summary>The resources of this type by their names, without the name of the service or account that they belong to.</summary>
    public IReadOnlyDictionary<string, JsonObject> OfType(string type) => Resources
        .Where(resource => resource["type"]!.GetValue<string>() == type)
        .ToDictionary(resource => resource["name"]!.GetValue<string>().Split('/', 2)[^1], StringComparer.Ordinal);

    private static async Task<AzurePreview> PredictAsync(string template, string pools, string parameters)
    {
        // The compiler writes beside what it reads.
        var scratch = Scratch.Folder("infra");
        foreach (var file in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(scratch, "infra", Path.GetRelativePath(Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            System.IO.File.Copy(file, copy);
        }

        await System.IO.File.WriteAllTextAsync(Path.Combine(scratch, "pools.json"), pools, TestContext.Current.CancellationToken);
        var folder = Path.Combine(scratch, "infra", "preview");
        await System.IO.File.AppendAllTextAsync(Path.Combine(folder, $"{template}.bicepparam"), parameters, TestContext.Current.CancellationToken);
        var predicted = await Bicep.RunAsync(
            folder, "snapshot", $"{template}.bicepparam", "--resource-group", "rg", "--subscription-id", $"{new Guid(1, 0, 0, new byte[8])}", "--tenant-id", $"{new Guid(2, 0, 0, new byte[8])}");
        Assert.Equal((0, ""), (predicted.ExitCode, predicted.StandardError));

        var snapshot = Path.Combine(folder, $"{template}.snapshot.json");
        var json = JsonNode.Parse(await System.IO.File.ReadAllTextAsync(snapshot, TestContext.Current.CancellationToken))!;
        Assert.Empty(json["diagnostics"]!.AsArray());
        return new(snapshot, [.. json["predictedResources"]!.AsArray().Select(resource => resource!.AsObject())], json["outputs"]?.AsObject() ?? []);
    }
}
