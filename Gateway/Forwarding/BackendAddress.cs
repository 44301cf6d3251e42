using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace SessionAware.Gateway.Forwarding;

/// <summary>The address that a request has at its backend.</summary>
internal static class BackendAddress
{
    // What is sent stays as the caller wrote it; the default would decode and tidy it.
    private static readonly UriCreationOptions s_asWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <summary>The backend's root, the path after the API's own, and the query.</summary>
    public static Uri Of(string root, HttpContext context, RoutedRequest routed) =>
        RawRest(context, routed) is { } rest
            ? new Uri(root + rest + context.Request.QueryString, s_asWritten)
            : RequestUtilities.MakeDestinationAddress(root, routed.BackendPath, context.Request.QueryString);

    /// <summary>
    /// The rest of the path as the caller encoded it, where that matters: a decoded path no longer tells <c>a%2Fb</c> from <c>a%252Fb</c>. Null where the
    /// decoded path says it all, or where dot segments made the server count the segments differently.
    /// </summary>
    private static string? RawRest(HttpContext context, RoutedRequest routed)
    {
        if (routed.BackendPath.Value?.Contains('%', StringComparison.Ordinal) != true)
            return null;
        var path = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?', 2)[0];
        if (!path.StartsWith('/') || path.Split('/').Any(IsDotSegment))
            return null;

        var start = 0;
        for (var segments = routed.Api!.Path.Value!.Count(character => character == '/'); segments > 0 && start >= 0; segments--)
            start = path.IndexOf('/', start + 1);
        return start < 0 ? null : path[start..];
    }

    private static bool IsDotSegment(string segment) => segment.Replace("%2e", ".", StringComparison.OrdinalIgnoreCase) is "." or "..";
}
