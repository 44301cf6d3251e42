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
    /// <summary>How much longer it must be kept for that to be worth writing: not for every turn a little.</summary>
    public static readonly TimeSpan WorthKeepingLonger = TimeSpan.FromDays(1);
}
