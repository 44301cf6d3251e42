using SessionAware.Tests.CosmosEmulator;
using SessionAware.Tests.SessionStores;

namespace SessionAware.Tests.SharedSessions;

/// <summary>The stores that replicas of a gateway can share.</summary>
public static class SharedStores
{
    private const string Sqlite = "sqlite", Cosmos = "cosmos";

    public static TheoryData<string> All => [Sqlite, Cosmos];

    // A busy machine is no store that is out.
    private static readonly (string Name, string? Value) s_patience = ("Gateway:Sessions:StoreTimeout", "00:00:30");

    /// <summary>The settings of a world whose replicas share one; of Cosmos a database of their own in <see cref="LocalCosmos"/>.</summary>
    public static async Task<(string Name, string? Value)[]> SettingsAsync(string store) => store == Sqlite
        ? [s_patience]
        : [s_patience, ("Gateway:Sessions:Store", store), ("ConnectionStrings:cosmos", (await LocalCosmos.SharedAsync()).ConnectionString(CosmosStores.NewDatabase()))];
}
