using Azure.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using SessionAware.Gateway.CosmosSessions;

namespace SessionAware.Tests.SessionStores;

/// <summary>Opened Cosmos stores, each of them a replica.</summary>
public sealed class CosmosStores(TimeProvider time) : IDisposable
{
    private readonly List<CosmosSessionStore> _opened = [];

    /// <summary>One that is not open yet.</summary>
    public CosmosSessionStore Create(string connectionString)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:cosmos", connectionString)]).Build();
        var store = new CosmosSessionStore(configuration, () => new DefaultAzureCredential(), time, NullLogger<CosmosSessionStore>.Instance);
        _opened.Add(store);
        return store;
    }

    /// <summary>A name for a database that nobody else has.</summary>
    public static string NewDatabase() => $"tests-{Path.GetRandomFileName().Replace(".", "", StringComparison.Ordinal)}";

    public void Dispose()
    {
        _opened.ForEach(store => store.Dispose());
        _opened.Clear();
    }
}
