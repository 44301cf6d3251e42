namespace SessionAware.Gateway.BackendSelection;

/// <summary>What became of session affinity for one request, as <c>x-session-affinity</c> says it.</summary>
public enum AffinityOutcome
{
    /// <summary>The pool has none.</summary>
    None,

    /// <summary>A session begins here: the backend was selected and the session is pinned to it.</summary>
    New,

    /// <summary>The session's own backend.</summary>
    Pinned,

    /// <summary>The session's own backend cannot serve: the session is pinned to another one.</summary>
    Moved,

    /// <summary>The session's own backend cannot serve: the recorded conversation goes on at another one.</summary>
    Replayed,
}
