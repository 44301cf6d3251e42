namespace SessionAware.Benchmarks.Cost;

/// <summary>Rounds of one kind of load: in each, all targets one after the other, so that what changes on the machine changes for all.</summary>
internal sealed class CostRounds(string what, IReadOnlyList<CostTarget> targets, int connections, int seconds)
{
    /// <summary>One round, shown while it runs.</summary>
    public async Task<IReadOnlyList<(CostTarget Target, LoadRound Result)>> RunAsync(string name, int number, CancellationToken cancellationToken)
    {
        Console.Write($"{what}, {name}:");
        List<(CostTarget, LoadRound)> results = [];
        for (var turn = 0; turn < targets.Count; turn++)
        {
            // Whoever comes first in a round may have it easier.
            var target = targets[(number + turn) % targets.Count];
            var result = await Wrk.RunAsync(target, connections, seconds, cancellationToken);
            Console.Write($"  {target.Name} {result.RequestsPerSecond:N0}/s {result.MedianMicroseconds:F0} µs");
            results.Add((target, result));
        }

        Console.WriteLine();
        return results;
    }

    /// <summary>One round that counts.</summary>
    public async Task KeepAsync(string name, int number, Func<CostTarget, List<LoadRound>> of, CancellationToken cancellationToken)
    {
        foreach (var (target, result) in await RunAsync(name, number, cancellationToken))
            of(target).Add(result);
    }
}
