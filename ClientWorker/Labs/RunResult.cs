using SessionAware.ClientWorker.Conversations;

namespace SessionAware.ClientWorker.Labs;

/// <summary>A run and what came of its conversations.</summary>
public sealed record RunResult(PlannedRun Run, IReadOnlyList<ConversationOutcome> Conversations)
{
    /// <summary>Why the run did not take place, and how to have it; null: it did.</summary>
    public string? Skipped { get; private init; }

    /// <summary>The most conversations that were seen to take a turn at the same time.</summary>
    public int AtOnce { get; init; } = 1;

    /// <summary>The backend that the run's faults struck; null where there were none.</summary>
    public string? Struck { get; init; }

    /// <summary>What became of each conversation.</summary>
    public IReadOnlyList<ConversationFate> Fates { get; } =
        [.. Conversations.Select(conversation => conversation.FateOf(conversation.Remembers(Run.Scripts.Select(script => script.Proof))))];

    /// <summary>Conversations whose last answer remembered the first turn: its own proof and no other's.</summary>
    public int Remembered => Fates.Count(fate => fate is not (ConversationFate.Refused or ConversationFate.Lost));

    /// <summary>Each conversation with what became of it.</summary>
    public IEnumerable<(ConversationOutcome Conversation, ConversationFate Fate)> Told => Conversations.Zip(Fates);

    /// <summary>All turns.</summary>
    public IEnumerable<TurnOutcome> Turns => Conversations.SelectMany(conversation => conversation.Turns);

    /// <summary>Turns by the region that answered them.</summary>
    public SortedDictionary<string, int> TurnsByRegion => new(Turns.CountBy(turn => turn.Region).ToDictionary(), StringComparer.Ordinal);

    /// <summary>Conversations by the region that holds them.</summary>
    public SortedDictionary<string, int> ConversationsByRegion => new(Conversations.CountBy(conversation => conversation.Home).ToDictionary(), StringComparer.Ordinal);

    /// <summary>Failed turns by status and code.</summary>
    public IReadOnlyList<(int Status, string Code, int Count)> Errors =>
        [.. Turns.Where(turn => !turn.Answered).CountBy(turn => (turn.Status, Code: turn.Code!)).Select(pair => (pair.Key.Status, pair.Key.Code, pair.Value))];

    /// <summary>Whether there is no such API: the gateway, or API Management before it, said so to every first turn.</summary>
    public bool FoundNoApi => Conversations.Count > 0
        && Conversations.All(conversation => conversation.Turns[0] is { Status: 404, Code: "api_not_found" or TurnOutcome.RefusedByApiManagement });

    /// <summary>A run that did not take place.</summary>
    public static RunResult Skip(PlannedRun run, string reason) => new(run, []) { Skipped = reason };

    /// <summary>Several runs as one, so that every proof of one is foreign to the others' conversations.</summary>
    public static RunResult Combine(string label, IReadOnlyList<RunResult> results) => new(
        results[0].Run with { Label = label, Scripts = [.. results.SelectMany(result => result.Run.Scripts)] },
        [.. results.SelectMany(result => result.Conversations)])
    {
        AtOnce = results.Max(result => result.AtOnce),
    };
}
