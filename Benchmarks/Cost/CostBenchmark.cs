using System.CommandLine;

namespace SessionAware.Benchmarks.Cost;

/// <summary>What does the gateway cost? Turns a second and the time of one turn, beside those of a bare YARP proxy in the same round.</summary>
internal static class CostBenchmark
{
    private const int SequentialSeconds = 1;

    public static Command Command()
    {
        var apis = new Option<string>("--apis") { Description = "The APIs, separated by commas. Default: every one of pools.json.", DefaultValueFactory = _ => "" };
        var rounds = new Option<int>("--rounds") { Description = "How often each target is measured, after a round that warms up.", DefaultValueFactory = _ => 12 };
        var seconds = new Option<int>("--seconds") { Description = "How long a round of load lasts.", DefaultValueFactory = _ => 2 };
        var connections = new Option<int>("--connections") { Description = "How many connections send turns at once.", DefaultValueFactory = _ => 64 };
        foreach (var number in new[] { rounds, seconds, connections })
            number.Validators.Add(given => { if (given.GetValueOrDefault<int>() < 1) given.AddError($"{number.Name} must be at least 1."); });
        var command = new Command("cost", "The gateway beside a bare YARP proxy on one core; needs Linux, two cores, wrk and nginx.") { apis, rounds, seconds, connections };
        command.SetAction((parsed, cancel) => RunAsync(
            parsed.GetValue(apis)!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            parsed.GetValue(rounds), parsed.GetValue(seconds), parsed.GetValue(connections), cancel));
        return command;
    }

    private static async Task<int> RunAsync(string[] apis, int rounds, int seconds, int connections, CancellationToken cancellationToken)
    {
        try
        {
            CostTools.Check();
            var pools = new CostPools(apis);
            using var scratch = new ScratchDirectory();
            var (server, urls) = await CostServers.StartUpstreamAsync(scratch, cancellationToken);
            await using var upstream = server;
            await using var bare = await CostServers.StartBareAsync(urls[0], cancellationToken);
            await using var gateway = await CostServers.StartGatewayAsync(pools, urls, scratch, cancellationToken);
            Console.WriteLine($"Processes: gateway {gateway.Id}, bare proxy {bare.Id}, upstream {upstream.Id}");

            CostTarget[] targets = [CostTarget.OfBare(bare), .. pools.Apis.Select(api => CostTarget.Of(api, gateway))];
            using var http = new HttpClient(new SocketsHttpHandler());
            foreach (var target in targets)
                await target.CheckAsync(http, cancellationToken);
            await MeasureAsync("load", targets, rounds, connections, seconds, target => target.Load, cancellationToken);
            await MeasureAsync("one by one", targets, rounds, connections: 1, SequentialSeconds, target => target.Sequential, cancellationToken);
            CostTables.Write(targets, rounds, connections);
            return 0;
        }
        catch (BenchmarkException reason)
        {
            await Console.Error.WriteLineAsync(reason.Message);
            return 1;
        }
    }

    private static async Task MeasureAsync(
        string what, CostTarget[] targets, int rounds, int connections, int seconds, Func<CostTarget, List<LoadRound>> results, CancellationToken cancellationToken)
    {
        for (var round = 0; round <= rounds; round++)
        {
            Console.Write(round == 0 ? $"{what}, warming up:" : $"{what}, round {round} of {rounds}:");
            for (var turn = 0; turn < targets.Length; turn++)
            {
                // Whoever comes first in a round may have it easier.
                var target = targets[(round + turn) % targets.Length];
                var result = await Wrk.RunAsync(target, connections, seconds, cancellationToken);
                Console.Write($"  {target.Name} {result.RequestsPerSecond:N0}/s {result.MedianMicroseconds:F0} µs");
                if (round > 0)
                    results(target).Add(result);
            }

            Console.WriteLine();
        }
    }
}
