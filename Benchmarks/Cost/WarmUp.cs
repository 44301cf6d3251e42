namespace SessionAware.Benchmarks.Cost;

/// <summary>
/// Tells when servers are warm. Their runtime compiles hot code anew, with counters in it and then without, in the background and for longer than one would
/// think; on the one core of a proxy both come off what is measured.
/// </summary>
internal sealed class WarmUp(IReadOnlyList<CostTarget> targets)
{
    // What is still compiled by then is rare.
    private const int MostRounds = 40;

    // While code is met for the first time, the compiler waits.
    private const int FewestRounds = 8;

    // It comes in bursts.
    private const int QuietRoundsNeeded = 3;

    // Of a hundredth of a second each, as Linux counts.
    private const long TicksOfQuiet = 2;

    private readonly int[] _servers = [.. targets.Select(target => target.Server.Id).Distinct()];
    private Dictionary<string, long> _seen = [];
    private int _rounds;
    private int _quietRounds;

    /// <summary>To be asked after each round: whether all is compiled, to judge by the latest ones.</summary>
    public bool IsOver()
    {
        // Thread by thread: an idle compiler's ends, and another one begins.
        var now = _servers.SelectMany(server => Directory.GetDirectories($"/proc/{server}/task")).ToDictionary(thread => thread, CompilerTicksOf);
        var spent = now.Sum(thread => thread.Value - _seen.GetValueOrDefault(thread.Key));
        _seen = now;
        _quietRounds = spent <= TicksOfQuiet ? _quietRounds + 1 : 0;
        return ++_rounds >= MostRounds || (_rounds >= FewestRounds && _quietRounds >= QuietRoundsNeeded);
    }

    private static long CompilerTicksOf(string thread)
    {
        try
        {
            // "id (name) state …", where user and system time are the 12th and 13th after the name.
            var stat = File.ReadAllText(Path.Combine(thread, "stat"));
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return stat.Contains("(.NET Tiered", StringComparison.Ordinal) ? long.Parse(fields[11], null) + long.Parse(fields[12], null) : 0;
        }
        catch (IOException)
        {
            // It has ended.
            return 0;
        }
    }
}
