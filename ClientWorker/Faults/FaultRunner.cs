using SessionAware.ClientWorker.Labs;

namespace SessionAware.ClientWorker.Faults;

/// <summary>Holds a run's conversations through the faults of its plan.</summary>
public sealed class FaultRunner(EmulatedRegions regions, TimeProvider time)
{
    // Long enough that requests under way meet the storm, short enough that it has passed by the soonest Retry-After, a second.
    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(100);

    /// <summary>Holds them to their end, and withdraws the faults however it comes.</summary>
    internal async Task<RunResult> RunAsync(PlannedRun run, HeldConversations held, CancellationToken cancellationToken)
    {
        if (await regions.FindMissingAsync(cancellationToken) is { } missing)
            return RunResult.Skip(run, missing);
        await held.ContinueAsync(FaultPlan.LastTurnBefore, cancellationToken);
        var owners = held.Owners;
        if (owners[0] is not { } struck)
            return held.Conclude();
        if (owners.OfType<string>().Except(regions.Backends, StringComparer.OrdinalIgnoreCase).FirstOrDefault() is { } unknown)
            return RunResult.Skip(run, $"Faults can be ordered at emulated regions alone, and Lab__Regions__{unknown} is not set.");

        var plan = run.Faults!;
        await using var faults = new FaultsInForce(regions);
        await faults.OrderAsync(struck, plan.Owner);
        if (plan.Others is not null)
        {
            foreach (var other in regions.Backends.Where(backend => !backend.Equals(struck, StringComparison.OrdinalIgnoreCase)))
                await faults.OrderAsync(other, plan.Others);
        }

        var silent = plan.SomeAreSilent ? EverySecond(owners, struck) : [];
        // Both, whatever becomes of one: nothing may be under way when the conversations are disposed.
        var turn = held.ContinueAsync(FaultPlan.Turn, cancellationToken, number => !silent.Contains(number));
        await Task.WhenAll(turn, plan.End == FaultEnd.OnceStruck ? WithdrawSoonAsync(turn) : Task.CompletedTask);
        if (plan.End == FaultEnd.AfterTheTurn)
            await ReturnAsync();
        await held.ContinueAsync(run.Turns, cancellationToken);
        if (plan.End == FaultEnd.AfterTheRun)
            await ReturnAsync();
        return held.Conclude() with { Struck = struck };

        // A slow machine's requests are not under way yet when the moment is over: a storm that met nobody is none.
        async Task WithdrawSoonAsync(Task turn)
        {
            do
                await Task.Delay(s_moment, time, cancellationToken);
            while (!turn.IsCompleted && !await faults.HaveStruckAsync(cancellationToken));
            await faults.WithdrawAsync();
        }

        // The gateway's circuit breaker lets it back when the last refusal's Retry-After is over, and neither this run nor the next may meet it before.
        async Task ReturnAsync()
        {
            await faults.WithdrawAsync();
            await Task.Delay(plan.RetryAfter, time, cancellationToken);
        }
    }

    private static HashSet<int> EverySecond(IReadOnlyList<string?> owners, string struck) =>
        [.. owners.Index().Where(owner => owner.Item == struck).Select(owner => owner.Index).Index().Where(owned => owned.Index % 2 == 1).Select(owned => owned.Item)];
}
