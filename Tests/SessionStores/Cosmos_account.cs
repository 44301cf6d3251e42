using Microsoft.Azure.Cosmos;

namespace SessionAware.Tests.SessionStores;

/// <summary>
/// The contract, kept by a real account or by Microsoft's emulator: what <c>SESSIONAWARE_COSMOS</c> names, <c>AccountEndpoint=…;AccountKey=…</c>. Where it names
/// none these are the only tests that CI lets be skipped.
/// </summary>
public sealed class Cosmos_account : CosmosContract
{
    private const string Variable = "SESSIONAWARE_COSMOS";

    protected override Task<string> AccountAsync()
    {
        var account = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(string.IsNullOrEmpty(account), $"{Variable} names no account of Azure Cosmos DB, and no emulator of Microsoft's.");
        return Task.FromResult(account!);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } account)
            return;
        using var client = new CosmosClient(account, new CosmosClientOptions { ConnectionMode = ConnectionMode.Gateway });
        using var _ = await client.GetDatabase(Database).DeleteStreamAsync();
    }
}
