namespace SessionAware.Gateway.SessionKeys;

/// <summary>What in a request told its session, as <c>x-session-key</c> says it.</summary>
public enum SessionKeyKind
{
    /// <summary>Nothing did.</summary>
    None,

    /// <summary>The pool's affinity cookie.</summary>
    Cookie,
}
