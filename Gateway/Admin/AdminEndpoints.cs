using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using SessionAware.Gateway.Errors;
using SessionAware.Gateway.Forwarding;
using SessionAware.Gateway.Pools;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.Admin;

/// <summary><c>/admin</c>: what goes on behind the pools, and draining. In Development it is open unless a key is set; elsewhere it needs the key.</summary>
internal static partial class AdminEndpoints
{
    private const string KeyHeader = "x-admin-key";

    public static void MapAdmin(this WebApplication app)
    {
        var admin = app.MapGroup("/admin").AddEndpointFilter(ExplainAsync).AddEndpointFilter(RequireKeyAsync);
        admin.MapGet("/pools", (PoolsSource pools) => Results.Json(PoolsReport.Of(pools), AdminJson.Default.PoolsReport));
        admin.MapGet("/backends", async (PoolsSource pools, SessionCounts sessions, TimeProvider time, CancellationToken cancel) =>
            Results.Json(BackendsReport.Of(pools.Current, await sessions.GetAsync(cancel), time), AdminJson.Default.BackendsReport));
        admin.MapGet("/backends/{id}", ShowAsync);
        admin.MapPost("/backends/{id}/drain", (string id, PoolsSource pools, SessionCounts sessions, TimeProvider time, CancellationToken cancel) =>
            DrainAsync(id, pools, sessions, time, drained: true, cancel));
        admin.MapPost("/backends/{id}/undrain", (string id, PoolsSource pools, SessionCounts sessions, TimeProvider time, CancellationToken cancel) =>
            DrainAsync(id, pools, sessions, time, drained: false, cancel));
        admin.MapSessions();
    }

    /// <summary>Whatever fails is answered in the API's shape; a developer's page would show settings.</summary>
    private static async ValueTask<object?> ExplainAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var context = invocation.HttpContext;
        var requestId = AnswerHeaders.RequestIdOf(context.Request);
        context.Response.OnStarting(() =>
        {
            context.Response.Headers[AnswerHeaders.RequestId] = requestId;
            return Task.CompletedTask;
        });
        try
        {
            return await next(invocation);
        }
        // The second: a store that could not be opened.
        catch (Exception outage) when (outage is SessionStoreException or OptionsValidationException)
        {
            return SessionErrors.StoreUnavailable();
        }
        catch (Exception bug) when (!context.RequestAborted.IsCancellationRequested)
        {
            LogBug(context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(AdminEndpoints)), requestId, bug);
            return GatewayErrors.Internal();
        }
    }

    private static ValueTask<object?> RequireKeyAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var services = invocation.HttpContext.RequestServices;
        if (services.GetRequiredService<IOptions<GatewayOptions>>().Value.AdminKey is not { Length: > 0 } key)
            return services.GetRequiredService<IHostEnvironment>().IsDevelopment() ? next(invocation) : ValueTask.FromResult<object?>(GatewayErrors.AdminDisabled());
        var given = invocation.HttpContext.Request.Headers[KeyHeader].ToString();
        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(key)))
            ? next(invocation)
            : ValueTask.FromResult<object?>(GatewayErrors.AdminKeyRequired(KeyHeader));
    }

    private static Task<IResult> DrainAsync(string id, PoolsSource pools, SessionCounts sessions, TimeProvider time, bool drained, CancellationToken cancellationToken)
    {
        if (Find(id, pools) is { } backend)
            backend.State.IsDrained = drained;
        return ShowAsync(id, pools, sessions, time, cancellationToken);
    }

    private static async Task<IResult> ShowAsync(string id, PoolsSource pools, SessionCounts sessions, TimeProvider time, CancellationToken cancellationToken) =>
        Find(id, pools) is { } backend
            ? Results.Json(BackendReport.Of(backend, pools.Current, await sessions.GetAsync(cancellationToken), time), AdminJson.Default.BackendReport)
            : GatewayErrors.BackendNotFound(id, pools.Current.Backends.Select(known => known.Name));

    private static BackendModel? Find(string id, PoolsSource pools) =>
        pools.Current.Backends.FirstOrDefault(backend => backend.Name.Equals(id, StringComparison.OrdinalIgnoreCase));

    [LoggerMessage(LogLevel.Error, "Request {RequestId}: the administration failed.")]
    private static partial void LogBug(ILogger logger, string requestId, Exception exception);
}
