using SessionAware.Gateway;

namespace SessionAware.Tests.Worlds;

/// <summary>The gateway in a process of its own, which can be killed.</summary>
public sealed class GatewayProcess : IAsyncDisposable
{
    private readonly ListeningProcess _process;

    private GatewayProcess(ListeningProcess process, string url) => (_process, Url) = (process, url);

    public string Url { get; }

    public int Id => _process.Id;

    /// <summary>What it has written so far.</summary>
    public IReadOnlyList<string> Output => _process.Output;

    /// <summary>Starts the built program over the repository's pools and waits until it listens.</summary>
    public static async Task<GatewayProcess> StartAsync(params (string Name, string Value)[] environment)
    {
        var url = $"http://127.0.0.1:{Ports.Free()}";
        return new(await ListeningProcess.StartAsync(typeof(GatewayOptions).Assembly.Location, url, [("Gateway__Owners__AllowAnonymous", "true"), .. environment]), url);
    }

    /// <summary>SIGKILL: it gets no chance to do anything.</summary>
    public Task KillAsync() => _process.KillAsync();

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
