using SessionAware.Gateway.BackendSelection;
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
            : Guid.NewGuid().ToString();

    /// <summary>Stamps the answer just before it starts, when the backend's own headers are there and may be overruled.</summary>
    public static Task StampAsync(HttpContext context, RoutedRequest routed)
    {
        var headers = context.Response.Headers;
        headers[RequestId] = routed.RequestId;
        headers["x-session-affinity"] = Describe(routed);
        headers["x-session-key"] = Describe(routed.SessionKey.Kind);
        if (routed.Selection is { } selection)
        {
            headers["x-backend-id"] = selection.Backend.Name;
            headers["x-backend-region"] = headers[AzureRegion].ToString() is { Length: > 0 } stated ? ShortName(stated) : selection.Backend.Region;
        }

        return Task.CompletedTask;
    }

    // "East US 2" is eastus2 everywhere else.
    private static string ShortName(string region) => region.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();

    private static bool IsIdCharacter(char character) => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.' or ':' or '/' or '+' or '=';

    private static string Describe(RoutedRequest routed) => routed.Selection?.Affinity switch
    {
        AffinityOutcome.New when routed.BeginsSession => "new",
        AffinityOutcome.Pinned => "pinned",
        _ => "none",
    };

    private static string Describe(SessionKeyKind kind) => kind == SessionKeyKind.Cookie ? "cookie" : "none";
}
