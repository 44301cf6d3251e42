using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Pools;

/// <summary>The backends that all rows share, and every kind of affinity cookie, minted by gateways that had them all.</summary>
public sealed class SelectionBackends : IAsyncLifetime
{
    private const string Cookie = "APIM-Backend-Affinity";

    private readonly Dictionary<string, ScriptedBackend> _backends = [];
    private readonly Dictionary<string, string> _cookies = new() { [""] = "", ["forged"] = $"{Cookie}=CfDJ8forged" };

    /// <summary>The keys of the gateways of all rows.</summary>
    public string KeysDirectory { get; } = Scratch.Folder("keys");

    public ScriptedBackend this[string name] => _backends[name];

    /// <summary>The header for a kind of cookie; empty for none.</summary>
    public string CookieOf(string kind) => _cookies[kind];

    public async ValueTask InitializeAsync()
    {
        foreach (var name in (string[])["a", "b", "c", "d", "z"])
            _backends[name] = await ScriptedBackend.StartAsync(name);

        foreach (var name in _backends.Keys)
            _cookies[name == "z" ? "removed" : name] = await MintAsync(name, "pool", KeysDirectory);
        _cookies["foreign"] = await MintAsync("a", "other", KeysDirectory);
        _cookies["expired"] = await MintAsync("a", "pool", Scratch.Folder("keys"));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var backend in _backends.Values)
            await backend.DisposeAsync();
    }

    /// <summary>A session that begins at the only backend of a pool of that name.</summary>
    private async Task<string> MintAsync(string backend, string pool, string keysDirectory)
    {
        var pools = PoolsText.Write($$"""
            {
              "backends": [ { "name": "{{backend}}" } ],
              "pools": [ { "name": "{{pool}}", "properties": { "pool": { "services": [ { "id": "/backends/{{backend}}" } ], "sessionAffinity": { "sessionId": { "source": "cookie" } } } } } ],
              "apis": [ { "name": "api", "properties": { "path": "pool" }, "sessionAware": { "pool": "{{pool}}" } } ]
            }
            """);
        await using var gateway = await Nodes.StartGatewayAsync(
            [new("Gateway:PoolsFile", pools), new("Gateway:CookieKeysDirectory", keysDirectory), new($"Backends:{backend}:Url", _backends[backend].Url)]);
        using var caller = new Caller(gateway.Url);
        return (await caller.GetAsync("pool")).Header("Set-Cookie")!.Split(';')[0];
    }
}
