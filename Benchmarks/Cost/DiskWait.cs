using System.Diagnostics;
using System.Runtime.InteropServices;
using SessionAware.Gateway.SqliteSessions;

namespace SessionAware.Benchmarks.Cost;

/// <summary>
/// What the disk takes by itself for what a turn has to wait for: a page, written over and flushed as the gateway flushes its log, on the gateway's core. Disks
/// that others use, too, change by more than the rest of a turn takes.
/// </summary>
internal sealed class DiskWait : IDisposable
{
    private const int Pages = 256;
    private const int Writes = 200;

    private readonly int _core;
    private readonly FileStream _file;
    private readonly byte[] _page = new byte[4096];

    /// <summary>Makes <paramref name="path"/>, on the disk to ask from <paramref name="core"/>.</summary>
    public DiskWait(string path, int core)
    {
        _core = core;
        _file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        // A log is written over, most of the time: a page that is new takes longer.
        for (var page = 0; page < Pages; page++)
            _file.Write(_page);
        SqliteLog.Flush(_file.SafeFileHandle);
    }

    /// <summary>The medians of the rounds as the machine comes, in µs.</summary>
    public List<double> Rounds { get; } = [];

    /// <summary>Those with the load's core kept awake.</summary>
    public List<double> AwakeRounds { get; } = [];

    /// <summary>One round, shown when it is over.</summary>
    /// <returns>Its median, in µs.</returns>
    public async Task<double> MeasureAsync()
    {
        // A thread of its own, which stays on that core; what comes after it does not.
        const TaskCreationOptions own = TaskCreationOptions.LongRunning | TaskCreationOptions.RunContinuationsAsynchronously;
        var median = Spread.Of(await Task.Factory.StartNew(Wait, CancellationToken.None, own, TaskScheduler.Default)).Median;
        Console.WriteLine($"the disk alone: {median:F0} µs");
        return median;
    }

    private List<double> Wait()
    {
        var waits = new List<double>(Writes);
        var cores = 1UL << _core;
        if (SetAffinity(0, sizeof(ulong), ref cores) != 0)
            throw new BenchmarkException($"There is no core {_core} for this program.");
        for (var write = 0; write < Writes; write++)
        {
            // Some disks keep no zeros, and nothing that they have already.
            Random.Shared.NextBytes(_page);
            var begun = Stopwatch.GetTimestamp();
            RandomAccess.Write(_file.SafeFileHandle, _page, write % Pages * _page.Length);
            SqliteLog.Flush(_file.SafeFileHandle);
            waits.Add(Stopwatch.GetElapsedTime(begun).TotalMicroseconds);
        }

        return waits;
    }

    public void Dispose() => _file.Dispose();

    // Of the calling thread, where the process is 0.
    [DllImport("libc", EntryPoint = "sched_setaffinity")]
    private static extern int SetAffinity(int process, nint size, ref ulong cores);
}
