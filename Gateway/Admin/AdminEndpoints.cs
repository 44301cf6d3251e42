using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using SessionAware.Gateway.Errors;
using SessionAware.Gateway.Pools;

namespace SessionAware.Gateway.Admin;

/// <summary><c>/admin</c>: what goes on behind the pools, and draining. In Development it is open unless a key is set; elsewhere it needs the key.</summary>
internal static class AdminEndpoints
{
    private const string KeyHeader = "x-admin-key";

    public static void MapAdmin(this WebApplication app)
    {
        var admin = app.MapGroup("/admin").AddEndpointFilter(RequireKeyAsync);
        admin.MapGet("/pools", (PoolsSource pools) => Results.Json(PoolsReport.Of(pools), AdminJson.Default.PoolsReport));
        admin.MapGet("/backends", (PoolsSource pools, TimeProvider time) => Results.Json(BackendsReport.Of(pools.Current, time), AdminJson.Default.BackendsReport));
        admin.MapGet("/backends/{id}", (string id, PoolsSource pools, TimeProvider time) => Show(id, pools, time));
        admin.MapPost("/backends/{id}/drain", (string id, PoolsSource pools, TimeProvider time) => Drain(id, pools, time, drained: true));
        admin.MapPost("/backends/{id}/undrain", (string id, PoolsSource pools, TimeProvider time) => Drain(id, pools, time, drained: false));
    }

    private static ValueTask<object?> RequireKeyAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var services = invocation.HttpContext.RequestServices;
        if (services.GetRequiredService<IOptions<GatewayOptions>>().Value.AdminKey is not { } key)
            return services.GetRequiredService<IHostEnvironment>().IsDevelopment() ? next(invocation) : ValueTask.FromResult<object?>(GatewayErrors.AdminDisabled());
        var given = invocation.HttpContext.Request.Headers[KeyHeader].ToString();
        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(key)))
            ? next(invocation)
            : ValueTask.FromResult<object?>(GatewayErrors.AdminKeyRequired(KeyHeader));
    }

    private static IResult Drain(string id, PoolsSource pools, TimeProvider time, bool drained)
    {
        if (Find(id, pools) is { } backend)
            backend.State.IsDrained = drained;
        return Show(id, pools, time);
    }

    private static IResult Show(string id, PoolsSource pools, TimeProvider time) => Find(id, pools) is { } backend
        ? Results.Json(BackendReport.Of(backend, pools.Current, time), AdminJson.Default.BackendReport)
        : GatewayErrors.BackendNotFound(id, pools.Current.Backends.Select(known => known.Name));

    private static BackendModel? Find(string id, PoolsSource pools) =>
        pools.Current.Backends.FirstOrDefault(backend => backend.Name.Equals(id, StringComparison.OrdinalIgnoreCase));
}
