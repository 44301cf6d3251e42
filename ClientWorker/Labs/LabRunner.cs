using Microsoft.Extensions.Options;
using SessionAware.ClientWorker.Faults;
using SessionAware.ClientWorker.NodeClient;

namespace SessionAware.ClientWorker.Labs;

/// <summary>Holds the conversations of a run.</summary>
/// <param name="options">The lab's settings.</param>
/// <param name="node">Holds those of the npm client.</param>
/// <param name="faults">Holds those that meet faults.</param>
/// <param name="time">Measures turns.</param>
/// <param name="restart">Restarts the gateway; null where nobody can.</param>
public sealed class LabRunner(IOptions<LabOptions> options, NodeConversations node, FaultRunner faults, TimeProvider time, IGatewayRestart? restart = null)
{
    private const string CannotRestart = "Only who hosts the gateway can restart it, as Standalone does: dotnet run --project Standalone.";

    /// <summary>Holds them all; <paramref name="finished"/> is called after each.</summary>
    public async Task<RunResult> RunAsync(PlannedRun run, Action finished, CancellationToken cancellationToken)
    {
        if (run.ByNode)
            return await node.HoldAsync(run, finished, cancellationToken);
        if (run.RestartAfter is not null && restart is null)
            return RunResult.Skip(run, CannotRestart);

        using var held = new HeldConversations(run, options.Value, time, finished);
        if (run.Faults is not null)
            return await faults.RunAsync(run, held, cancellationToken);
        if (run.RestartAfter is { } turn)
        {
            await held.ContinueAsync(turn, cancellationToken);
            await restart!.RestartAsync(cancellationToken);
        }

        await held.ContinueAsync(run.Turns, cancellationToken);
        return held.Conclude();
    }
}
