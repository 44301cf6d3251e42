using SessionAware.ClientWorker.Conversations;

namespace SessionAware.Tests.Replay;

/// <summary>How one conversation of eight turns goes, and how it is hit.</summary>
/// <param name="Number">Of all conversations; the even ones stream.</param>
/// <param name="Phase">Where its region is when it is killed.</param>
/// <param name="KilledAt">The turn, from 1, that is under way then, or comes next.</param>
internal sealed record ConversationPlan(int Number, KillPhase Phase, int KilledAt)
{
    public const int Turns = 8;

    /// <summary>Turn 1 tells a word that turn 8 asks for.</summary>
    public ConversationScript Script { get; } = ConversationScript.Tell(Number, Turns);

    public bool Streams => Number % 2 == 0;

    /// <summary>Some reason: their thoughts are sealed for their region.</summary>
    public string Model => Number % 5 == 0 ? "o4-mini" : "gpt-4o-mini";

    /// <summary>Some say plain texts, which the client's typed methods would make lists.</summary>
    public bool SaysText => !Streams && Number % 3 == 0;

    /// <summary>The turn that asks for something for which the model needs a tool; the next one brings what the tool gave back. Each with the kill between them, under way, or behind.</summary>
    public int? ToolTurn => NeglectsTool ? KilledAt - 1 : Number % 4 < 2 ? Math.Clamp(KilledAt - (Number % 3), 2, 6) : null;

    /// <summary>A second answer to turn 1, before the kill, that the conversation does not go on from.</summary>
    public bool HasDetour => KilledAt > 2 && Number % 3 == 1;

    /// <summary>A second continuation of turn 1, when its region is gone.</summary>
    public bool BranchesLater => KilledAt > 1 && Number % 3 == 2;

    /// <summary>Goes on from the very response that was cut.</summary>
    public bool InsistsOnCut { get; init; }

    /// <summary>Says something else at the turn that must bring a tool's output.</summary>
    public bool NeglectsTool { get; init; }

    /// <summary>
    /// Two hundred conversations in four lanes, one for each phase; each lane's groups are hit at one turn after the other. A few of them cannot be complete.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<IReadOnlyList<ConversationPlan>>> Lanes()
    {
        var number = 0;
        return [.. KillPhase.All.Select(phase => Enumerable.Range(1, Turns).Select(turn => Group(phase, turn, ref number)).ToList())];
    }

    private static List<ConversationPlan> Group(KillPhase phase, int turn, ref int number)
    {
        var group = new List<ConversationPlan>();
        for (var place = 0; place < (turn is 4 or 5 ? 7 : 6); place++)
        {
            var plan = new ConversationPlan(number++, phase, turn);
            var isFirst = !group.Exists(other => other.InsistsOnCut || other.NeglectsTool);
            group.Add(plan with
            {
                InsistsOnCut = isFirst && plan.Streams && phase.CutsStreams && turn % 2 == (phase == KillPhase.Created ? 0 : 1),
                NeglectsTool = isFirst && phase == KillPhase.Idle && turn is >= 3 and <= 6,
            });
        }

        return group;
    }
}
