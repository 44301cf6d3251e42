using SessionAware.ClientWorker.Conversations;

namespace SessionAware.ClientWorker.NodeClient;

/// <summary>One turn, as the script tells it.</summary>
/// <param name="Conversation">The conversation's number.</param>
/// <param name="Region">The region that answered; null where no answer said so.</param>
/// <param name="Backend">Its <c>x-backend-id</c>.</param>
/// <param name="Affinity">Its <c>x-session-affinity</c>.</param>
/// <param name="Replay">Its <c>x-session-replay</c>.</param>
/// <param name="Status">The HTTP status; 0 where there was no answer.</param>
/// <param name="Code">The error's code; null for a good answer.</param>
/// <param name="Answer">What the model said.</param>
/// <param name="ElapsedMs">Until the answer was whole, in milliseconds.</param>
/// <param name="FirstEventMs">Until the first event of a streamed answer, in milliseconds.</param>
internal sealed record NodeTurn(
    int Conversation, string? Region, string? Backend, string? Affinity, string? Replay, int Status, string? Code, string? Answer, double ElapsedMs, double? FirstEventMs)
{
    /// <summary>The turn as any client's.</summary>
    public TurnOutcome ToOutcome() => new(
        Region ?? TurnOutcome.UnknownRegion,
        Status,
        Code,
        TimeSpan.FromMilliseconds(ElapsedMs),
        FirstEventMs is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null)
    {
        Backend = Backend,
        Affinity = Affinity,
        Replay = Replay,
    };
}
