using System.Diagnostics;

namespace SessionAware.Tests.Worlds;

/// <summary>A built program in a process of its own, which listens and can be killed.</summary>
public sealed class ListeningProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly List<string> _output;

    private ListeningProcess(Process process, List<string> output) => (_process, _output) = (process, output);

    /// <summary>What it has written so far, on standard output and standard error.</summary>
    public IReadOnlyList<string> Output
    {
        get
        {
            lock (_output)
                return [.. _output];
        }
    }

    public int Id => _process.Id;

    /// <summary>Starts a program at <paramref name="url"/>, in an empty folder, and waits until it listens.</summary>
    public static Task<ListeningProcess> StartAsync(string program, string url, IEnumerable<(string Name, string Value)> environment) =>
        StartAsync(new("dotnet", [program, "--urls", url]) { WorkingDirectory = Scratch.Folder(Path.GetFileNameWithoutExtension(program)) }, environment);

    /// <summary>Starts anything that ends up as such a program, and waits until it listens.</summary>
    public static async Task<ListeningProcess> StartAsync(ProcessStartInfo start, IEnumerable<(string Name, string Value)> environment)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        var output = new List<string>();
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) =>
        {
            lock (output)
                output.Add(line.Data ?? "(end)");
            if (line.Data is null || line.Data.Contains("Application started", StringComparison.Ordinal))
                ready.TrySetResult();
        };
        process.ErrorDataReceived += (_, line) =>
        {
            lock (output)
                output.Add(line.Data ?? "(end)");
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await ready.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        lock (output)
            Assert.False(process.HasExited, string.Join('\n', output));
        return new(process, output);
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
