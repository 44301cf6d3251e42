using System.Globalization;
using SessionAware.ClientWorker.Conversations;
using SessionAware.ClientWorker.Labs;
using SessionAware.ClientWorker.Reports;
using Spectre.Console;

namespace SessionAware.ClientWorker.Display;

/// <summary>Shows the lab on the terminal.</summary>
public sealed class LabDisplay
{
    // A pipe or a log has no width of its own; the tables need this much.
    private const int WidthWithoutTerminal = 160;

    // On a narrower terminal words would be broken in two: there the last columns are the report's alone.
    private const int WidthOfAllColumns = 120;
    private const int ColumnsWhereNarrow = 5;

    private static readonly string[] s_columns =
        ["run", "kept", "broken", "errors", "turns\nby region", "begun\nin", "latency ms\np50 / p99", "first event ms\np50 / p99"];

    private readonly IAnsiConsole _console;

    /// <summary>Shows on <paramref name="console"/>.</summary>
    public LabDisplay(IAnsiConsole console)
    {
        _console = console;
        if (!console.Profile.Out.IsTerminal)
            console.Profile.Width = WidthWithoutTerminal;
    }

    /// <summary>Says what will happen.</summary>
    public void ShowBeginning(LabOptions options) => _console.MarkupLineInterpolated(
        $"[bold]The lab[/] against {options.Target}: {options.Conversations} conversations of {options.Turns} turns for each API of {options.Address}, half of them streamed.");

    /// <summary>Runs one run after the other under a progress bar each.</summary>
    public Task<IReadOnlyList<RunResult>> ShowProgressAsync(IReadOnlyList<PlannedRun> runs, Func<PlannedRun, Action, Task<RunResult>> runAsync) =>
        _console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .StartAsync<IReadOnlyList<RunResult>>(async progress =>
            {
                var tasks = runs.Select(run => progress.AddTask(Markup.Escape($"/{run.Api} {run.Label}"), autoStart: false, maxValue: run.Scripts.Count)).ToList();
                var results = new List<RunResult>();
                foreach (var (run, task) in runs.Zip(tasks))
                {
                    task.StartTask();
                    results.Add(await runAsync(run, () => task.Increment(1)));
                    task.StopTask();
                }

                return results;
            });

    /// <summary>Shows one API's runs, and below them why some were skipped.</summary>
    public void ShowTable(string api, IReadOnlyList<RunResult> results)
    {
        var table = new Table().Border(TableBorder.Rounded).Title($"[bold]/{Markup.Escape(api)}[/]");
        var columns = _console.Profile.Width < WidthOfAllColumns ? ColumnsWhereNarrow : s_columns.Length;
        foreach (var header in s_columns.Take(columns))
            table.AddColumn(new TableColumn(header).NoWrap());
        foreach (var result in results)
            table.AddRow([.. CellsOf(result).Take(columns)]);
        _console.Write(table);
        ShowSkipped(results);
    }

    /// <summary>Shows what became of conversations when their backend could not serve.</summary>
    public void ShowResilience(IReadOnlyList<RunResult> results)
    {
        _console.Write(ResilienceTable.Of(results));
        ShowSkipped(results);
    }

    private void ShowSkipped(IReadOnlyList<RunResult> results)
    {
        foreach (var skipped in results.Where(result => result.Skipped is not null).GroupBy(result => result.Skipped, result => result.Run.Label))
            _console.MarkupLineInterpolated($"  [yellow]skipped[/]  {string.Join(", ", skipped)}: {skipped.Key}");
    }

    /// <summary>Shows what was expected and whether it held.</summary>
    public void ShowExpectations(IEnumerable<Expectation> expectations)
    {
        foreach (var expectation in expectations)
            _console.MarkupLine($"  {Describe(expectation.Held)}  {Markup.Escape(expectation.Name)}");
    }

    /// <summary>Says where the report is.</summary>
    public void ShowReport(string path) => _console.MarkupLineInterpolated($"Report: {path}");

    private static IEnumerable<string> CellsOf(RunResult result)
    {
        if (result.Skipped is not null)
            return [Markup.Escape(result.Run.Label), "[yellow]skipped[/]", .. s_columns.Skip(2).Select(_ => "–")];
        var report = RunReport.Of(result);
        var errors = string.Join('\n', report.Errors.Select(error => $"{error.Count} × {error.Status}\n{error.Code}"));
        return
        [
            Markup.Escape(result.Run.Label + (result.AtOnce > 1 ? $"\n{result.AtOnce} side by side" : "")),
            $"[{(report.Broken == 0 ? "green" : "yellow")}]{report.Kept} of {report.Conversations}[/]",
            report.Broken == 0 ? "0" : $"[red]{report.Broken}[/]",
            Markup.Escape(errors.Length > 0 ? errors : "none"),
            Markup.Escape(Describe(result.TurnsByRegion) + (IsPinned(result) ? "\nall pinned to one" : "")),
            Markup.Escape(Describe(result.ConversationsByRegion)),
            Describe(report.LatencyMs),
            Describe(report.FirstEventMs),
        ];
    }

    private static string Describe(bool? held) => held switch
    {
        true => "[green]held   [/]",
        false => "[red]FAILED [/]",
        null => "[yellow]skipped[/]",
    };

    private static bool IsPinned(RunResult result) =>
        result.Run.Cookies == CookieJar.PerProcess && result.Remembered == result.Conversations.Count && result.TurnsByRegion.Count == 1;

    private static string Describe(IEnumerable<KeyValuePair<string, int>> counts) => string.Join('\n', counts.Select(pair => $"{pair.Key} {pair.Value}"));

    private static string Describe(Percentiles milliseconds) => milliseconds.P50 is null
        ? "–"
        : string.Create(CultureInfo.InvariantCulture, $"{milliseconds.P50:F1} / {milliseconds.P99:F1}");
}
