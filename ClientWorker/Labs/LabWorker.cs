using Microsoft.Extensions.Hosting;

namespace SessionAware.ClientWorker.Labs;

/// <summary>Runs the lab once and ends the process: 0 where every expectation held, else 1.</summary>
public sealed class LabWorker(Lab lab, IHostApplicationLifetime lifetime) : BackgroundService
{
    /// <summary>What the worker itself would meet too late to be explained stops the start.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        lab.MakeRoom();
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Environment.ExitCode = 1;
        var report = await lab.RunAsync(stoppingToken);
        Environment.ExitCode = report.AllHeld ? 0 : 1;
        lifetime.StopApplication();
    }
}
