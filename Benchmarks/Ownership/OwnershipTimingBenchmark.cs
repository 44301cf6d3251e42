using System.CommandLine;

namespace SessionAware.Benchmarks.Ownership;

/// <summary>
/// Can anybody tell by the time of an answer whether an id is somebody else's or nobody's? Pairs of both, in random order, on one warm connection for each way
/// of naming an id: at the replica that made it and has it in memory, and at one that must ask the store.
/// </summary>
internal static class OwnershipTimingBenchmark
{
    // What two samples of the same distribution differ by in one of a hundred cases.
    private const double Significant = 0.01;

    private const int WarmUpPairs = 3000;

    // Ids of the last seconds are waited for, be they anybody's.
    private static readonly TimeSpan s_untilOld = TimeSpan.FromSeconds(7);

    public static Command Command()
    {
        var pairs = new Option<int>("--pairs") { Description = "How many pairs of ids are asked for, each way.", DefaultValueFactory = _ => 2000 };
        var runs = new Option<int>("--runs") { Description = "How often that is done.", DefaultValueFactory = _ => 3 };
        foreach (var number in new[] { pairs, runs })
            number.Validators.Add(given => { if (given.GetValueOrDefault<int>() < 1) given.AddError($"{number.Name} must be at least 1."); });
        var command = new Command("ownership-timing", $"Whether the time of an answer tells another's id from nobody's; p of {Significant} or less in any way is a failure.") { pairs, runs };
        command.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(pairs), parsed.GetValue(runs), cancel));
        return command;
    }

    private static async Task<int> RunAsync(int pairs, int runs, CancellationToken cancellationToken)
    {
        try
        {
            await using var nodes = await OwnershipNodes.StartAsync(cancellationToken);
            var ids = await nodes.MakeAsync(pairs, cancellationToken);
            await Task.Delay(s_untilOld, TimeProvider.System, cancellationToken);

            var isTold = false;
            Console.WriteLine($"{pairs} pairs each way, medians in µs.");
            Console.WriteLine($"{"",-48}{"another's",12}{"nobody's",12}{"p",10}");
            foreach (var way in nodes.Ways)
            {
                await way.MeasureAsync(ids, WarmUpPairs, cancellationToken);
                for (var run = 0; run < runs; run++)
                {
                    var (theirs, nobodys) = await way.MeasureAsync(ids, ids.Count, cancellationToken);
                    var p = MannWhitney.ProbabilityOf(theirs, nobodys);
                    isTold |= p <= Significant && !way.IsControl;
                    Console.WriteLine($"{way.Name,-48}{MedianOf(theirs),12:F1}{MedianOf(nobodys),12:F1}{p,10:F3}");
                }
            }

            return isTold ? 1 : 0;
        }
        catch (BenchmarkException reason)
        {
            await Console.Error.WriteLineAsync(reason.Message);
            return 1;
        }
    }

    private static double MedianOf(IEnumerable<double> figures) => Cost.Spread.Of(figures).Median;
}
