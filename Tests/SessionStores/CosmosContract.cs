using SessionAware.Gateway.Sessions;

namespace SessionAware.Tests.SessionStores;

/// <summary>The contract in a Cosmos account, in a database that each test has for itself.</summary>
public abstract class CosmosContract : SessionHistoryContract
{
    private readonly CosmosStores _stores;

    protected CosmosContract() => _stores = new(Time);

    protected string Database { get; } = CosmosStores.NewDatabase();

    /// <summary>Cosmos removes by itself what has expired.</summary>
    protected override bool Sweeps => false;

    /// <summary>The account, without a database.</summary>
    protected abstract Task<string> AccountAsync();

    protected override async Task<ISessionStore> OpenAsync()
    {
        var store = _stores.Create($"{(await AccountAsync()).TrimEnd(';')};Database={Database}");
        await store.OpenAsync(TestContext.Current.CancellationToken);
        return store;
    }

    public override ValueTask DisposeAsync()
    {
        _stores.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
