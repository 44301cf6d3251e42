using System.Diagnostics;
using SessionAware.Gateway;

namespace SessionAware.Tests.Worlds;

/// <summary>The gateway in a process of its own, which can be killed.</summary>
public sealed class GatewayProcess : IAsyncDisposable
{
    private readonly Process _process;

    private GatewayProcess(Process process, string url) => (_process, Url) = (process, url);

    public string Url { get; }

    /// <summary>Starts the built program over the repository's pools and waits until it listens.</summary>
    public static async Task<GatewayProcess> StartAsync(params (string Name, string Value)[] environment)
    {
        var url = $"http://127.0.0.1:{Ports.Free()}";
        var start = new ProcessStartInfo("dotnet", [typeof(GatewayOptions).Assembly.Location, "--urls", url])
        {
            WorkingDirectory = Scratch.Folder("gateway"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["Gateway__Owners__AllowAnonymous"] = "true";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        var output = new List<string>();
        var ready = new TaskCompletionSource();
        process.OutputDataReceived += (_, line) =>
        {
            lock (output)
                output.Add(line.Data ?? "(end)");
            if (line.Data is null || line.Data.Contains("Application started", StringComparison.Ordinal))
                ready.TrySetResult();
        };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await ready.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        lock (output)
            Assert.False(process.HasExited, string.Join('\n', output));
        return new(process, url);
    }

    /// <summary>SIGKILL: it gets no chance to do anything.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }
}
