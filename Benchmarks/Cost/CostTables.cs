namespace SessionAware.Benchmarks.Cost;

/// <summary>Prints what came out: each target beside the bare proxy of the same round.</summary>
internal static class CostTables
{
    public static void Write(IReadOnlyList<CostTarget> targets, DiskWait disk, int rounds, int connections)
    {
        var bare = targets[0];
        Console.WriteLine();
        Console.WriteLine($"Load: {rounds} rounds, {connections} connections. Medians, and the range of the rounds.");
        Console.WriteLine($"{"",-20}{"requests/s",12}{"ratio to bare",16}{"range",16}{"processor µs",16}{"ratio to bare",16}{"range",16}");
        foreach (var target in targets)
        {
            var ratio = Spread.Of(target.Load.Zip(bare.Load, (one, other) => one.RequestsPerSecond / other.RequestsPerSecond));
            var processor = Spread.Of(target.Load.Zip(bare.Load, (one, other) => one.ProcessorMicroseconds / other.ProcessorMicroseconds));
            Console.WriteLine(
                $"{target.Name,-20}{MedianOf(target.Load, round => round.RequestsPerSecond),12:N0}{ratio.Median,16:F2}{$"{ratio.Least:F2}–{ratio.Most:F2}",16}"
                + $"{MedianOf(target.Load, round => round.ProcessorMicroseconds),16:F1}{processor.Median,16:F2}{$"{processor.Least:F2}–{processor.Most:F2}",16}");
        }

        Console.WriteLine();
        Console.WriteLine("One turn after the other, as the machine comes and with the load's core kept awake: the median turn, and what it takes beyond the bare proxy.");
        Console.WriteLine($"{"",-20}{"median µs",12}{"beyond bare",16}{"range",16}{"awake µs",16}{"beyond bare",16}{"range",16}");
        foreach (var target in targets)
            Console.WriteLine($"{target.Name,-20}{Sequential(target.Sequential, bare.Sequential, 12)}{Sequential(target.SequentialAwake, bare.SequentialAwake, 16)}");
        Console.WriteLine($"{"the disk alone",-20}{Alone(disk.Rounds, 12)}{Alone(disk.AwakeRounds, 16)}");
    }

    private static string Sequential(IReadOnlyList<LoadRound> rounds, IReadOnlyList<LoadRound> bare, int width)
    {
        var beyond = Spread.Of(rounds.Zip(bare, (one, other) => one.MedianMicroseconds - other.MedianMicroseconds));
        return $"{MedianOf(rounds, round => round.MedianMicroseconds).ToString("F0").PadLeft(width)}{beyond.Median,16:+0;-0;0}{$"{beyond.Least:+0;-0;0} to {beyond.Most:+0;-0;0}",16}";
    }

    private static string Alone(IEnumerable<double> waits, int width)
    {
        var wait = Spread.Of(waits);
        return $"{wait.Median.ToString("F0").PadLeft(width)}{"",16}{$"{wait.Least:F0} to {wait.Most:F0}",16}";
    }

    private static double MedianOf(IEnumerable<LoadRound> rounds, Func<LoadRound, double> figure) => Spread.Of(rounds.Select(figure)).Median;
}
