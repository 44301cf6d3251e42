using System.Reflection;
using System.Runtime.InteropServices;
using CliWrap;
using CliWrap.Buffered;

namespace SessionAware.Tests.Worlds;

/// <summary>The Bicep compiler, from its package: it knows the types of all resources and needs no network.</summary>
public static class Bicep
{
    private static readonly string s_path = typeof(Bicep).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "BicepPath").Value!.Replace('\\', '/');

    /// <summary>Skips the test where the compiler does not run.</summary>
    public static void SkipWhereMissing() => Assert.SkipUnless(
        OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64 && File.Exists(s_path),
        "The Bicep compiler is here as the package Azure.Bicep.CommandLine.linux-x64, which runs on Linux x64 alone.");

    /// <summary>Runs it in <paramref name="folder"/>.</summary>
    public static async Task<BufferedCommandResult> RunAsync(string folder, params string[] arguments) =>
        await Cli.Wrap(s_path).WithArguments(arguments).WithWorkingDirectory(folder).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(TestContext.Current.CancellationToken);
}
