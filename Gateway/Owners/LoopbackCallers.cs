using SessionAware.Gateway.Errors;

namespace SessionAware.Gateway.Owners;

/// <summary>
/// Where nobody is asked who they are and everything is signed as the gateway, its own machine alone is served: any page in a browser there could have it called
/// by a form, or by a name of its own for this address.
/// </summary>
internal static class LoopbackCallers
{
    private static readonly string[] s_names = ["localhost", "127.0.0.1", "[::1]"];

    /// <summary>Refuses all others before anything else is done.</summary>
    public static void UseLoopbackCallers(this IApplicationBuilder app) =>
        app.Use((context, next) => IsOwn(context.Request) ? next(context) : GatewayErrors.ForbiddenOrigin().WriteAsync(context));

    private static bool IsOwn(HttpRequest request) => IsLoopback(request.Host.Host)
        && (request.Headers.Origin.Count == 0 || (Uri.TryCreate(request.Headers.Origin.ToString(), UriKind.Absolute, out var origin) && IsLoopback(origin.Host)));

    private static bool IsLoopback(string host) => s_names.Contains(host, StringComparer.OrdinalIgnoreCase);
}
