using SessionAware.ClientWorker.Conversations;

namespace SessionAware.Tests.RegionKills;

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
    public string Model => Number % 7 == 0 ? "o4-mini" : "gpt-4o-mini";

    /// <summary>Some say plain texts, which the client's typed methods would make lists.</summary>
    public bool SaysText => !Streams && Number % 3 == 0;

    /// <summary>
    /// The turn that asks for something for which the model needs a tool; the next one brings what the tool gave back. The kill comes while the call is
    /// under way, between it and its output, or behind both.
    /// </summary>
    public int? ToolTurn => NeglectsTool ? KilledAt - 1 : SaysText || Number % 5 > 2 ? null : Math.Clamp(KilledAt - (Number / 5 % 3), 2, 6);

    /// <summary>A second answer to turn 1, before the kill, that the conversation does not go on from.</summary>
    public bool HasDetour => KilledAt > 2 && Number % 3 == 1;

    /// <summary>A second continuation of turn 1, when its region is gone.</summary>
    public bool BranchesLater => KilledAt > 1 && Number % 3 == 2;

    /// <summary>Goes on from the very response that was cut.</summary>
    public bool InsistsOnCut { get; init; }

    /// <summary>Says something else at the turn that must bring a tool's output.</summary>
    public bool NeglectsTool { get; init; }

    /// <summary>Two hundred conversations in four lanes, one for each phase; in each lane's four groups are conversations at every turn. A few cannot be complete.</summary>
    public static IReadOnlyList<IReadOnlyList<IReadOnlyList<ConversationPlan>>> Lanes() =>
        [.. KillPhase.All.Select((phase, lane) => Enumerable.Range(0, 50).Select(place => Of(phase, 50 * lane + place, place)).Chunk(13).ToList())];

    private static ConversationPlan Of(KillPhase phase, int number, int place)
    {
        var plan = new ConversationPlan(number, phase, KilledAt: 1 + (place / 2 % Turns));
        return plan with
        {
            InsistsOnCut = phase.CutsStreams && place % 12 == (phase == KillPhase.Created ? 4 : 6),
            NeglectsTool = phase == KillPhase.Idle && place % 6 == 5 && plan.KilledAt is >= 3 and <= 7,
        };
    }
}
