using SessionAware.Gateway.SessionKeys;

namespace SessionAware.Gateway.Sessions;

/// <summary>Where the state of an id is, and whose it is. It never changes: an id stays valid where it was made.</summary>
/// <param name="Id">The id.</param>
/// <param name="Owner">Its owner; empty where callers are not known.</param>
/// <param name="Backend">The backend's name.</param>
/// <param name="Session">The session that it belongs to: the first response of its chain, its conversation, or itself.</param>
/// <param name="ExpiresAt">Until when it is known.</param>
public sealed record Pin(SessionId Id, string Owner, string Backend, string Session, DateTimeOffset ExpiresAt)
{
    /// <summary>The backend at which the session began, where that is another one: it has moved, and may return. Null where it has not, and of what belongs to no turn.</summary>
    public string? Home { get; init; }

    /// <summary>Of a response that was made by a replay: what its caller continued, which the backend itself knows nothing of. Else null.</summary>
    public string? Continues { get; init; }

    /// <summary>How much longer it must be kept for that to be worth writing: not for every turn a little.</summary>
    public static readonly TimeSpan WorthKeepingLonger = TimeSpan.FromDays(1);
}
