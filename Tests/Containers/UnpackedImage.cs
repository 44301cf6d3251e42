using System.Diagnostics;
using CliWrap;
using CliWrap.Buffered;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Containers;

/// <summary>
/// An image's program, to be run by the user nobody as a container would run it: out of a folder where that user may write nothing, with a folder for its state
/// beside it. Both are among the system's temporary ones, which every user can reach.
/// </summary>
public sealed class UnpackedImage : IDisposable
{
    public const int Nobody = 65534;

    private static readonly string[] s_asNobody = [$"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", "--no-new-privs"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sessionaware-image-");
    private readonly string _program;

    private UnpackedImage(string project) => _program = Path.Combine(App, $"SessionAware.{project}.dll");

    /// <summary>The image's working directory.</summary>
    public string App => Path.Combine(_folder.FullName, "app");

    /// <summary>What anybody may write to.</summary>
    public string State => Path.Combine(_folder.FullName, "state");

    /// <summary>Everything in the working directory.</summary>
    public IEnumerable<string> Files => Directory.EnumerateFileSystemEntries(App, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    /// <summary>Unpacks it; skips the test where no other user can be had.</summary>
    public static async Task<UnpackedImage> OfAsync(string project)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Processes are run as another user by setpriv, which Linux has.");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can run a process as the user nobody: run the tests as root.");
        Assert.SkipUnless(IsOnPath("setpriv"), "No setpriv on the PATH: install util-linux.");
        var image = await ContainerImage.OfAsync(project);
        var unpacked = new UnpackedImage(project);
        Directory.CreateDirectory(unpacked.State);
        await image.UnpackAsync(unpacked._folder.FullName);
        await Cli.Wrap("chmod").WithArguments(["755", unpacked._folder.FullName]).ExecuteAsync();
        await Cli.Wrap("chmod").WithArguments(["777", unpacked.State]).ExecuteAsync();
        return unpacked;
    }

    /// <summary>Runs the program to its end.</summary>
    public Task<BufferedCommandResult> RunAsync(params (string Name, string Value)[] environment) => AsNobodyAsync(environment, "dotnet", _program);

    /// <summary>Tries something as that user would.</summary>
    public Task<BufferedCommandResult> TryAsync(params string[] command) => AsNobodyAsync([], command);

    /// <summary>Starts the program and waits until it listens.</summary>
    public Task<ListeningProcess> StartAsync(params (string Name, string Value)[] environment) =>
        ListeningProcess.StartAsync(new ProcessStartInfo("setpriv", [.. s_asNobody, "dotnet", _program]) { WorkingDirectory = App }, [Home, .. environment]);

    /// <summary>The same where not even root could write anything but the state; skips the test where that cannot be had.</summary>
    public async Task<ListeningProcess> StartReadOnlyAsync(params (string Name, string Value)[] environment)
    {
        var may = await Cli.Wrap("unshare").WithArguments("--mount true").WithValidation(CommandResultValidation.None).ExecuteBufferedAsync();
        Assert.SkipUnless(may.IsSuccess, $"No mounts can be made for one process alone (root, and unshare of util-linux, are needed): {may.StandardError.Trim()}");
        // These mounts are this process's own, and end with it.
        var script = $$"""
            set -e
            mount -t tmpfs -o mode=777 tmpfs {{State}}
            for mounted in / {{Path.GetTempPath().TrimEnd('/')}}; do if mountpoint -q $mounted; then mount -o remount,ro,bind $mounted; fi; done
            if touch probe 2>/dev/null; then echo "The root is writable still."; exit 1; fi
            exec setpriv {{string.Join(' ', s_asNobody)}} dotnet {{_program}}
            """;
        return await ListeningProcess.StartAsync(new ProcessStartInfo("unshare", ["--mount", "sh", "-c", script]) { WorkingDirectory = App }, [Home, .. environment]);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    // As in an image whose user has none that could be written to.
    private static (string Name, string Value) Home => ("HOME", "/nonexistent");

    private static bool IsOnPath(string program) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    private async Task<BufferedCommandResult> AsNobodyAsync((string Name, string Value)[] environment, params string[] command) =>
        await Cli.Wrap("setpriv").WithWorkingDirectory(App).WithArguments([.. s_asNobody, .. command])
            .WithEnvironmentVariables(environment.Prepend(Home).ToDictionary(variable => variable.Name, variable => (string?)variable.Value))
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(TestContext.Current.CancellationToken);
}
