namespace SessionAware.Tests.ApimDoor;

/// <summary><c>context.Response</c>: a backend's answer or the door's own, as the policies have changed it so far.</summary>
public sealed class ContextResponse
{
    internal ContextResponse(int statusCode) => StatusCode = statusCode;

    public int StatusCode { get; internal set; }

    public string StatusReason { get; internal set; } = "";

    public IReadOnlyDictionary<string, string[]> Headers => Fields;

    internal Dictionary<string, string[]> Fields { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What the backend goes on sending; null where the body is the door's own.</summary>
    internal HttpResponseMessage? Upstream { get; init; }

    /// <summary>The body where a policy has set one, or the door.</summary>
    internal string? Text { get; set; }

    /// <summary>Whether the body goes out in pieces of eight kilobytes rather than as it comes.</summary>
    internal bool IsHeldBack { get; init; }
}
