using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using SessionAware.Gateway.BackendSelection;
using SessionAware.Gateway.Errors;
using SessionAware.Gateway.Pools;
using SessionAware.Gateway.SessionKeys;

namespace SessionAware.Gateway.Forwarding;

/// <summary>The headers by which every answer explains itself, errors included.</summary>
internal static class AnswerHeaders
{
    public const string RequestId = "x-request-id";

    private const string AzureRegion = "x-ms-region";
    private const int LongestRequestId = 128;

    /// <summary>The caller's request id where it is one printable word of at most 128 characters, else a new one.</summary>
    public static string RequestIdOf(HttpRequest request) =>
        request.Headers[RequestId].ToString() is { Length: > 0 and <= LongestRequestId } given && given.All(IsIdCharacter)
            ? given
            // An id, no secret: a Guid would ask the system for its randomness.
            : ActivityTraceId.CreateRandom().ToHexString();

    /// <summary>Stamps the answer just before it starts, when the backend's own headers are there and may be overruled.</summary>
    public static Task StampAsync(HttpContext context)
    {
        var routed = context.Features.GetRequiredFeature<RoutedRequest>();
        var headers = context.Response.Headers;
        headers[RequestId] = routed.RequestId;
        headers["x-session-affinity"] = Describe(routed);
        headers["x-session-key"] = DescribeKey(routed);
        if (routed.Selection?.Backend is { } backend)
        {
            headers["x-backend-id"] = backend.Name;
            headers["x-backend-region"] = headers[AzureRegion].ToString() is { Length: > 0 } stated ? RegionNames.Shorten(stated) : backend.Region;
        }

        if (routed.Attempt is { Number: > 1 and var number })
            headers[ReplayErrors.AttemptHeader] = number.ToString(CultureInfo.InvariantCulture);
        if (routed.Session?.Told is { } told && routed.Selection?.Backend is not null)
            headers["x-session-replay"] = told.Describe(routed.Attempt?.Number ?? 1);

        return Task.CompletedTask;
    }

    private static bool IsIdCharacter(char character) => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.' or ':' or '/' or '+' or '=';

    // A session is where its cookie says: without a new one, nothing began and nothing moved.
    private static string Describe(RoutedRequest routed) => routed.Selection?.Affinity switch
    {
        AffinityOutcome.New when routed.Attempt?.BeginsSession == true => "new",
        AffinityOutcome.Moved when routed.Attempt?.BeginsSession == true => "moved",
        AffinityOutcome.Pinned => "pinned",
        AffinityOutcome.Replayed => "replayed",
        _ => "none",
    };

    // A key that names nobody in the pool told nothing.
    private static string DescribeKey(RoutedRequest routed) => routed.Selection?.Affinity is not (AffinityOutcome.Pinned or AffinityOutcome.Moved or AffinityOutcome.Replayed) ? "none" : routed.SessionKey.Kind switch
    {
        SessionKeyKind.Response => "response",
        SessionKeyKind.Conversation => "conversation",
        SessionKeyKind.Item or SessionKeyKind.EncryptedContent => "item",
        SessionKeyKind.Id => "id",
        SessionKeyKind.Header => "header",
        SessionKeyKind.Cookie => "cookie",
        _ => "none",
    };
}
