using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.Time.Testing;
using SessionAware.Gateway.CosmosSessions;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;
using SessionAware.Tests.CosmosEmulator;

namespace SessionAware.Tests.SessionStores;

/// <summary>Replicas over a database of their own in <see cref="LocalCosmos"/>.</summary>
public abstract class CosmosWorld : IAsyncDisposable
{
    protected const string Ada = "subscription:ada";
    protected const string Bob = "subscription:bob";

    private readonly CosmosStores _stores;
    private CosmosClient? _client;

    protected CosmosWorld() => _stores = new(Time);

    protected FakeTimeProvider Time { get; } = new(DateTimeOffset.FromUnixTimeSeconds(1_770_000_000));

    protected string Database { get; } = CosmosStores.NewDatabase();

    protected LocalCosmos Cosmos { get; private set; } = null!;

    /// <summary>A replica that is open.</summary>
    protected async Task<CosmosSessionStore> OpenAsync()
    {
        await UseAsync();
        var store = Create(Cosmos.ConnectionString(Database));
        await store.OpenAsync(TestContext.Current.CancellationToken);
        await store.Opened.WaitAsync(TestContext.Current.CancellationToken);
        return store;
    }

    /// <summary>Has the emulator run.</summary>
    protected async Task UseAsync() => Cosmos = await LocalCosmos.SharedAsync();

    protected CosmosSessionStore Create(string connectionString) => _stores.Create(connectionString);

    /// <summary>The container itself.</summary>
    protected Container Container => Client.GetContainer(Database, "sessions");

    /// <summary>A client of the tests' own.</summary>
    protected CosmosClient Client => _client ??= new(Cosmos.Account, new CosmosClientOptions { ConnectionMode = ConnectionMode.Gateway, LimitToEndpoint = true });

    /// <summary>All documents of the container.</summary>
    protected async Task<List<Newtonsoft.Json.Linq.JObject>> DocumentsAsync(string where = "true")
    {
        using var pages = Container.GetItemQueryIterator<Newtonsoft.Json.Linq.JObject>($"SELECT * FROM c WHERE {where}");
        List<Newtonsoft.Json.Linq.JObject> documents = [];
        while (pages.HasMoreResults)
            documents.AddRange(await pages.ReadNextAsync(TestContext.Current.CancellationToken));
        return documents;
    }

    protected Task<string[]> RequestsAsync() => Cosmos.RequestsAsync(Database);

    protected static ValueTask<Pin?> FindAsync(CosmosSessionStore store, SessionId id, string owner = Ada) => store.FindAsync(id, owner, TestContext.Current.CancellationToken);

    protected static ValueTask<SessionAware.Gateway.Sessions.Turn?> ReadAsync(CosmosSessionStore store, string response) => store.ReadTurnAsync(response, Ada, TestContext.Current.CancellationToken);

    protected Pin PinOf(SessionId id, string? session = null, string owner = Ada) => new(id, owner, "eastus2", session ?? id.Text, Time.GetUtcNow().AddDays(1));

    protected SessionAware.Gateway.Sessions.Turn TurnOf(string response, string status = "completed") =>
        new(response, Ada, "eastus2", response, Time.GetUtcNow(), Time.GetUtcNow().AddDays(1)) { Status = status };

    public ValueTask DisposeAsync()
    {
        _stores.Dispose();
        _client?.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
