using Microsoft.Extensions.DependencyInjection;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Pools;

/// <summary>Four backends, <c>a</c> to <c>d</c>, and a gateway whose pools file changes while it serves. Time is the machine's: files are watched by it.</summary>
internal sealed class LiveWorld : IAsyncDisposable
{
    private readonly Dictionary<string, ScriptedBackend> _backends = [];
    private WebNode _gateway = null!;

    private LiveWorld(string poolsFile) => PoolsFile = poolsFile;

    public string PoolsFile { get; }

    public string Url => _gateway.Url;

    /// <summary>What the gateway has logged, each as "Level: message".</summary>
    public IReadOnlyList<string> Log => [.. _gateway.App.Services.GetFakeLogCollector().GetSnapshot().Select(record => $"{record.Level}: {record.Message}")];

    public ScriptedBackend this[string backend] => _backends[backend];

    /// <summary>Starts it over the pools file of this text or, where nothing is to be written, at this path.</summary>
    public static async Task<LiveWorld> StartAsync(string pools, bool write = true, params (string Name, string? Value)[] settings)
    {
        var world = new LiveWorld(write ? PoolsText.Write(pools) : pools);
        foreach (var name in (string[])["a", "b", "c", "d"])
            world._backends[name] = await ScriptedBackend.StartAsync(name);
        world._gateway = await Nodes.StartGatewayAsync(
            [
                new("Gateway:PoolsFile", world.PoolsFile), new("environment", "Development"),
                .. world._backends.Values.Select(backend => KeyValuePair.Create($"Backends:{backend.Name}:Url", (string?)backend.Url)),
                .. settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value)),
            ],
            services => services.AddFakeLogging());
        return world;
    }

    public Caller Call(bool cookies = false) => new(Url, cookies);

    /// <summary>Who serves the next requests.</summary>
    public async Task<List<string>> AskAsync(int requests)
    {
        using var caller = Call();
        List<string> served = [];
        for (var number = 0; number < requests; number++)
            served.Add((await caller.GetAsync("pool")).Text);
        return served;
    }

    /// <summary>Writes the pools file (null: deletes it) and waits until the gateway has taken it or refused it.</summary>
    /// <param name="pools">The new text.</param>
    /// <param name="accepted">Whether it is to be taken.</param>
    /// <param name="replace">Whether a new file takes the old one's place, as careful editors do; else the old one is written over.</param>
    public Task ChangeAsync(string? pools, bool accepted = true, bool replace = false) => WaitForAsync(accepted, () =>
    {
        if (pools is null)
        {
            File.Delete(PoolsFile);
        }
        else if (replace)
        {
            File.WriteAllText(PoolsFile + ".new", pools);
            File.Move(PoolsFile + ".new", PoolsFile, overwrite: true);
        }
        else
        {
            File.WriteAllText(PoolsFile, pools);
        }
    });

    /// <summary>Changes a setting and waits until the gateway has taken it.</summary>
    public Task ConfigureAsync(string name, string value) => ConfigureAsync(accepted: true, (name, value));

    /// <summary>Changes settings and waits until the gateway has taken them or refused them.</summary>
    public Task ConfigureAsync(bool accepted, params (string Name, string? Value)[] settings) => WaitForAsync(accepted, () =>
    {
        foreach (var (name, value) in settings)
            _gateway.App.Configuration[name] = value;
        ((Microsoft.Extensions.Configuration.IConfigurationRoot)_gateway.App.Configuration).Reload();
    });

    /// <summary>Makes a change and waits until the gateway has taken it or refused it.</summary>
    public async Task WaitForAsync(bool accepted, Action change)
    {
        using var caller = Call();
        async Task<string> LoadedAtAsync() => (await caller.GetAsync("admin/pools")).Json["loaded_at"]!.GetValue<string>();
        var before = await LoadedAtAsync();
        change();
        await Eventually.IsAsync(async () => accepted
            ? await LoadedAtAsync() != before
            : (await caller.GetAsync("admin/pools")).Json["refused_faults"]!.AsArray().Count > 0);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        foreach (var backend in _backends.Values)
            await backend.DisposeAsync();
    }
}
