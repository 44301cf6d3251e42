using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;

namespace SessionAware.Tests.Worlds;

/// <summary>Writes a pools file for one test.</summary>
public static class PoolsText
{
    /// <summary>Pools over eastus2 and westus, each with an API of its own name.</summary>
    /// <returns>The file's path.</returns>
    public static string Write(IEnumerable<string> pools, string? affinity = null)
    {
        var names = pools.ToList();
        var members = """ "services": [ { "id": "/backends/eastus2" }, { "id": "/backends/westus" } ] """;
        return Write($$"""
            {
              "backends": [ { "name": "eastus2" }, { "name": "westus" } ],
              "pools": [ {{string.Join(", ", names.Select(name => $$"""{ "name": "{{name}}", "properties": { "pool": { {{members}}{{(affinity is null ? "" : ", " + affinity)}} } } }"""))}} ],
              "apis": [ {{string.Join(", ", names.Select(name => $$"""{ "name": "{{name}}", "properties": { "path": "{{name}}" }, "sessionAware": { "pool": "{{name}}" } }"""))}} ]
            }
            """);
    }

    /// <summary>The repository's pools file but for the API at /session-aware.</summary>
    public static string WithoutSessionAware()
    {
        var pools = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "pools.json")))!;
        pools["apis"]!.AsArray().RemoveAll(api => api!["name"]!.GetValue<string>() == "session-aware");
        return Write(pools.ToJsonString());
    }

    /// <summary>The repository's pools file, but that no session is replayed.</summary>
    public static string WithoutReplay()
    {
        var pools = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "pools.json")))!;
        pools["pools"]!.AsArray().Single(pool => pool!["name"]!.GetValue<string>() == "session-aware")!["sessionAware"]!["replayOn"] = new JsonArray();
        return Write(pools.ToJsonString());
    }

    /// <summary>The file of exactly this text.</summary>
    public static string Write(string json)
    {
        var path = Path.Combine(Scratch.Folder("pools"), "pools.json");
        File.WriteAllText(path, json);
        return path;
    }

    /// <summary>The faults that stop a gateway over a pools file of this text.</summary>
    public static async Task<IEnumerable<string>> FaultsOfAsync(string json, params (string Name, string? Value)[] settings)
    {
        var path = Write(json);
        var invalid = await Assert.ThrowsAsync<OptionsValidationException>(() => Nodes.StartGatewayAsync([new("Gateway:PoolsFile", path), .. settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value))]));
        return invalid.Failures.Select(failure => failure.Replace(path + ": ", "", StringComparison.Ordinal));
    }
}
