using System.Text;
using System.Text.Json.Nodes;
using CliWrap;
using CliWrap.Buffered;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Labs;

/// <summary>The standalone program in a process of its own, with a folder and an environment of its own; none outlives its test.</summary>
public abstract class StandaloneWorld : IDisposable
{
    // A shell that starts the tests in its background has them, and all that they start, deaf to interrupts.
    private static readonly TimeSpan s_longestStop = TimeSpan.FromMinutes(1);

    // What a failed test leaves running.
    private readonly CancellationTokenSource _kill = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    protected string Folder { get; } = Scratch.Folder("standalone");

    protected Dictionary<string, string?> Variables { get; } = new() { ["Gateway__Url"] = $"http://127.0.0.1:{Ports.Free()}" };

    public void Dispose()
    {
        _kill.Cancel();
        _kill.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs it to its end.</summary>
    protected async Task<BufferedCommandResult> RunAsync(params string[] arguments) => await Command(arguments).ExecuteBufferedAsync(_kill.Token);

    /// <summary>Runs it until the lab is over and it stays up.</summary>
    protected async Task<(CommandTask<CommandResult> Running, StringBuilder Output)> StayUpAsync(CancellationToken interrupt)
    {
        var output = new StringBuilder();
        var ready = new TaskCompletionSource();
        var running = Command().WithStandardOutputPipe(PipeTarget.Merge(
            PipeTarget.ToStringBuilder(output),
            PipeTarget.ToDelegate(line =>
            {
                if (line.Contains("Ctrl+C", StringComparison.Ordinal))
                    ready.TrySetResult();
            }))).ExecuteAsync(_kill.Token, interrupt);
        await Task.WhenAny(ready.Task, running);
        // Whoever is still writing to it must not be read.
        if (!ready.Task.IsCompleted)
            Assert.Fail($"It ended before it was ready: {output}");
        return (running, output);
    }

    /// <summary>Interrupts it, and waits until it has ended by that.</summary>
    protected static async Task InterruptAsync(CommandTask<CommandResult> running, CancellationTokenSource interrupt)
    {
        await interrupt.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.Task.WaitAsync(s_longestStop, TestContext.Current.CancellationToken));
    }

    protected async Task<JsonNode> ReportAsync(string path = "lab-report.json") =>
        JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Folder, path), TestContext.Current.CancellationToken))!;

    private Command Command(params string[] arguments) => Cli.Wrap("dotnet")
        .WithWorkingDirectory(Folder)
        .WithArguments([Path.Combine(AppContext.BaseDirectory, "SessionAware.Standalone.dll"), .. arguments])
        .WithEnvironmentVariables(Variables)
        .WithValidation(CommandResultValidation.None);
}
