using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace SessionAware.Benchmarks;

/// <summary>The gateway, a region or another server in a process of its own, so that its memory and its processor time are its alone.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_sampling = TimeSpan.FromMilliseconds(10);

    private readonly Process _process;

    private NodeProcess(Process process, string url) => (_process, Url) = (process, url);

    public string Url { get; }

    public int Id => _process.Id;

    /// <summary>Resident memory now, in MiB.</summary>
    public double ResidentMiB
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1024.0 / 1024.0;
        }
    }

    /// <summary>Processor time so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts the gateway over one backend that stands for both.</summary>
    public static Task<NodeProcess> StartGatewayAsync(string backend, CancellationToken cancellationToken) =>
        StartProgramAsync(
            "SessionAware.Gateway",
            [],
            new()
            {
                ["Backends__eastus2__Url"] = backend,
                ["Backends__westus__Url"] = backend,
                ["Gateway__Owners__AllowAnonymous"] = "true",
                ["Gateway__Sessions__File"] = Path.Combine(Directory.CreateTempSubdirectory("sessionaware-").FullName, "sessions.db"),
            },
            core: null,
            cancellationToken);

    /// <summary>Starts a region as it comes.</summary>
    public static Task<NodeProcess> StartRegionAsync(CancellationToken cancellationToken) =>
        StartProgramAsync("SessionAware.FakeResponsesBackend", [], [], core: null, cancellationToken);

    /// <summary>Starts a program of this repository, on one <paramref name="core"/> alone where that is given.</summary>
    public static Task<NodeProcess> StartProgramAsync(
        string program, IEnumerable<string> arguments, Dictionary<string, string> settings, int? core, CancellationToken cancellationToken)
    {
        var url = $"http://127.0.0.1:{FreePort()}";
        string[] line = ["dotnet", Path.Combine(AppContext.BaseDirectory, $"{program}.dll"), .. arguments, "--urls", url];
        var start = core is { } one ? Pinned.Start(one, line) : new ProcessStartInfo(line[0], line[1..]);
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        return StartAsync(start, url, cancellationToken);
    }

    /// <summary>Starts a server and waits until it answers.</summary>
    public static async Task<NodeProcess> StartAsync(ProcessStartInfo start, string url, CancellationToken cancellationToken)
    {
        var node = new NodeProcess(Process.Start(start)!, url);
        try
        {
            await node.WaitAsync(cancellationToken);
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>The highest resident memory, in MiB, until it is <paramref name="over"/>.</summary>
    public async Task<double> HighestMiBAsync(CancellationToken over)
    {
        var highest = ResidentMiB;
        using var timer = new PeriodicTimer(s_sampling);
        try
        {
            while (await timer.WaitForNextTickAsync(over))
                highest = Math.Max(highest, ResidentMiB);
        }
        catch (OperationCanceledException)
        {
            // Whoever watches has seen enough.
        }

        return highest;
    }

    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler());
        for (var attempt = 0; attempt < 600 && !_process.HasExited; attempt++)
        {
            try
            {
                using var healthy = await http.GetAsync(new Uri(Url + "/health"), cancellationToken);
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
            }
        }

        var line = string.Join(' ', [_process.StartInfo.FileName, .. _process.StartInfo.ArgumentList]);
        throw new BenchmarkException(_process.HasExited ? $"It ended at once: {line}" : $"It did not answer within a minute: {line}");
    }
}
