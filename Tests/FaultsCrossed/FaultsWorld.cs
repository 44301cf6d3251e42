using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SessionAware.Gateway.Sessions;
using SessionAware.Tests.CosmosEmulator;
using SessionAware.Tests.Owners;
using SessionAware.Tests.SessionStores;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.FaultsCrossed;

/// <summary>
/// Two emulated regions, the first of them behind a gate, and replicas of the gateway over Cosmos behind another; all of them can be disturbed, and share what the
/// rows of a table do with them. Callers are two subscriptions, a and b.
/// </summary>
public sealed class FaultsWorld : IAsyncLifetime
{
    // However busy the machine is: a store that answers is waited for.
    private static readonly TimeSpan s_patient = TimeSpan.FromSeconds(30);

    private readonly List<IAsyncDisposable> _parts = [];
    private readonly string _database = CosmosStores.NewDatabase();
    private LocalCosmos _cosmos = null!;
    private TcpGate _store = null!;
    private TcpGate _east = null!;

    /// <summary>Callers of the regions themselves.</summary>
    internal Caller EastUs2 { get; private set; } = null!;

    internal Caller WestUs { get; private set; } = null!;

    /// <summary>Two replicas, which wait long for a store that answers, and not for one that does not.</summary>
    internal IReadOnlyList<FaultsReplica> Replicas { get; private set; } = [];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Starts all, once; everything is as it should be then.</summary>
    /// <param name="pools">What stands beside the pool's affinity, beginning with a comma.</param>
    internal async Task UseAsync(string pools = "")
    {
        LocalCosmos.RequirePackages();
        if (Replicas.Count == 0)
            await StartAsync(pools);
        await RecoverRegionAsync();
        await RecoverStoreAsync();
        await _cosmos.RequestsAsync(_database);
        foreach (var region in new[] { EastUs2, WestUs })
            Assert.Equal(204, (await region.SendAsync(HttpMethod.Delete, "_emulator/journal")).Status);
    }

