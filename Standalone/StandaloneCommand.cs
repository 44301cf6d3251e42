using System.CommandLine;
using SessionAware.Gateway.Sessions;
using SessionAware.ServiceDefaults;
using Spectre.Console;

namespace SessionAware.Standalone;

/// <summary>The command line: start everything, run the lab, stay up or end.</summary>
internal static class StandaloneCommand
{
    private static readonly TimeSpan s_longestStop = TimeSpan.FromSeconds(10);

    /// <returns>0; 1 where the start failed, or where <c>--once</c> was given and an expectation did not hold.</returns>
    public static Task<int> RunAsync(string[] args)
    {
        var once = new Option<bool>("--once") { Description = "End after the lab: 0 only if every expectation held, else 1." };
        var report = new Option<string?>("--report") { Description = "Where the lab writes its report (default: lab-report.json).", HelpName = "PATH" };
        var store = new Option<string?>("--store") { Description = "Where sessions are kept: sqlite (default), or cosmos, which ConnectionStrings__cosmos names.", HelpName = "sqlite|cosmos" };
        store.AcceptOnlyFromAmong(SessionsOptions.Sqlite, SessionsOptions.Cosmos);
        var command = new RootCommand(
            "Two emulated regions, the session-aware gateway and the lab in one process; with SessionAware__Target=Azure the gateway and the lab alone, against deployments. "
            + "Addresses and other settings are environment variables: see the README.")
        {
            once, report, store,
        };
        command.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(once), parsed.GetValue(report), parsed.GetValue(store), cancel));
        return command.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = s_longestStop });
    }

    private static async Task<int> RunAsync(bool once, string? report, string? store, CancellationToken cancellationToken)
    {
        try
        {
            await using var hosts = await StandaloneHosts.StartAsync(report, store, cancellationToken);
            foreach (var (name, address) in hosts.Addresses)
                AnsiConsole.MarkupLineInterpolated($"  {name,-10} [link]{address}[/]");

            var found = await hosts.Lab.RunAsync(cancellationToken);
            if (once)
                return Conclude(found.Expectations.Where(expectation => expectation.Held == false).Select(expectation => expectation.Name).ToList());

            AnsiConsole.MarkupLine("Everything stays up for your own requests. [bold]Ctrl+C[/] stops it.");
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return 0;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            AnsiConsole.MarkupLine("Stopped.");
            return once ? 1 : 0;
        }
        catch (Exception exception) when (WebProgram.Explain(exception) is { } reasons)
        {
            await Console.Error.WriteLineAsync(reasons);
            return 1;
        }
    }

    private static int Conclude(List<string> failed)
    {
        foreach (var name in failed)
            Console.Error.WriteLine($"Expectation failed: {name}");
        return failed.Count == 0 ? 0 : 1;
    }
}
