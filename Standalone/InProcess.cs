using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace SessionAware.Standalone;

/// <summary>Fits a host into this process, beside others.</summary>
internal static class InProcess
{
    // Requests that are still running after that are cut off: Ctrl+C means now.
    private static readonly TimeSpan s_longestStop = TimeSpan.FromSeconds(2);

    private static readonly KeyValuePair<string, string?>[] s_logging =
    [
        new("Logging:LogLevel:Default", "Warning"),
        // The lab trips them on purpose: its table says what came of it, and /admin/backends tells of trips.
        new("Logging:LogLevel:SessionAware.Gateway.CircuitBreakers", "Error"),
    ];

    /// <summary>Adapts <paramref name="builder"/>: its settings last, warnings alone and on standard error, and no Ctrl+C handler of its own.</summary>
    /// <param name="builder">Of the host.</param>
    /// <param name="settings">These win.</param>
    /// <param name="defaults">Everything else wins over these.</param>
    public static void Adapt(IHostApplicationBuilder builder, IReadOnlyDictionary<string, string?> settings, params KeyValuePair<string, string?>[] defaults)
    {
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = [.. s_logging, .. defaults] });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = s_longestStop);
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
