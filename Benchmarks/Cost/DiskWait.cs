using System.Diagnostics;
using SessionAware.Gateway.SqliteSessions;

namespace SessionAware.Benchmarks.Cost;

/// <summary>
/// What the disk takes by itself for what a turn has to wait for: a page, written over and flushed as the gateway flushes its log. Disks that others use, too,
/// change by more than the rest of a turn takes.
/// </summary>
internal sealed class DiskWait : IDisposable
{
    private const int Pages = 256;
    private const int Writes = 200;

    private readonly FileStream _file;
    private readonly byte[] _page = new byte[4096];

    /// <summary>Makes <paramref name="path"/>, on the disk to ask.</summary>
    public DiskWait(string path)
    {
        _file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        // A log is written over, most of the time: a page that is new takes longer.
        for (var page = 0; page < Pages; page++)
            _file.Write(_page);
        SqliteLog.Flush(_file.SafeFileHandle);
    }

    /// <summary>The medians of the rounds, in µs.</summary>
    public List<double> Rounds { get; } = [];

    /// <summary>One round, shown when it is over.</summary>
    public void Measure()
    {
        var waits = new List<double>(Writes);
        for (var write = 0; write < Writes; write++)
        {
            // Some disks keep no zeros, and nothing that they have already.
            Random.Shared.NextBytes(_page);
            var begun = Stopwatch.GetTimestamp();
            RandomAccess.Write(_file.SafeFileHandle, _page, write % Pages * _page.Length);
            SqliteLog.Flush(_file.SafeFileHandle);
            waits.Add(Stopwatch.GetElapsedTime(begun).TotalMicroseconds);
        }

        Rounds.Add(Spread.Of(waits).Median);
        Console.WriteLine($"the disk alone: {Rounds[^1]:F0} µs");
    }

    public void Dispose() => _file.Dispose();
}
