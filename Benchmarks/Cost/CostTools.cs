using System.Runtime.InteropServices;

namespace SessionAware.Benchmarks.Cost;

/// <summary>The programs that the measurement needs and the SDK does not bring.</summary>
internal static class CostTools
{
    private static readonly (string Program, string Package)[] s_needed = [("wrk", "wrk"), ("nginx", "nginx-light"), ("taskset", "util-linux"), (AwakeCore.Program, "rt-tests")];

    /// <summary>Where nginx is: people who are not root seldom have its directory on their path.</summary>
    public static string Nginx => Find("nginx")!;

    /// <summary>Says all that is missing at once.</summary>
    /// <exception cref="BenchmarkException">Something is.</exception>
    public static void Check()
    {
        if (!RuntimeInformation.IsOSPlatform(OSPlatform.Linux) || Environment.ProcessorCount < 2)
            throw new BenchmarkException("This measures on Linux, on two cores: one for the proxy, one for the load and the upstream.");
        var missing = s_needed.Where(tool => Find(tool.Program) is null).ToList();
        if (missing.Count > 0)
            throw new BenchmarkException($"Not found: {string.Join(", ", missing.Select(tool => tool.Program))}. Try: apt-get install {string.Join(' ', missing.Select(tool => tool.Package))}");
    }

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Append("/usr/sbin")
        .Select(directory => Path.Combine(directory, program))
        .FirstOrDefault(File.Exists);
}
