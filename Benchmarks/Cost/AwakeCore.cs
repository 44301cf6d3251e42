using System.Diagnostics;

namespace SessionAware.Benchmarks.Cost;

/// <summary>
/// Keeps a core from falling asleep while it has nothing to do. One that a hypervisor has lent to others meanwhile (KVM does after <c>halt_poll_ns</c>, 200 µs) is
/// late for everything that comes to it, as is one of one's own in a deep C-state. The load's core idles for that long only while a proxy waits for its disk, and
/// hears the disk's interrupts in many machines: the proxy would be charged for what that core does.
/// </summary>
internal sealed class AwakeCore : IDisposable
{
    public const string Program = "cyclictest";

    private readonly Process _timer;

    /// <summary>Has <paramref name="core"/> wake every 100 µs, and C-states off, until it is disposed, or for a minute: one left over would change what is measured next.</summary>
    public AwakeCore(int core)
    {
        var start = Pinned.Start(core, Program, "--interval=100", "--duration=1m", "--quiet");
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        _timer = Process.Start(start)!;
    }

    /// <summary>Whether it has been kept awake until now.</summary>
    /// <exception cref="BenchmarkException">It has not.</exception>
    public void Check()
    {
        if (_timer.HasExited)
            throw new BenchmarkException($"{Program} has ended too early. Try it by hand: taskset {string.Join(' ', _timer.StartInfo.ArgumentList)}");
    }

    /// <summary>Lets it sleep again.</summary>
    public void Dispose()
    {
        _timer.Kill();
        _timer.WaitForExit();
        _timer.Dispose();
    }
}
