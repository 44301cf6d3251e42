using System.Diagnostics;

namespace SessionAware.Benchmarks.Cost;

/// <summary>
/// Keeps a core from falling asleep while it has nothing to do. A hypervisor lends a core that is idle for longer (with KVM: 200 µs, its <c>halt_poll_ns</c>) to
/// somebody else, and it takes 60 to 130 µs to have it back; a core of one's own has its C-states. Who waits for a disk idles for that long, who waits for
/// an upstream alone does not: without this the first is charged for what the load's core does, and not the proxy.
/// </summary>
internal sealed class AwakeCore : IDisposable
{
    public const string Program = "cyclictest";

    private const int IntervalMicroseconds = 100;

    private readonly Process _timer;

    /// <summary>Has <paramref name="core"/> wake every 100 µs, and C-states off, until it is disposed.</summary>
    public AwakeCore(int core)
    {
        var start = new ProcessStartInfo(Program, [$"--affinity={core}", $"--interval={IntervalMicroseconds}", "--quiet"]) { RedirectStandardError = true, RedirectStandardOutput = true };
        _timer = Process.Start(start)!;
    }

    /// <summary>Whether it has been kept awake until now.</summary>
    /// <exception cref="BenchmarkException">It has not.</exception>
    public void Check()
    {
        if (_timer.HasExited)
            throw new BenchmarkException($"{Program} has ended too early. Try it by hand: {Program} {string.Join(' ', _timer.StartInfo.ArgumentList)}");
    }

    /// <summary>Lets it sleep again.</summary>
    public void Dispose()
    {
        _timer.Kill();
        _timer.WaitForExit();
        _timer.Dispose();
    }
}
