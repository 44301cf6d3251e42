namespace SessionAware.Benchmarks.Cost;

/// <summary>
/// Tells when servers are warm. Their runtime compiles hot code anew, with counters in it and then without, in the background and for longer than one would
/// think; on the one core of a proxy both come off what is measured.
/// </summary>
internal sealed class WarmUp(IReadOnlyList<CostTarget> targets)
{
    /// <summary>Rounds at most: what is still compiled by then is rare.</summary>
    public const int MostRounds = 40;

    // It comes in bursts.
    private const int QuietRoundsNeeded = 3;

    // Of a hundredth of a second each, as Linux counts.
    private const long TicksOfQuiet = 2;

    private readonly int[] _servers = [.. targets.Select(target => target.Server.Id).Distinct()];
    private long _spent;
    private int _quietRounds;

    /// <summary>Whether a round just ended in which nothing was compiled, as in those before it.</summary>
    public bool IsOver()
    {
        var now = _servers.Sum(CompilerTicksOf);
        _quietRounds = now - _spent <= TicksOfQuiet ? _quietRounds + 1 : 0;
        _spent = now;
        return _quietRounds >= QuietRoundsNeeded;
    }

    private static long CompilerTicksOf(int server) => Directory.GetDirectories($"/proc/{server}/task").Sum(TicksOf);

    private static long TicksOf(string thread)
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
