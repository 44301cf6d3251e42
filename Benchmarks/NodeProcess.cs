using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace SessionAware.Benchmarks;

/// <summary>The gateway or a region in a process of its own, so that its memory is its alone.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private readonly Process _process;

    private NodeProcess(Process process, string url) => (_process, Url) = (process, url);

    public string Url { get; }

    /// <summary>Resident memory now, in MiB.</summary>
    public double ResidentMiB
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1024.0 / 1024.0;
        }
    }

    /// <summary>Starts the gateway over one backend that stands for both.</summary>
    public static Task<NodeProcess> StartGatewayAsync(string backend, CancellationToken cancellationToken) =>
        StartAsync("SessionAware.Gateway", new() { ["Backends__eastus2__Url"] = backend, ["Backends__westus__Url"] = backend }, cancellationToken);

    /// <summary>Starts a region as it comes.</summary>
    public static Task<NodeProcess> StartRegionAsync(CancellationToken cancellationToken) => StartAsync("SessionAware.FakeResponsesBackend", [], cancellationToken);

    /// <summary>Starts a program and waits until it is healthy.</summary>
    private static async Task<NodeProcess> StartAsync(string program, Dictionary<string, string> settings, CancellationToken cancellationToken)
    {
        var url = $"http://127.0.0.1:{FreePort()}";
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, $"{program}.dll"), "--urls", url]) { Environment = { ["Logging__LogLevel__Default"] = "Warning" } };
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        var node = new NodeProcess(Process.Start(start)!, url);
        using var http = new HttpClient(new SocketsHttpHandler());
        for (var attempt = 0; attempt < 100; attempt++)
        {
            try
            {
                using var healthy = await http.GetAsync(new Uri(url + "/health"), cancellationToken);
                return node;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
            }
        }

        await node.DisposeAsync();
        throw new TimeoutException($"{program} did not become healthy within ten seconds.");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
