using System.Diagnostics;

namespace SessionAware.Benchmarks;

/// <summary>Starts programs on one core alone: what is measured and what measures it must not take each other's time.</summary>
internal static class Pinned
{
    /// <summary>The command <paramref name="line"/> under <c>taskset</c>, which becomes that command: one process, one id.</summary>
    public static ProcessStartInfo Start(int core, params string[] line) => new("taskset", ["--cpu-list", $"{core}", .. line]);
}
