using System.Net;
using Azure.Core;
using Microsoft.Azure.Cosmos;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.CosmosSessions;

/// <summary>
/// The client and its container, which it makes where it is missing. An account that cannot be reached yet is tried again and again: the gateway serves meanwhile.
/// </summary>
internal sealed partial class CosmosConnection(CosmosSettings settings, Func<TokenCredential> credential, TimeProvider time, ILogger logger) : IDisposable
{
    private const string PartitionPath = "/partition";

    // Everything that a query asks for; nothing of what was said.
    private static readonly string[] s_indexed = ["/type/?", "/owner/?", "/session/?", "/created/?", "/expires/?", "/items/[]/?"];

    // Whoever starts serves while the account is not there yet. One that is there takes a moment, in which nothing could be looked up: longer than a question may wait.
    private static readonly TimeSpan s_longestStart = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(15);

    // An account short of throughput says when to come again: a write is late then, not lost. Whoever waits for it has a limit of their own.
    private const int MostThrottled = 1000;
    private static readonly TimeSpan s_longestThrottled = TimeSpan.FromMinutes(2);

    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _tried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopping = new();
    private Task? _opening;
    private CosmosClient? _client;
    private volatile Container? _container;
    private volatile Exception? _failure;

    /// <summary>Ends when it is open.</summary>
    public Task Opened => _opened.Task;

    /// <summary>Begins to open it, once, and waits a little until that has been tried.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        Open();
        await _tried.Task.WaitAsync(s_longestStart, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>The container.</summary>
    /// <exception cref="SessionStoreException">It is not open yet.</exception>
    public async ValueTask<Container> GetAsync(CancellationToken cancellationToken)
    {
        if (_container is { } open)
            return open;
        Open();
        // The first attempt is worth waiting for; after that nobody knows how long it takes.
        await _tried.Task.WaitAsync(cancellationToken);
        return _container ?? throw new SessionStoreException("The session store is not open yet.", _failure!);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping.Cancel();
        lock (_lock)
            _client?.Dispose();
    }

    private void Open()
    {
        lock (_lock)
            _opening ??= Task.Run(KeepOpeningAsync);
    }

    private async Task KeepOpeningAsync()
    {
        for (var pause = s_firstPause; !_stopping.IsCancellationRequested; pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause)
        {
            CosmosClient? client = null;
            try
            {
                client = Connect();
                _container = await PrepareAsync(client);
                lock (_lock)
                    _client = client;
                _opened.SetResult();
                _tried.TrySetResult();
                if (_failure is not null)
                    LogOpened(settings.Database, settings.Container);
                return;
            }
            catch (Exception failure)
            {
                client?.Dispose();
                if (_failure?.GetType() != failure.GetType())
                    LogNotOpened(settings.Endpoint.Host, failure.GetType().Name, failure is CosmosException answer ? $"{(int)answer.StatusCode} {answer.StatusCode}" : failure.Message);
                _failure = failure;
                _tried.TrySetResult();
            }

            await Task.Delay(pause, time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private CosmosClient Connect()
    {
        var options = new CosmosClientOptions
        {
            ApplicationName = "SessionAware",
            ConnectionMode = settings.IsEmulator ? ConnectionMode.Gateway : ConnectionMode.Direct,
            LimitToEndpoint = settings.IsEmulator,
            MaxRetryAttemptsOnRateLimitedRequests = MostThrottled,
            MaxRetryWaitTimeOnRateLimitedRequests = s_longestThrottled,
            EnableContentResponseOnWrite = false,
            // What one replica has written every other must find, whatever the account's own consistency.
            ReadConsistencyStrategy = settings.IsEmulator ? null : ReadConsistencyStrategy.LatestCommitted,
        };
        return settings.ConnectionString is { } withKey ? new(withKey, options) : new(settings.Endpoint.AbsoluteUri, credential(), options);
    }

    private async Task<Container> PrepareAsync(CosmosClient client)
    {
        var container = client.GetContainer(settings.Database, settings.Container);
        ContainerProperties found;
        try
        {
            found = await container.ReadContainerAsync(cancellationToken: _stopping.Token);
        }
        catch (CosmosException missing) when (missing.StatusCode == HttpStatusCode.NotFound)
        {
            found = await CreateAsync(client);
        }

        if (found.PartitionKeyPath != PartitionPath)
            throw new CosmosStoreException($"Container '{settings.Container}' is another program's: its partition key is {found.PartitionKeyPath}, not {PartitionPath}.");
        await TuneAsync(container, found);
        return container;
    }

    private async Task<ContainerProperties> CreateAsync(CosmosClient client)
    {
        try
        {
            Database database = await client.CreateDatabaseIfNotExistsAsync(settings.Database, cancellationToken: _stopping.Token);
            return await database.CreateContainerIfNotExistsAsync(Tuned(new(settings.Container, PartitionPath)), cancellationToken: _stopping.Token);
        }
        catch (CosmosException refused) when (refused.StatusCode == HttpStatusCode.Forbidden)
        {
            // Roles for data let nobody make containers.
            throw new CosmosStoreException(
                $"Container '{settings.Container}' of database '{settings.Database}' is not there, and the gateway's identity may not make it: make it, with partition key {PartitionPath} and time to live on.");
        }
    }

    /// <summary>Where somebody else made the container: nothing would ever expire in it, and every word of what was said be indexed.</summary>
    private async Task TuneAsync(Container container, ContainerProperties found)
    {
        if (found.DefaultTimeToLive is not null && found.IndexingPolicy.IncludedPaths.All(path => path.Path != "/*"))
            return;
        try
        {
            await container.ReplaceContainerAsync(Tuned(found), cancellationToken: _stopping.Token);
        }
        catch (CosmosException refused) when (refused.StatusCode is HttpStatusCode.Forbidden)
        {
            LogNotTuned(settings.Container, string.Join(", ", s_indexed));
        }
    }

    private static ContainerProperties Tuned(ContainerProperties properties)
    {
        // On, and each document says for itself.
        properties.DefaultTimeToLive = -1;
        var policy = new IndexingPolicy { IndexingMode = IndexingMode.Consistent, Automatic = true };
        Array.ForEach(s_indexed, path => policy.IncludedPaths.Add(new() { Path = path }));
        policy.ExcludedPaths.Add(new() { Path = "/*" });
        properties.IndexingPolicy = policy;
        return properties;
    }

    [LoggerMessage(LogLevel.Error, "The session store at {Host} cannot be opened ({Exception}: {Reason}). It is tried again until it can; turns wait in memory.")]
    private partial void LogNotOpened(string host, string exception, string reason);

    [LoggerMessage(LogLevel.Warning, "The session store is open: container {Container} of database {Database}.")]
    private partial void LogOpened(string database, string container);

    [LoggerMessage(LogLevel.Warning, "Container {Container} has no time to live, or indexes everything, and the gateway's identity may not change that: set both there (time to live on, without a default; index {Paths} alone).")]
    private partial void LogNotTuned(string container, string paths);
}
