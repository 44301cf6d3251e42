using System.CommandLine;
using System.Diagnostics;
using SessionAware.Benchmarks.Cost;

namespace SessionAware.Benchmarks.Replay;

/// <summary>
/// What does it cost to send a long conversation again? The time of a turn that is replayed, beside one that its own backend answers and one whose caller sends the
/// whole history by itself, one of each in turn; then the gateway's memory while it replays, and while it passes the same bytes on.
/// </summary>
internal static class ReplayBenchmark
{
    private static readonly (string Name, int Turns, int Length)[] s_histories = [("300 turns", 300, 200), ("20 MB", 20, 1_000_000), ("20 MB in one turn", 1, 20_000_000)];

    public static Command Command()
    {
        var rounds = new Option<int>("--rounds") { Description = "How often each is measured.", DefaultValueFactory = _ => 20 };
        var command = new Command("replay", "Time and memory of replays of 300 turns, and of 20 MB.") { rounds };
        command.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(rounds), cancel));
        return command;
    }

    private static async Task RunAsync(int rounds, CancellationToken cancellationToken)
    {
        foreach (var (name, turns, length) in s_histories)
        {
            using var scratch = new ScratchDirectory();
            await using var east = await ReplayBackend.StartAsync(cancellationToken);
            await using var west = await ReplayBackend.StartAsync(cancellationToken);
            using var run = new ReplayRun(east, west, scratch, cancellationToken);
            string last;
            await using (var gateway = await run.StartGatewayAsync())
            {
                await run.WarmUpAsync(gateway);
                last = await run.TellAsync(gateway, turns, length);
                await run.MeasureAsync(gateway, last);
                await TimeAsync(run, gateway, name, last, rounds);
            }

            // Each in a process that has seen nothing but a few small ones.
            foreach (var replays in new[] { false, true })
            {
                await using var gateway = await run.StartGatewayAsync();
                await run.WarmUpAsync(gateway);
                var rest = gateway.ResidentMiB;
                using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                var highest = gateway.HighestMiBAsync(over.Token);
                for (var round = 0; round < rounds; round++)
                    await (replays ? run.ReplayAsync(gateway, last) : run.ResendAsync(gateway));
                await over.CancelAsync();
                var growth = await highest - rest;
                Console.WriteLine($"{name,-18} {(replays ? "replayed" : "passed on")} {rounds} times: {rest:F0} MiB at rest, at most {growth:+0;-0} MiB, {growth * 1024 * 1024 / run.HistoryBytes:F1} times the history");
            }
        }
    }

    private static async Task TimeAsync(ReplayRun run, NodeProcess gateway, string name, string last, int rounds)
    {
        List<double> pinned = [], resent = [], replayed = [];
        for (var round = 0; round < rounds; round++)
        {
            pinned.Add(await MillisecondsAsync(() => run.ContinueAsync(gateway, last)));
            replayed.Add(await MillisecondsAsync(() => run.ReplayAsync(gateway, last)));
            resent.Add(await MillisecondsAsync(() => run.ResendAsync(gateway)));
        }

        var (own, whole) = (Spread.Of(replayed.Zip(pinned, (one, other) => one / other)), Spread.Of(replayed.Zip(resent, (one, other) => one / other)));
        Console.WriteLine($"{name,-18} {run.HistoryBytes / 1e6:F1} MB; ms: at its own backend {Spread.Of(pinned).Median:F1}, sent whole by the caller {Spread.Of(resent).Median:F1}, replayed {Spread.Of(replayed).Median:F1} (the first {replayed[0]:F1})");
        Console.WriteLine($"{name,-18} replayed / at its own backend {own.Median:F1} ({own.Least:F1}–{own.Most:F1}), replayed / sent whole {whole.Median:F2} ({whole.Least:F2}–{whole.Most:F2})");
    }

    private static async Task<double> MillisecondsAsync(Func<Task> act)
    {
        var began = Stopwatch.GetTimestamp();
        await act();
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }
}
