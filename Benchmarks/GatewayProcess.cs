using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace SessionAware.Benchmarks;

/// <summary>The gateway in a process of its own, so that its memory is its alone.</summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    private readonly Process _process;

    private GatewayProcess(Process process, string url) => (_process, Url) = (process, url);

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

    /// <summary>Starts it over one backend that stands for both, and waits until it is healthy.</summary>
    public static async Task<GatewayProcess> StartAsync(string backend, CancellationToken cancellationToken)
    {
        var url = $"http://127.0.0.1:{FreePort()}";
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "SessionAware.Gateway.dll"), "--urls", url])
        {
            Environment = { ["Backends__eastus2__Url"] = backend, ["Backends__westus__Url"] = backend, ["Logging__LogLevel__Default"] = "Warning" },
        };
        var gateway = new GatewayProcess(Process.Start(start)!, url);
        using var http = new HttpClient(new SocketsHttpHandler());
        for (var attempt = 0; attempt < 100; attempt++)
        {
            try
            {
                using var healthy = await http.GetAsync(new Uri(url + "/health"), cancellationToken);
                return gateway;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
            }
        }

        await gateway.DisposeAsync();
        throw new TimeoutException("The gateway did not become healthy within ten seconds.");
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
