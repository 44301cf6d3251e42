using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;

namespace SessionAware.ServiceDefaults;

/// <summary><c>/health</c> (ready for requests) and <c>/alive</c> (the process works), for people, Aspire and container probes.</summary>
public static class HealthEndpoints
{
    /// <summary>Path of the readiness probe.</summary>
    public const string HealthPath = "/health";

    /// <summary>Path of the liveness probe.</summary>
    public const string AlivePath = "/alive";

    internal const string AliveTag = "alive";

    /// <summary>Maps both probes in every environment: container platforms probe in production, too.</summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.MapHealthChecks(HealthPath);
        app.MapHealthChecks(AlivePath, new HealthCheckOptions { Predicate = check => check.Tags.Contains(AliveTag) });
        return app;
    }

    internal static bool IsProbe(PathString path) =>
        path.StartsWithSegments(HealthPath, StringComparison.Ordinal) || path.StartsWithSegments(AlivePath, StringComparison.Ordinal);
}
