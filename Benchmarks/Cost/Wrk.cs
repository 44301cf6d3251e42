using System.Diagnostics;
using System.Text.Json;

namespace SessionAware.Benchmarks.Cost;

/// <summary>Sends turns to one target as fast as they are answered, for some seconds.</summary>
internal static class Wrk
{
    /// <exception cref="BenchmarkException">A turn failed: such a round has no figures.</exception>
    public static async Task<LoadRound> RunAsync(CostTarget target, int connections, int seconds, CancellationToken cancellationToken)
    {
        var before = target.Server.ProcessorTime;
        var report = await MeasureAsync(target.Url, connections, seconds, cancellationToken);
        var spent = target.Server.ProcessorTime - before;
        if (report.Requests == 0 || report.Refused > 0 || report.Broken > 0)
            throw new BenchmarkException($"{target.Name}: of {report.Requests} turns {report.Refused} were refused, and {report.Broken} connections failed.");
        return new(report.Requests / (report.Microseconds / 1e6), report.Median, spent.TotalMicroseconds / report.Requests);
    }

    private static async Task<WrkReport> MeasureAsync(Uri url, int connections, int seconds, CancellationToken cancellationToken)
    {
        var start = Pinned.Start(
            CostServers.LoadCore,
            "wrk", "-t1", $"-c{connections}", $"-d{seconds}s", "-s", Path.Combine(AppContext.BaseDirectory, "Cost", "turn.wrk.lua"), url.AbsoluteUri);
        start.RedirectStandardOutput = true;
        using var wrk = Process.Start(start)!;
        try
        {
            var output = await wrk.StandardOutput.ReadToEndAsync(cancellationToken);
            await wrk.WaitForExitAsync(cancellationToken);
            var line = output.Split('\n').FirstOrDefault(line => line.StartsWith('{')) ?? throw new BenchmarkException($"wrk ended with {wrk.ExitCode}: {output}");
            return JsonSerializer.Deserialize<WrkReport>(line)!;
        }
        finally
        {
            wrk.Kill();
        }
    }
}
