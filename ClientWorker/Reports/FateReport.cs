using SessionAware.ClientWorker.Conversations;
using SessionAware.ClientWorker.Labs;

namespace SessionAware.ClientWorker.Reports;

/// <summary>Conversations of a run that went alike.</summary>
/// <param name="Fate">What became of them.</param>
/// <param name="Refusal">The status and code that refused them, such as <c>503 session_unavailable</c>; null: nothing did.</param>
/// <param name="Conversations">How many they are.</param>
/// <param name="Turns">Who answered each turn, and how.</param>
/// <param name="SlowestTurnMs">The time of their slowest turn until its end.</param>
public sealed record FateReport(ConversationFate Fate, string? Refusal, int Conversations, IReadOnlyList<TurnReport> Turns, double SlowestTurnMs)
{
    /// <summary>Groups the conversations of <paramref name="result"/>, those of one fate together, the most frequent first.</summary>
    public static IReadOnlyList<FateReport> Of(RunResult result) =>
    [
        .. result.Told
            .GroupBy(told => (told.Fate, Way: string.Join('\n', told.Conversation.Turns.Select(TurnReport.Of))), told => told.Conversation)
            .Select(alike => Of(alike.Key.Fate, [.. alike]))
            .OrderBy(report => report.Fate).ThenByDescending(report => report.Conversations),
    ];

    private static FateReport Of(ConversationFate fate, List<ConversationOutcome> alike) => new(
        fate,
        alike[0].Turns[^1] is { Answered: false } refused ? $"{refused.Status} {refused.Code}" : null,
        alike.Count,
        [.. alike[0].Turns.Select(TurnReport.Of)],
        Math.Round(alike.SelectMany(conversation => conversation.Turns).Max(turn => turn.Elapsed).TotalMilliseconds, 3));
}

/// <summary>One turn, as its answer's headers tell it.</summary>
/// <param name="Backend"><c>x-backend-id</c>; null where no answer said so.</param>
/// <param name="Affinity"><c>x-session-affinity</c>.</param>
/// <param name="Replay"><c>x-session-replay</c>.</param>
/// <param name="Retried">How often the client sent it again by itself, and after which status: <c>1 × 429</c>; null: never.</param>
/// <param name="Error">The status and code that refused it; null: it was answered.</param>
public sealed record TurnReport(string? Backend, string? Affinity, string? Replay, string? Retried, string? Error)
{
    /// <summary>Of <paramref name="turn"/>.</summary>
    public static TurnReport Of(TurnOutcome turn) => new(
        turn.Backend,
        turn.Affinity,
        turn.Replay,
        turn.Retried.Count == 0 ? null : string.Join(", ", turn.Retried.CountBy(status => status).Select(pair => $"{pair.Value} × {pair.Key}")),
        turn.Answered ? null : $"{turn.Status} {turn.Code}");
}
