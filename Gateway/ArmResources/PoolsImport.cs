using System.Text.Json;
using System.Text.Json.Nodes;
using SessionAware.Gateway.Pools;

namespace SessionAware.Gateway.ArmResources;

/// <summary>Entries for <c>pools.json</c> made of APIM's backend resources. Every published field is kept as it is.</summary>
/// <param name="Entries">An object with <c>backends</c> and <c>pools</c>, each only where there are any.</param>
/// <param name="Warnings">What is in no published version and was left out, each with its place.</param>
/// <param name="Faults">What keeps the entries from being of use, each with its place.</param>
internal sealed record PoolsImport(JsonObject Entries, IReadOnlyList<string> Warnings, IReadOnlyList<string> Faults)
{
    /// <summary>Reads <paramref name="json"/>.</summary>
    /// <param name="json">What Azure's tools printed, or a request body.</param>
    /// <param name="name">The name of a resource that has none.</param>
    public static async Task<PoolsImport> ReadAsync(string json, string? name)
    {
        if (JsonText.FindFaults(json, isForeign: true) is { Count: > 0 } unreadable)
            return new([], [], unreadable);
        var (warnings, faults) = (new List<string>(), new List<string>());
        var (backends, pools) = (new JsonArray(), new JsonArray());
        var found = ArmBackends.FindAll(JsonNode.Parse(json, documentOptions: new() { CommentHandling = JsonCommentHandling.Skip })).ToList();
        if (found.Count == 0)
            faults.Add($"no {ArmBackends.ResourceType} in it");
        foreach (var resource in found)
        {
            var list = resource.IsPool ? pools : backends;
            var place = $"{(resource.IsPool ? "pools" : "backends")}[{list.Count}]";
            if ((resource.Name ?? name) is not { } given)
            {
                faults.Add($"{place}: the resource has no name: give it with --name");
                continue;
            }

            var entry = new JsonObject { ["name"] = given, ["properties"] = resource.Properties };
            await PoolsSchema.PruneAsync(entry, resource.IsPool, place, warnings);
            var numbers = JsonText.FindFaults(entry.ToJsonString());
            faults.AddRange((numbers.Count > 0 ? numbers : await PoolsSchema.FindEntryFaultsAsync(entry, resource.IsPool)).Select(fault => $"{place}.{fault}"));
            list.Add(entry);
        }

        return new(Together(("backends", backends), ("pools", pools)), warnings, faults);
    }

    private static JsonObject Together(params (string Name, JsonArray List)[] lists)
    {
        var entries = new JsonObject();
        foreach (var (name, list) in lists.Where(each => each.List.Count > 0))
            entries[name] = list;
        return entries;
    }
}
