namespace SessionAware.Tests.ApimDoor;

/// <summary>
/// What policy expressions know as <c>context</c>. Whatever is public here is in the policy-expressions reference; what that has beyond this, bodies above all, no policy of ours may need.
/// </summary>
public sealed class PolicyContext
{
    private readonly TimeProvider _time;

    internal PolicyContext(ContextApi api, ContextRequest request, TimeProvider time)
    {
        (Api, Request, _time) = (api, request, time);
        Timestamp = time.GetUtcNow().UtcDateTime;
    }

    public ContextApi Api { get; }

    /// <summary>Null where the request has none.</summary>
    public ContextOperation? Operation { get; internal set; }

    public ContextRequest Request { get; }

    public Guid RequestId { get; } = Guid.NewGuid();

    /// <summary>Null until a backend has answered or something failed.</summary>
    public ContextResponse? Response { get; internal set; }

    /// <summary>Null where the caller's key is nobody's.</summary>
    public ContextSubscription? Subscription { get; internal set; }

    /// <summary>What went wrong; null while nothing has.</summary>
    public ContextLastError? LastError { get; internal set; }

    public DateTime Timestamp { get; }

    public TimeSpan Elapsed => _time.GetUtcNow().UtcDateTime - Timestamp;

    public IReadOnlyDictionary<string, object?> Variables => Values;

    internal Dictionary<string, object?> Values { get; } = [];
}
