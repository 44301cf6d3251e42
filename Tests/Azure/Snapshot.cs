using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Azure;

/// <summary>What a deployment of <c>infra/</c> would make: the resources that the Bicep compiler predicts, with nothing left to be computed.</summary>
public sealed class Snapshot
{
    private static readonly ConcurrentDictionary<(string, string?), Lazy<Task<Snapshot>>> s_taken = [];

    private Snapshot(IReadOnlyList<JsonNode> resources) => Resources = resources;

    public IReadOnlyList<JsonNode> Resources { get; }

    /// <summary>The policy document of each API, and nothing of the fragments that it includes.</summary>
    public IReadOnlyDictionary<string, XElement> Policies => Texts("apis/policies").ToDictionary(policy => policy.Name[1], policy => XElement.Parse(policy.Text));

    /// <summary>The fragments.</summary>
    public IReadOnlyDictionary<string, XElement> Fragments => Texts("policyFragments").ToDictionary(fragment => fragment.Name[1], fragment => XElement.Parse(fragment.Text));

    /// <summary>Every policy document and fragment, as it is written.</summary>
    public IEnumerable<string> PolicyTexts => Texts("apis/policies").Concat(Texts("policyFragments")).Select(policy => policy.Text);

    /// <summary>The resources of <c>infra/preview/{preview}.bicepparam</c> over the repository's pools, or those of <paramref name="pools"/>; taken once per text.</summary>
    public static Task<Snapshot> OfAsync(string preview = "apis", string? pools = null) => s_taken.GetOrAdd((preview, pools), _ => new(() => TakeAsync(preview, pools))).Value;

    /// <summary>All resources of this type.</summary>
    public IEnumerable<JsonNode> OfType(string type) => Resources.Where(resource => resource["type"]!.GetValue<string>() == type);

    /// <summary>The same resources with the policies' texts changed.</summary>
    public IReadOnlyList<JsonNode> WithPolicies(Func<string, string> change) => [.. Resources.Select(resource =>
    {
        var copy = resource.DeepClone();
        if (copy["properties"]?["value"] is JsonValue text)
            copy["properties"]!["value"] = change(text.GetValue<string>());
        return copy;
    })];

    private static async Task<Snapshot> TakeAsync(string preview, string? pools)
    {
        var folder = Scratch.Folder("snapshot");
        CopyTree(Path.Combine(Repository.Root, "infra"), Path.Combine(folder, "infra"));
        await File.WriteAllTextAsync(Path.Combine(folder, "pools.json"), pools ?? await File.ReadAllTextAsync(Path.Combine(Repository.Root, "pools.json")));
        // It writes beside the parameters, and what a deployment would be told is made up.
        var result = await Bicep.RunAsync(
            folder, "snapshot", $"infra/preview/{preview}.bicepparam", "--mode", "overwrite",
            "--resource-group", "rg", "--subscription-id", "00000000-0000-0000-0000-000000000001", "--tenant-id", "00000000-0000-0000-0000-000000000002");
        Assert.True(result.ExitCode == 0, result.StandardError);
        var snapshot = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "infra", "preview", $"{preview}.snapshot.json")))!;
        return new([.. snapshot["predictedResources"]!.AsArray().Select(resource => resource!)]);
    }

    private static void CopyTree(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private IEnumerable<(string[] Name, string Text)> Texts(string type) => OfType($"Microsoft.ApiManagement/service/{type}")
        .Select(resource => (resource["name"]!.GetValue<string>().Split('/'), resource["properties"]!["value"]!.GetValue<string>()));
}
