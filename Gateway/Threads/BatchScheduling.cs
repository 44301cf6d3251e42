using System.Runtime.InteropServices;

namespace SessionAware.Gateway.Threads;

/// <summary>
/// How Linux lets the gateway's threads have a core that they share. By default whichever wakes interrupts the one that runs, a few times for each request; in a
/// batch each does what it has to do first, and finds more to do at once when it comes to its turn.
/// </summary>
internal static class BatchScheduling
{
    private const int SchedBatch = 3;
    private const int ThisThread = 0;

    /// <summary>
    /// Has the process's threads scheduled in batches, unless <see cref="GatewayOptions.BatchScheduling"/> says otherwise. To be called by the first thread before
    /// there is another: they inherit it, and who has it changed later does not pass it on.
    /// </summary>
    public static void Begin(string[] args)
    {
        if (!OperatingSystem.IsLinux() || IsUnwanted(args))
            return;
        var noPriority = 0;
        // Where a sandbox forbids it, they go on as they are.
        _ = SetScheduler(ThisThread, SchedBatch, ref noPriority);
    }

    private static bool IsUnwanted(string[] args)
    {
        var settings = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build();
        // What is neither true nor false is reported with the other settings.
        return bool.TryParse(settings[$"{GatewayOptions.Section}:{nameof(GatewayOptions.BatchScheduling)}"], out var wanted) && !wanted;
    }

    [DllImport("libc", EntryPoint = "sched_setscheduler")]
    private static extern int SetScheduler(int thread, int policy, ref int priority);
}
