namespace SessionAware.Benchmarks.Cost;

/// <summary>One turn after the other on one connection: in each round as the machine comes, then with the load's core kept awake.</summary>
internal static class SequentialRounds
{
    private const int Seconds = 1;

    public static async Task RunAsync(IReadOnlyList<CostTarget> targets, DiskWait disk, int rounds, CancellationToken cancellationToken)
    {
        var asItComes = new CostRounds("one by one", targets, connections: 1, Seconds);
        var awake = new CostRounds("one by one, load awake", targets, connections: 1, Seconds);
        await asItComes.RunAsync("warm-up", 0, cancellationToken);
        for (var round = 0; round < rounds; round++)
        {
            var name = $"round {round + 1} of {rounds}";
            await asItComes.KeepAsync(name, round, target => target.Sequential, cancellationToken);
            disk.Rounds.Add(await disk.MeasureAsync());

            using var core = new AwakeCore(CostServers.LoadCore);
            await awake.KeepAsync(name, round, target => target.SequentialAwake, cancellationToken);
            disk.AwakeRounds.Add(await disk.MeasureAsync());
            core.Check();
        }
    }
}
