namespace SessionAware.Gateway.SessionKeys;

/// <summary>The session of a request: what told it, and the name of the backend that it points at.</summary>
public readonly record struct SessionKey(SessionKeyKind Kind, string? Backend)
{
    /// <summary>A request without a session.</summary>
    public static readonly SessionKey None = new(SessionKeyKind.None, Backend: null);

    /// <summary>Whether it only keeps requests together: no state is where it points.</summary>
    public bool IsHint => Kind is SessionKeyKind.Header or SessionKeyKind.Cookie;
}
