using System.Text;
using System.Text.Json;
using SessionAware.Benchmarks.Cost;

namespace SessionAware.Benchmarks.Replay;

/// <summary>Two backends, the gateway's store and what is said.</summary>
internal sealed class ReplayRun(ReplayBackend east, ReplayBackend west, ScratchDirectory scratch, CancellationToken cancellationToken) : IDisposable
{
    private const string Plain = "plain", Sessions = "sessions";

    private readonly HttpClient _http = new(new SocketsHttpHandler());
    private byte[] _whole = [];

    /// <summary>Bytes of the request that a replay sends.</summary>
    public long HistoryBytes => _whole.Length;

    /// <summary>A gateway over the one store. No circuit breaker is in the way of those that follow.</summary>
    public Task<NodeProcess> StartGatewayAsync()
    {
        File.WriteAllText(scratch.File("pools.json"), $$"""
            {
              "backends": [ { "name": "eastus2", "sessionAware": { "dataBoundary": "us" } }, { "name": "westus", "sessionAware": { "dataBoundary": "us" } } ],
              "pools": [
                { "name": "{{Plain}}", "properties": { "pool": { "services": [ { "id": "/backends/westus" } ] } } },
                { "name": "{{Sessions}}", "properties": { "pool": { "services": [ { "id": "/backends/eastus2", "priority": 1 }, { "id": "/backends/westus", "priority": 2 } ] } },
                  "sessionAware": { "affinity": "ids" } } ],
              "apis": [
                { "name": "{{Plain}}", "properties": { "path": "{{Plain}}" }, "sessionAware": { "pool": "{{Plain}}" } },
                { "name": "{{Sessions}}", "properties": { "path": "{{Sessions}}" }, "sessionAware": { "pool": "{{Sessions}}" } } ]
            }
            """);
        Dictionary<string, string> settings = new()
        {
            ["Gateway__PoolsFile"] = scratch.File("pools.json"),
            ["Backends__eastus2__Url"] = east.Url,
            ["Backends__westus__Url"] = west.Url,
            ["Gateway__Owners__AllowAnonymous"] = "true",
            ["Gateway__Sessions__File"] = scratch.File("sessions.db"),
        };
        return NodeProcess.StartProgramAsync("SessionAware.Gateway", [], settings, core: null, cancellationToken);
    }

    /// <summary>Small ones of each kind.</summary>
    public async Task WarmUpAsync(NodeProcess gateway)
    {
        var last = await TellAsync(gateway, turns: 3, length: 100);
        for (var round = 0; round < 100; round++)
        {
            await ContinueAsync(gateway, last);
            await ReplayAsync(gateway, last, expected: null);
            await PostAsync(gateway, Plain, Encoding.UTF8.GetBytes(Body("Hi", previous: null)));
        }
    }

    /// <summary>A conversation at its backend.</summary>
    public async Task<string> TellAsync(NodeProcess gateway, int turns, int length)
    {
        string? last = null;
        for (var turn = 0; turn < turns; turn++)
            last = await PostAsync(gateway, Sessions, Encoding.UTF8.GetBytes(Body(new string('a', length), last)));
        return last!;
    }

    /// <summary>Learns how long a replay is.</summary>
    public async Task MeasureAsync(NodeProcess gateway, string last) => _whole = new byte[await ReplayAsync(gateway, last, expected: null)];

    /// <summary>One more turn where the conversation is.</summary>
    public Task ContinueAsync(NodeProcess gateway, string last) => PostAsync(gateway, Sessions, Encoding.UTF8.GetBytes(Body("And?", last)));

    /// <summary>One more turn elsewhere.</summary>
    public Task ReplayAsync(NodeProcess gateway, string last) => ReplayAsync(gateway, last, _whole.Length);

    /// <summary>As many bytes as a replay has, sent to the same backend by the caller.</summary>
    public Task ResendAsync(NodeProcess gateway) => PostAsync(gateway, Plain, _whole);

    public void Dispose() => _http.Dispose();

    private async Task<long> ReplayAsync(NodeProcess gateway, string last, int? expected)
    {
        east.IsOut = true;
        await PostAsync(gateway, Sessions, Encoding.UTF8.GetBytes(Body("And?", last)));
        east.IsOut = false;
        return west.Received == (expected ?? west.Received) ? west.Received : throw new BenchmarkException($"{west.Received} bytes were sent instead of {expected}.");
    }

    private async Task<string> PostAsync(NodeProcess gateway, string api, byte[] body)
    {
        using var answer = await _http.PostAsync(new Uri($"{gateway.Url}/{api}/openai/v1/responses"), new ByteArrayContent(body), cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        return answer.IsSuccessStatusCode ? JsonDocument.Parse(text).RootElement.GetProperty("id").GetString()! : throw new BenchmarkException($"{(int)answer.StatusCode}: {text}");
    }

    private static string Body(string input, string? previous) => JsonSerializer.Serialize(new { model = "m", input, previous_response_id = previous });
}
