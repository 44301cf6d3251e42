namespace SessionAware.Benchmarks.Cost;

/// <summary>A directory for one run, beside the program: temporary directories are often in memory, and what the gateway keeps has to reach a disk.</summary>
internal sealed class ScratchDirectory : IDisposable
{
    /// <exception cref="BenchmarkException">The program itself is in memory.</exception>
    public ScratchDirectory()
    {
        if (new DriveInfo(AppContext.BaseDirectory).DriveFormat is "tmpfs" or "ramfs")
            throw new BenchmarkException($"{AppContext.BaseDirectory} is in memory: build where there is a disk, a file in memory costs nothing.");
        Path = Directory.CreateDirectory(System.IO.Path.Combine(AppContext.BaseDirectory, $"cost-{Environment.ProcessId}")).FullName;
    }

    public string Path { get; }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
