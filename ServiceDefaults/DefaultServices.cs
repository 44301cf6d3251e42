using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace SessionAware.ServiceDefaults;

/// <summary>What every program of the product has: telemetry, health, service discovery, resilient outgoing calls.</summary>
public static class DefaultServices
{
    /// <summary>
    /// Adds the defaults. Clients made by <see cref="IHttpClientFactory"/> resolve service names and retry; forwarded requests do not come
    /// from that factory, so that no retry happens there that the pool did not ask for.
    /// </summary>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.AddQuietLogging();
        builder.AddTelemetry();
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [HealthEndpoints.AliveTag]);
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(client =>
        {
            client.AddStandardResilienceHandler();
            client.AddServiceDiscovery();
        });
        return builder;
    }

    /// <summary>Two log lines a request would bury what matters. First of all sources, so that any other setting of the same key wins.</summary>
    private static void AddQuietLogging<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder =>
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = new Dictionary<string, string?>
            {
                ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
                // Where keys are kept matters in production; on a developer's machine it is a warning at each start.
                ["Logging:LogLevel:Microsoft.AspNetCore.DataProtection"] = builder.Environment.IsDevelopment() ? "Error" : "Warning",
                // While any level of it is on, every request gets an activity, whether anybody listens or not.
                ["Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics"] = "None",
                ["Logging:LogLevel:System.Net.Http"] = "Warning",
                ["Logging:LogLevel:Yarp"] = "Error",
                // A start that fails is explained by WebProgram or ends in an unhandled exception; the host would print the trace a second time.
                ["Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host"] = "Critical",
            },
        });
}
