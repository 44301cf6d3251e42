namespace SessionAware.Gateway.Sessions;

/// <summary>Which sessions to list.</summary>
/// <param name="Id">An id of the session: its own, or that of any response, conversation or item in it.</param>
/// <param name="Owner">Their owner.</param>
/// <param name="Backend">A backend that holds any of their turns.</param>
/// <param name="Limit">How many at most.</param>
/// <param name="After">The session after which to go on.</param>
public sealed record SessionFilter(string? Id = null, string? Owner = null, string? Backend = null, int Limit = 20, string? After = null);

/// <summary>A part of a list.</summary>
/// <param name="Sessions">The latest first.</param>
/// <param name="HasMore">Whether there are more after the last.</param>
public sealed record SessionPage(IReadOnlyList<SessionSummary> Sessions, bool HasMore);

/// <summary>A session.</summary>
/// <param name="Session">Its id: the first response of the chain, the conversation, or a declared id.</param>
/// <param name="Owner">Its owner.</param>
/// <param name="Backends">Where its turns are.</param>
/// <param name="Turns">How many there are.</param>
/// <param name="CreatedAt">When it began.</param>
/// <param name="LastTurnAt">When it was last continued.</param>
/// <param name="ExpiresAt">When the last of it expires.</param>
public sealed record SessionSummary(
    string Session, string Owner, IReadOnlyList<string> Backends, long Turns, DateTimeOffset CreatedAt, DateTimeOffset LastTurnAt, DateTimeOffset ExpiresAt);
