namespace SessionAware.Gateway.Sessions;

/// <summary>One response and what led to it: all that continuing it elsewhere needs.</summary>
/// <param name="ResponseId">The response.</param>
/// <param name="Owner">Its owner.</param>
/// <param name="Backend">Where it was made.</param>
/// <param name="Session">The session that it belongs to.</param>
/// <param name="CreatedAt">When it was recorded first.</param>
/// <param name="ExpiresAt">Until when it is kept.</param>
public sealed record Turn(string ResponseId, string Owner, string Backend, string Session, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt)
{
    /// <summary>The response that it continues; null where it begins something.</summary>
    public string? PreviousResponseId { get; init; }

    /// <summary>The conversation that it belongs to.</summary>
    public string? ConversationId { get; init; }

    /// <summary><c>completed</c>, <c>incomplete</c>, <c>failed</c>, <c>cancelled</c>; <c>queued</c> or <c>in_progress</c> while the end is not known.</summary>
    public string Status { get; init; } = "in_progress";

    /// <summary>The model that answered.</summary>
    public string? Model { get; init; }

    /// <summary>Tokens read.</summary>
    public long? InputTokens { get; init; }

    /// <summary>Tokens written.</summary>
    public long? OutputTokens { get; init; }

    /// <summary>The backend at which the session began, where that is another one; null where it has not moved.</summary>
    public string? Home { get; init; }

    /// <summary>Where it was made by a replay, what that was: <c>turns=3; items=7; stripped=reasoning:1</c>. Null where the backend knew what led to it.</summary>
    public string? Replay { get; init; }

    /// <summary>The request's <c>input</c>, JSON in UTF-8; empty where it is not recorded.</summary>
    public ReadOnlyMemory<byte> Input { get; init; }

    /// <summary>The whole response, JSON in UTF-8; empty where it is not recorded, or not yet.</summary>
    public ReadOnlyMemory<byte> Answer { get; init; }
}
