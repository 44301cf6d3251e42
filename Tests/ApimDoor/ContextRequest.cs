namespace SessionAware.Tests.ApimDoor;

/// <summary><c>context.Request</c>: the caller's request, as the policies have changed it so far.</summary>
public sealed class ContextRequest
{
    internal ContextRequest(string method, ContextUrl originalUrl, Dictionary<string, string[]> headers) =>
        (Method, OriginalUrl, Url, Fields) = (method, originalUrl, originalUrl.Copy(), headers);

    public string Method { get; }

    public ContextUrl OriginalUrl { get; }

    public ContextUrl Url { get; }

    public IReadOnlyDictionary<string, string[]> Headers => Fields;

    internal Dictionary<string, string[]> Fields { get; }
}