    /// <summary>The eastern region is struck by what a row calls <paramref name="fault"/>.</summary>
    internal async Task StrikeRegionAsync(string fault)
    {
        switch (fault)
        {
            case "well":
                break;
            case "refuses":
                _east.Shut();
                break;
            case "loses":
                _east.LosesAnswers = true;
                break;
            case "forgets":
                await EastUs2.OrderAsync(new { kind = "outage", lose_state = true });
                await EastUs2.LiftAsync();
                break;
            default:
                await EastUs2.OrderAsync(fault switch
                {
                    "throttles" => new { kind = "throttle", retry_after_ms = 60_000 },
                    "out" => new { kind = "outage" },
                    "fails" => new { kind = "error", status = 500 },
                    "cuts" => (object)new { kind = "cut", after_events = 3 },
                    _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "No such fault."),
                });
                break;
        }
    }

    internal async Task RecoverRegionAsync()
    {
        _east.LosesAnswers = false;
        _east.Open();
        await EastUs2.LiftAsync();
    }

    /// <summary>The store is struck by what a row calls <paramref name="fault"/>.</summary>
    internal Task StrikeStoreAsync(string fault)
    {
        const int always = 1_000_000;
        static LocalCosmos.Fault Throttle(string? operation, int count) => new(operation, count) { Status = 429, RetryAfterMs = 20, Substatus = 3200 };
        LocalCosmos.Fault[] faults = fault switch
        {
            "well" => [],
            "429 once" => [Throttle("create", 1), Throttle("read", 1), Throttle("replace", 1)],
            // Another writer was there first, and has left again.
            "contended" => [new("create") { Status = 409 }, new("replace") { Status = 412 }],
            "429" => [Throttle(operation: null, always)],
            "503" => [new(Operation: null, always) { Status = 503 }],
            "slow" => [new(Operation: null, always) { Hold = true }],
            "writes 503" => [new("create", always) { Status = 503 }, new("replace", always) { Status = 503 }],
            "writes slow" => [new("create", always) { Hold = true }, new("replace", always) { Hold = true }],
            "deletes 503" => [new("delete", always) { Status = 503 }],
            "gone" => [],
            _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "No such fault."),
        };
        WaitForStore(fault switch
        {
            "429" or "503" or "slow" or "gone" => TimeSpan.FromMilliseconds(250),
            // It answers who reads.
            "writes slow" => TimeSpan.FromMilliseconds(600),
            _ => s_patient,
        });
        if (fault == "gone")
            _store.Shut();
        return faults.Length == 0 ? Task.CompletedTask : _cosmos.FailAsync(_database, faults);
    }

    /// <summary>Ends when the store has all that waited for it.</summary>
    internal async Task RecoverStoreAsync()
    {
        WaitForStore(s_patient);
        _store.Open();
        await _cosmos.LiftAsync(_database);
        foreach (var replica in Replicas)
            await replica.SettledAsync();
    }

    /// <summary>Ends when no attempt is marked any more: an answer leaves before its mark does.</summary>
    internal async Task UnmarkedAsync()
    {
        using var client = new CosmosClient(_cosmos.Account, new CosmosClientOptions { ConnectionMode = ConnectionMode.Gateway, LimitToEndpoint = true });
        await Eventually.IsAsync(async () =>
        {
            using var marks = client.GetContainer(_database, "sessions").GetItemQueryIterator<Newtonsoft.Json.Linq.JObject>("SELECT c.id FROM c WHERE c.type = 'attempt'");
            return (await marks.ReadNextAsync(TestContext.Current.CancellationToken)).Count == 0;
        });
    }

    /// <summary>What the store has been asked since the last time.</summary>
    internal Task<string[]> StoreRequestsAsync() => _cosmos.RequestsAsync(_database);

    /// <summary>What the regions were sent since the last time, in order.</summary>
    internal async Task<IReadOnlyList<SentRequest>> SentAsync()
    {
        List<SentRequest> sent = [];
        foreach (var (name, region) in new[] { ("eastus2", EastUs2), ("westus", WestUs) })
        {
            // Whatever came to an end is entered then.
            var journal = await region.JournalAsync(entries => entries.All(entry => entry!["duration_ms"] is not null));
            sent.AddRange(journal.Where(entry => entry!["method"]!.GetValue<string>() == "POST").Select(entry => new SentRequest(
                entry!["at"]!.GetValue<DateTimeOffset>(), name, entry["attempt"]?.GetValue<string>(), entry["status"]?.GetValue<int>())));
            Assert.Equal(204, (await region.SendAsync(HttpMethod.Delete, "_emulator/journal")).Status);
        }

        return [.. sent.OrderBy(request => request.At)];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in Enumerable.Reverse(_parts))
            await part.DisposeAsync();
        EastUs2?.Dispose();
        WestUs?.Dispose();
    }

    private async Task StartAsync(string more)
    {
        _cosmos = Add(await LocalCosmos.StartAsync());
        _store = Add(new TcpGate(_cosmos.Url.AbsoluteUri));
        // What is not young is not waited for; and every moment is another one, so that the regions' journals have one order.
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_770_000_000)) { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };
        var (east, west) = (Add(await StartRegionAsync("eastus2", time)), Add(await StartRegionAsync("westus", time)));
        (EastUs2, WestUs) = (new(east.Url), new(west.Url));
        _east = Add(new TcpGate(east.Url));
        var pools = PoolsText.Write($$"""
            {
              "backends": [ { "name": "eastus2", "sessionAware": { "dataBoundary": "us" } }, { "name": "westus", "sessionAware": { "dataBoundary": "us" } } ],
              "pools": [ { "name": "session-aware", "properties": { "pool": { "services": [ { "id": "/backends/eastus2", "priority": 1 }, { "id": "/backends/westus", "priority": 2 } ] } },
                "sessionAware": { "affinity": "ids", "maxWait": "PT0.2S"{{more}} } } ],
              "apis": [ { "name": "session-aware", "properties": { "path": "session-aware" }, "sessionAware": { "pool": "session-aware" } } ]
            }
            """);
        List<FaultsReplica> replicas = [];
        for (var replica = 0; replica < 2; replica++)
        {
            var gateway = Add(await OwnersWorld.StartGatewayAsync(_east.Url, west.Url,
            [
                .. OwnersWorld.TwoSubscriptions, ("environment", "Development"), ("Gateway:PoolsFile", pools), ("Gateway:Sessions:Store", "cosmos"),
                ("ConnectionStrings:cosmos", _cosmos.ConnectionString(_database, _store.Url)),
            ]));
            await gateway.App.Services.GetRequiredService<ISessionStore>().Opened.WaitAsync(TestContext.Current.CancellationToken);
            replicas.Add(Add(new FaultsReplica(gateway)));
        }

        Replicas = replicas;
    }

    private void WaitForStore(TimeSpan patience)
    {
        foreach (var replica in Replicas)
            replica.Sessions.StoreTimeout = patience;
    }

    private static Task<WebNode> StartRegionAsync(string name, TimeProvider time) => Nodes.StartRegionAsync(name, services: services => services.AddSingleton(time));

    private T Add<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Add(part);
        return part;
    }
}

/// <summary>A request for a response that a region was sent.</summary>
/// <param name="At">When.</param>
/// <param name="Region">Which.</param>
/// <param name="Mark">Its <c>x-session-attempt</c>.</param>
/// <param name="Status">What it was answered; null where nothing was.</param>
internal sealed record SentRequest(DateTimeOffset At, string Region, string? Mark, int? Status)
{
    /// <summary>Whether the caller's turn may have been executed: the region has not refused it.</summary>
    public bool MayHaveRun => Status is not (400 or 429 or 503);

    /// <summary>As rows have it: <c>westus 2</c>.</summary>
    public override string ToString() => Mark is null ? Region : $"{Region} {Mark}";
}
