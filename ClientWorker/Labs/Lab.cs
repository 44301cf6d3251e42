using Microsoft.Extensions.Options;
using SessionAware.ClientWorker.Display;
using SessionAware.ClientWorker.Reports;

namespace SessionAware.ClientWorker.Labs;

/// <summary>The lab from its first conversation to its report.</summary>
public sealed class Lab(LabRunner runner, LabDisplay display, IOptions<LabOptions> options)
{
    /// <summary>Runs every API's conversations, showing progress and a table for each, then judges and writes the report.</summary>
    public async Task<LabReport> RunAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Report.Length > 0)
            LabReport.MakeRoom(options.Value.Report);
        display.ShowBeginning(options.Value);
        List<RunResult> runs = [];
        List<RunResult> seeds = [];
        foreach (var api in LabPlan.Apis)
        {
            IReadOnlyList<PlannedRun> planned = [.. LabPlan.For(api, options.Value), LabPlan.Seed(api)];
            string? missing = null;
            var results = await display.ShowProgressAsync(planned, async (run, finished) =>
            {
                if (missing is not null)
                    return RunResult.Skip(run, missing);
                var result = await runner.RunAsync(run, finished, cancellationToken);
                // Nobody but the gateway knows its pools file.
                missing = LabPlan.IsOptional(api) && result.FoundNoApi
                    ? $"The gateway has no API at /{api}: the repository's pools.json shows how its pools file may have one."
                    : null;
                return missing is null ? result : RunResult.Skip(run, missing);
            });
            runs.AddRange(results.SkipLast(1));
            seeds.Add(results[^1]);
            display.ShowTable(api, WithTotal(results));
        }

        var report = new LabReport(
            options.Value.Target,
            Store: runs.Any(run => run is { Run.Api: LabPlan.SessionAware, Skipped: null }) ? "sqlite" : "none",
            [.. runs.Select(RunReport.Of)],
            [.. seeds.Select(RunReport.Of)],
            Expectations.Judge(runs, seeds));
        display.ShowExpectations(report.Expectations);
        if (options.Value.Report is { Length: > 0 } path)
        {
            await report.WriteAsync(path, cancellationToken);
            display.ShowReport(path);
        }

        return report;
    }

    /// <summary>The table's rows: JSON, streamed, both together where they were run, and whatever else was.</summary>
    private static IReadOnlyList<RunResult> WithTotal(IReadOnlyList<RunResult> results) => results.Take(2).Any(result => result.Skipped is not null)
        ? results
        : [.. results.Take(2), RunResult.Combine("both", [.. results.Take(2)]), .. results.Skip(2)];
}
