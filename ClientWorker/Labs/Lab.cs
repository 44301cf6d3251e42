using Microsoft.Extensions.Options;
using SessionAware.ClientWorker.Conversations;
using SessionAware.ClientWorker.Display;
using SessionAware.ClientWorker.Reports;

namespace SessionAware.ClientWorker.Labs;

/// <summary>The lab from its first conversation to its report.</summary>
public sealed class Lab(LabRunner runner, LabDisplay display, IOptions<LabOptions> options)
{
    // Why an API's runs are skipped: nobody but the gateway knows its pools file, and nobody but API Management its APIs.
    private readonly Dictionary<string, string> _missing = [];

    /// <summary>Makes sure, before a long run, that the report can be written.</summary>
    /// <exception cref="OptionsValidationException">It cannot be.</exception>
    public void MakeRoom()
    {
        if (options.Value.Report is { Length: > 0 } path)
            LabReport.MakeRoom(path);
    }

    /// <summary>Runs every API's conversations and then those that meet faults, showing progress and a table for each, then judges and writes the report.</summary>
    public async Task<LabReport> RunAsync(CancellationToken cancellationToken)
    {
        MakeRoom();
        display.ShowBeginning(options.Value);
        List<RunResult> runs = [];
        List<RunResult> seeds = [];
        foreach (var api in LabPlan.Apis)
        {
            var results = await HoldAsync([.. LabPlan.For(api, options.Value), LabPlan.Seed(api, options.Value.Target)], cancellationToken);
            runs.AddRange(results.SkipLast(1));
            seeds.Add(results[^1]);
            display.ShowTable(api, WithTotal(results));
        }

        var resilience = await HoldAsync(LabPlan.Resilience(options.Value), cancellationToken);
        display.ShowResilience(resilience);

        var report = new LabReport(
            options.Value.Target,
            options.Value.Address,
            Store: runs.Any(run => run is { Run.Api: LabPlan.SessionAware, Skipped: null }) ? options.Value.Store : "none",
            [.. runs.Select(RunReport.Of)],
            [.. seeds.Select(RunReport.Of)],
            [.. resilience.Select(RunReport.Of)],
            [.. Expectations.Judge(runs, seeds), .. ResilienceExpectations.Judge(resilience, options.Value.Target)]);
        display.ShowExpectations(report.Expectations);
        if (options.Value.Report is { Length: > 0 } path)
        {
            await report.WriteAsync(path, cancellationToken);
            display.ShowReport(path);
        }

        return report;
    }

    private Task<IReadOnlyList<RunResult>> HoldAsync(IReadOnlyList<PlannedRun> planned, CancellationToken cancellationToken) =>
        display.ShowProgressAsync(planned, async (run, finished) =>
        {
            if (_missing.TryGetValue(run.Api, out var reason))
                return RunResult.Skip(run, reason);
            var result = await runner.RunAsync(run, finished, cancellationToken);
            if (!LabPlan.IsOptional(run.Api) || !result.FoundNoApi)
                return result;
            _missing[run.Api] = result.Turns.First().Code == TurnOutcome.RefusedByApiManagement
                ? $"API Management has no API at /{run.Api}: give it one that leads to the gateway's /{run.Api}."
                : $"The gateway has no API at /{run.Api}: the repository's pools.json shows how its pools file may have one.";
            return RunResult.Skip(run, _missing[run.Api]);
        });

    /// <summary>The table's rows: JSON, streamed, both together where they were run, and whatever else was.</summary>
    private static IReadOnlyList<RunResult> WithTotal(IReadOnlyList<RunResult> results) => results.Take(2).Any(result => result.Skipped is not null)
        ? results
        : [.. results.Take(2), RunResult.Combine("both", [.. results.Take(2)]), .. results.Skip(2)];
}
