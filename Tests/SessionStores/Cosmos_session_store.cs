using SessionAware.Tests.CosmosEmulator;

namespace SessionAware.Tests.SessionStores;

/// <summary>The contract, kept by Cosmos as <see cref="LocalCosmos"/> knows it.</summary>
public sealed class Cosmos_session_store : CosmosContract
{
    protected override async Task<string> AccountAsync() => (await LocalCosmos.SharedAsync()).Account;
}
