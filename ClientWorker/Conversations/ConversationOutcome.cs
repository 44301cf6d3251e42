namespace SessionAware.ClientWorker.Conversations;

/// <summary>What came of one conversation.</summary>
/// <param name="Script">What was said.</param>
/// <param name="Turns">The turns, up to and including the first that failed.</param>
/// <param name="LastAnswer">The answer to the last turn; null where that turn failed.</param>
public sealed record ConversationOutcome(ConversationScript Script, IReadOnlyList<TurnOutcome> Turns, string? LastAnswer)
{
    /// <summary>The region of the first turn, which alone knows the conversation.</summary>
    public string Home => Turns[0].Region;

    /// <summary>Whether the last answer holds this conversation's proof, and no other conversation's.</summary>
    /// <param name="proofs">The proofs of all conversations of the run.</param>
    public bool Remembers(IEnumerable<string> proofs) =>
        LastAnswer is { } answer && proofs.Distinct().All(proof => answer.Contains(proof, StringComparison.OrdinalIgnoreCase) == (proof == Script.Proof));

    /// <summary>What became of it.</summary>
    /// <param name="remembers">Whether it <see cref="Remembers"/>.</param>
    public ConversationFate FateOf(bool remembers)
    {
        if (!Turns[^1].Answered)
            return ConversationFate.Refused;
        if (!remembers)
            return ConversationFate.Lost;
        if (Turns.Any(turn => turn.Backend != Turns[0].Backend))
            return ConversationFate.Moved;
        return Turns.Any(turn => turn.IsReplayed) ? ConversationFate.Replayed : ConversationFate.Kept;
    }
}
