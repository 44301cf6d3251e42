using System.CommandLine;

namespace SessionAware.Benchmarks.Cost;

/// <summary>What does the gateway cost? Turns a second and the time of one turn, beside those of a bare YARP proxy in the same round.</summary>
internal static class CostBenchmark
{
    public static Command Command()
    {
        var apis = new Option<string>("--apis") { Description = "The APIs, separated by commas. Default: every one of pools.json.", DefaultValueFactory = _ => "" };
        var rounds = new Option<int>("--rounds") { Description = "How often each target is measured, once all are warm.", DefaultValueFactory = _ => 12 };
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
            var load = new CostRounds("load", targets, connections, seconds);
            var warmUp = new WarmUp(targets);
            var warmUps = 0;
            do
                await load.RunAsync($"warm-up {warmUps + 1}", warmUps++, cancellationToken);
            while (!warmUp.IsOver());
            for (var round = 0; round < rounds; round++)
                await load.KeepAsync($"round {round + 1} of {rounds}", round, target => target.Load, cancellationToken);

            using var disk = new DiskWait(scratch.File("disk"), CostServers.ProxyCore);
            await SequentialRounds.RunAsync(targets, disk, rounds, cancellationToken);
            CostTables.Write(targets, disk, rounds, connections);
            return 0;
        }
        catch (BenchmarkException reason)
        {
            await Console.Error.WriteLineAsync(reason.Message);
            return 1;
        }
    }
}
