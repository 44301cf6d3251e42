using Microsoft.Extensions.Options;
using SessionAware.FakeResponsesBackend.Regions;

namespace SessionAware.FakeResponsesBackend.WebSockets;

/// <summary><c>GET /responses</c> with an upgrade: responses over a WebSocket.</summary>
internal static class ConnectionEndpoints
{
    public static void AddResponseConnections(this IServiceCollection services)
    {
        services.AddSingleton<FramePlayer>();
        services.AddSingleton<OpenConnections>();
    }

    public static void MapResponseConnections(this IEndpointRouteBuilder family) => family.MapGet("/responses", ConnectAsync);

    private static async Task<IResult> ConnectAsync(
        HttpContext context, FramePlayer player, OpenConnections connections, IOptions<RegionOptions> region, IHostApplicationLifetime lifetime, TimeProvider time)
    {
        if (!context.WebSockets.IsWebSocketRequest)
            return PathFamilies.UnknownPath(context);
        // Not disposed: that resets the connection, and what was sent last is lost on its way. One that is left is closed in order.
        var socket = await context.WebSockets.AcceptWebSocketAsync();
        await connections.RunAsync(new(context, socket, player, region.Value.MaxRequestBodyBytes, time, lifetime.ApplicationStopping));
        return Results.Empty;
    }
}
