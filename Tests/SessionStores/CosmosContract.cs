using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using SessionAware.Gateway.CosmosSessions;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Tests.SessionStores;

/// <summary>The contract in a Cosmos account, in a database that each test has for itself.</summary>
public abstract class CosmosContract : SessionHistoryContract
{
    private readonly List<CosmosSessionStore> _opened = [];

    protected string Database { get; } = $"tests-{Path.GetRandomFileName().Replace(".", "", StringComparison.Ordinal)}";

    /// <summary>Cosmos removes by itself what has expired.</summary>
    protected override bool Sweeps => false;

    /// <summary>The account, without a database.</summary>
    protected abstract Task<string> AccountAsync();

    protected override async Task<ISessionStore> OpenAsync()
    {
        var store = Create($"{(await AccountAsync()).TrimEnd(';')};Database={Database}");
        await store.OpenAsync(TestContext.Current.CancellationToken);
        return store;
    }

    protected CosmosSessionStore Create(string connectionString)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:cosmos", connectionString)]).Build();
        var store = new CosmosSessionStore(configuration, Time, NullLogger<CosmosSessionStore>.Instance);
        _opened.Add(store);
        return store;
    }

    public override ValueTask DisposeAsync()
    {
        _opened.ForEach(store => store.Dispose());
        _opened.Clear();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
