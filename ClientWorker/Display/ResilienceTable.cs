using System.Globalization;
using SessionAware.ClientWorker.Conversations;
using SessionAware.ClientWorker.Faults;
using SessionAware.ClientWorker.Labs;
using SessionAware.ClientWorker.Reports;
using Spectre.Console;

namespace SessionAware.ClientWorker.Display;

/// <summary>What became of each conversation when its backend could not serve: a row for those that went alike.</summary>
internal static class ResilienceTable
{
    // The report tells the rest.
    private const int MostRows = 6;

    /// <summary>Of these runs.</summary>
    public static Table Of(IReadOnlyList<RunResult> results)
    {
        var table = new Table().Border(TableBorder.Rounded).Title($"[bold]/{LabPlan.SessionAware} when a backend cannot serve[/]");
        foreach (var header in (string[])["run", "conversations", "turns", "slowest\nturn ms"])
            table.AddColumn(new TableColumn(header));
        table.Columns[0].NoWrap();
        table.Columns[1].NoWrap();
        table.Columns[3].NoWrap().RightAligned();
        foreach (var (index, result) in results.Index())
        {
            if (index > 0)
                table.AddEmptyRow();
            AddRows(table, result);
        }

        return table;
    }

    private static void AddRows(Table table, RunResult result)
    {
        var label = $"{Markup.Escape(result.Run.Label)}\n[grey]{Markup.Escape(result.Struck is { } backend ? $"at {backend}, turn {FaultPlan.Turn}" : $"/{result.Run.Api}")}[/]";
        if (result.Skipped is not null)
        {
            table.AddRow(label, "[yellow]skipped[/]", "–", "–");
            return;
        }

        var fates = FateReport.Of(result);
        foreach (var (index, fate) in fates.Take(MostRows).Index())
        {
            table.AddRow(
                index == 0 ? label : "",
                $"[{ColorOf(fate.Fate)}]{fate.Conversations} {NameOf(fate.Fate)}[/]",
                Markup.Escape(Describe(fate)),
                string.Create(CultureInfo.InvariantCulture, $"{fate.SlowestTurnMs:F1}"));
        }

        if (fates.Skip(MostRows).Sum(fate => fate.Conversations) is > 0 and var others)
            table.AddRow("", $"{others} others", "see the report", "");
    }

    private static string Describe(FateReport fate)
    {
        var turns = fate.Turns.Index().Select(turn => (Number: turn.Index + 1, turn.Item)).ToList();
        List<string> lines =
        [
            string.Join(", ", turns.GroupBy(turn => turn.Item.Backend ?? TurnOutcome.UnknownRegion, turn => turn.Number).Select(served => $"{served.Key} {Ranges([.. served])}")),
        ];
        if (turns.Where(turn => turn.Item.Affinity == TurnOutcome.Replayed).Select(turn => turn.Number).ToList() is { Count: > 0 } replayed)
            lines.Add($"replayed {Ranges(replayed)}");
        lines.AddRange(turns.Where(turn => turn.Item.Retried is not null).Select(turn => $"{turn.Number} retried after {turn.Item.Retried}"));
        if (fate.Refusal is not null)
            lines.Add($"{turns[^1].Number} refused: {fate.Refusal}");
        return string.Join('\n', lines);
    }

    /// <summary>Numbers in order, those in a row together: <c>1–2 4</c>.</summary>
    private static string Ranges(List<int> numbers) => string.Join(
        ' ', numbers.Index().GroupBy(number => number.Item - number.Index, number => number.Item).Select(row => row.Count() > 1 ? $"{row.First()}–{row.Last()}" : $"{row.First()}"));

    private static string NameOf(ConversationFate fate) => fate.ToString().ToLowerInvariant();

    private static string ColorOf(ConversationFate fate) => fate switch
    {
        ConversationFate.Kept => "green",
        ConversationFate.Moved or ConversationFate.Replayed => "aqua",
        ConversationFate.Refused => "yellow",
        _ => "red",
    };
}
