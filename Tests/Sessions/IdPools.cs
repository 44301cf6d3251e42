using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Sessions;

/// <summary>Pools files with one pool, and API, <c>pool</c> of affinity by ids over eastus2 and westus.</summary>
internal static class IdPools
{
    /// <summary>The file's path; <paramref name="behavior"/> is what stands beside the affinity, <paramref name="pool"/> what stands behind the services.</summary>
    public static string Write(string? behavior = null, string pool = "") => PoolsText.Write($$"""
        {
          "backends": [ { "name": "eastus2" }, { "name": "westus" } ],
          "pools": [ { "name": "pool", "properties": { "pool": { "services": [ { "id": "/backends/eastus2" }, { "id": "/backends/westus" } ]{{pool}} } },
            "sessionAware": { "affinity": "ids"{{(behavior is null ? "" : ", " + behavior)}} } } ],
          "apis": [ { "name": "pool", "properties": { "path": "pool" }, "sessionAware": { "pool": "pool", "retry": { "count": 1 } } } ]
        }
        """);
}
