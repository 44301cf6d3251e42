using Microsoft.AspNetCore.Http.Features;
using SessionAware.Gateway.BackendSelection;
using SessionAware.Gateway.Forwarding;

namespace SessionAware.Gateway.Replay;

/// <summary>An answer from the record, which says that it is one.</summary>
/// <param name="Json">The body.</param>
internal sealed record RecordedAnswer(ReadOnlyMemory<byte> Json) : IResult
{
    /// <summary>The header that says so; its value is <c>record</c>.</summary>
    public const string Header = "x-session-served-from";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        // No backend has served it.
        httpContext.Features.GetRequiredFeature<RoutedRequest>().Selection = new(Backend: null, AffinityOutcome.Pinned);
        var response = httpContext.Response;
        response.Clear();
        response.ContentType = "application/json";
        response.ContentLength = Json.Length;
        response.Headers[Header] = "record";
        await response.Body.WriteAsync(Json, httpContext.RequestAborted);
    }
}
