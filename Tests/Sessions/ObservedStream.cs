using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SessionAware.Gateway.BackendSelection;
using SessionAware.Gateway.Forwarding;
using SessionAware.Gateway.Observation;
using SessionAware.Gateway.Pools;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;
using SessionAware.Gateway.Telemetry;
using SessionAware.Tests.SessionStores;

namespace SessionAware.Tests.Sessions;

/// <summary>The gateway's way of one streamed answer, from what it reads to what it writes, without HTTP around it.</summary>
internal sealed class ObservedStream : IDisposable
{
    private static readonly IOptions<SessionsOptions> s_options = Options.Create(new SessionsOptions());
    private static readonly ServiceProvider s_services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private static readonly GatewayMetrics s_metrics = new(s_services.GetRequiredService<IMeterFactory>());
    private static readonly PoolModel s_pool = new("pool", [new PriorityGroup(1, [])], AffinityCookie: null, UnavailablePolicy.Fail, 503, new IdAffinity(null, true, [], [], []));

    private readonly PinCache _cache = new(s_options, TimeProvider.System);
    private readonly OwnStore _store = new();
    private readonly MemoryStream _client = new();
    private readonly EventAlignedStream _stream;

    public ObservedStream(ReadOnlyMemory<byte> input = default, int longestEvent = EventAlignedStream.DefaultLongestEvent)
    {
        var recorder = new SessionRecorder(_store, _cache, s_options, TimeProvider.System, s_metrics, NullLogger<SessionRecorder>.Instance);
        var request = new SessionRequest { Pool = s_pool, Owner = "", Path = new ApiPath(ApiOperation.CreateResponse), Keys = new BodyKeys { Input = input } };
        _stream = new(_client, new SessionObserver(request, "eastus2", recorder, TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(1)), longestEvent);
    }

    /// <summary>What the client has got.</summary>
    public byte[] Passed => _client.ToArray();

    /// <summary>What was recorded.</summary>
    public IReadOnlyCollection<SessionWrite> Writes => _store.Writes;

    public bool Knows(SessionId id) => _cache.TryGet(id, owner: "", out _);

    /// <summary>Passes <paramref name="bytes"/> on in pieces that end at <paramref name="splits"/>.</summary>
    public async Task PassAsync(ReadOnlyMemory<byte> bytes, IEnumerable<int> splits)
    {
        var from = 0;
        foreach (var to in splits.Append(bytes.Length))
        {
            await _stream.WriteAsync(bytes[from..to]);
            from = to;
        }

        await _stream.CompleteAsync(CancellationToken.None);
    }

    public void Dispose()
    {
        _stream.Dispose();
        _client.Dispose();
    }
}
