using Microsoft.AspNetCore.Http;
using SessionAware.Tests.Sessions;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Replay;

/// <summary>Two scripted backends of one data boundary behind a gateway whose pool, <c>pool</c>, has affinity by ids.</summary>
internal sealed class TwoBackends : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _nodes = [];

    public required ScriptedBackend EastUs2 { get; init; }

    public required ScriptedBackend WestUs { get; init; }

    public required Caller Caller { get; init; }

    /// <summary>The gateway's root address.</summary>
    public required string Url { get; init; }

    /// <summary>Starts with what stands beside the pool's affinity, beginning with a comma, and settings of the gateway.</summary>
    public static async Task<TwoBackends> StartAsync(string behavior = "", params (string Name, string? Value)[] settings)
    {
        var (east, west) = (await ScriptedBackend.StartAsync("eastus2"), await ScriptedBackend.StartAsync("westus"));
        var pools = PoolsText.Write($$"""
            {
              "backends": [ { "name": "eastus2", "sessionAware": { "dataBoundary": "us" } }, { "name": "westus", "sessionAware": { "dataBoundary": "us" } } ],
              "pools": [ { "name": "pool", "properties": { "pool": { "services": [ { "id": "/backends/eastus2" }, { "id": "/backends/westus" } ] } },
                "sessionAware": { "affinity": "ids"{{behavior}} } } ],
              "apis": [ { "name": "pool", "properties": { "path": "pool" }, "sessionAware": { "pool": "pool" } } ]
            }
            """);
        var gateway = await Nodes.StartGatewayAsync(east.Url, west.Url, [("Gateway:PoolsFile", pools), .. settings]);
        var world = new TwoBackends { EastUs2 = east, WestUs = west, Caller = IdWorld.Call(gateway, "pool"), Url = gateway.Url };
        world._nodes.AddRange([gateway, east, west]);
        return world;
    }

    /// <summary>Requests that have arrived at either.</summary>
    public int Requests => EastUs2.Requests + WestUs.Requests;

    /// <summary>A first turn, at eastus2.</summary>
    public async Task<string> BeginAsync()
    {
        var id = Answer(EastUs2);
        Assert.Equal("eastus2", (await Caller.SayAsync("My name is Ada.")).Header("x-backend-id"));
        return id;
    }

    /// <summary>Has <paramref name="backend"/> answer the next request with a response.</summary>
    /// <returns>Its id.</returns>
    public static string Answer(ScriptedBackend backend)
    {
        var id = SessionIds.NewResponse();
        backend.Next(ScriptedWorld.Json(ScriptedWorld.Response(id)));
        return id;
    }

    /// <summary>Loses the connection once the request has come.</summary>
    public static Task LoseAsync(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        Caller.Dispose();
        foreach (var node in _nodes)
            await node.DisposeAsync();
    }
}
