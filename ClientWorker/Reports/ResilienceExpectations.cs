using SessionAware.ClientWorker.Conversations;
using SessionAware.ClientWorker.Faults;
using SessionAware.ClientWorker.Labs;
using SessionAware.ServiceDefaults;

namespace SessionAware.ClientWorker.Reports;

/// <summary>What should become of conversations when their backend cannot serve, judged by remembered nonces and the answers' headers.</summary>
internal static class ResilienceExpectations
{
    private const string Ids = LabPlan.SessionAware;

    public static IReadOnlyList<Expectation> Judge(IReadOnlyList<RunResult> runs, DeploymentTarget target)
    {
        return
        [
            Expect(LabPlan.StateLost, $"/{Ids} loses no conversation to a region that is out with its state: its own are replayed elsewhere and stay there", OwnersMove),
            Expect(LabPlan.StateKept, $"/{Ids} keeps what was silent while its region was out; what spoke went on elsewhere and stays there", SilentAreKept),
            Expect(LabPlan.ShortStorm, $"/{Ids} waits out a 429 whose Retry-After is within maxWait: all are kept, and no client is told", AllAreKeptUntold),
            Expect(LabPlan.LongStorm, $"/{Ids} tells a longer 429 to the client, whose own retry finds its conversation kept", AllAreKeptAfterRetries),
            Expect(LabPlan.Lag, $"/{Ids} waits for a response that is not visible yet, or replays it in its own region", AllStayThroughLag),
            // Replicas of a gateway in Azure take turns each by itself: two in a row may be in the same region by luck.
            target == DeploymentTarget.Azure
                ? Expect(LabPlan.Injected, $"/{LabPlan.Inject} has any region serve any turn: conversations are remembered wherever they go on", AnyRegionGoesOn)
                : Expect(LabPlan.Injected, $"/{LabPlan.Inject} has any region serve any turn: no two in a row are in the same one", RegionsTakeTurns),
        ];

        // A run that somebody skipped says nothing.
        Expectation Expect(string label, string name, Func<RunResult, bool> holds)
        {
            var run = runs.Single(run => run.Run.Label == label);
            return new(name, run.Skipped is null ? holds(run) : null);
        }
    }

    private static bool OwnersMove(RunResult run)
    {
        var (own, others) = Split(run);
        return own.Count > 0 && own.All(told => MovesAt(told, FaultPlan.Turn)) && others.All(IsKept);
    }

    private static bool SilentAreKept(RunResult run)
    {
        var (own, others) = Split(run);
        return own.Any(IsKept) && own.Any(told => MovesAt(told, FaultPlan.Turn)) && own.All(told => IsKept(told) || MovesAt(told, FaultPlan.Turn)) && others.All(IsKept);
    }

    private static bool AllAreKeptUntold(RunResult run) => run.Struck is not null && run.Told.All(IsKept) && run.Turns.All(turn => turn.Retried.Count == 0);

    private static bool AllAreKeptAfterRetries(RunResult run) =>
        run.Struck is not null && run.Told.All(IsKept)
        && run.Turns.SelectMany(turn => turn.Retried).ToList() is { Count: > 0 } retried && retried.All(status => status == 429);

    private static bool AllStayThroughLag(RunResult run)
    {
        var (own, others) = Split(run);
        return own.Count > 0 && own.All(IsKept) && others.Count > 0 && others.All(told => told.Fate == ConversationFate.Replayed);
    }

    private static bool RegionsTakeTurns(RunResult run) => AnyRegionGoesOn(run) && run.Told.All(told =>
        told.Fate == ConversationFate.Moved
        && told.Conversation.Turns.Zip(told.Conversation.Turns.Skip(1)).All(pair => pair.First.Backend != pair.Second.Backend));

    private static bool AnyRegionGoesOn(RunResult run) =>
        run.Told.All(told => told.Fate is ConversationFate.Moved or ConversationFate.Replayed && told.Conversation.Turns.Skip(1).All(turn => turn.IsReplayed))
        && run.Fates.Contains(ConversationFate.Moved);

    /// <summary>Those that the struck backend began, and the others.</summary>
    private static (List<(ConversationOutcome Conversation, ConversationFate Fate)> Own, List<(ConversationOutcome Conversation, ConversationFate Fate)> Others) Split(RunResult run)
    {
        var byOwner = run.Told.ToLookup(told => run.Struck is not null && told.Conversation.Turns[0].Backend == run.Struck);
        return ([.. byOwner[true]], [.. byOwner[false]]);
    }

    private static bool IsKept((ConversationOutcome Conversation, ConversationFate Fate) told) => told.Fate == ConversationFate.Kept;

    /// <summary>Whether it went to another backend at this turn, with its record, and once only: from then on that one knows it.</summary>
    private static bool MovesAt((ConversationOutcome Conversation, ConversationFate Fate) told, int turn)
    {
        var turns = told.Conversation.Turns;
        return told.Fate == ConversationFate.Moved
            && turns.Index().All(said => said.Item.Backend == turns[said.Index < turn - 1 ? 0 : ^1].Backend && said.Item.IsReplayed == (said.Index == turn - 1));
    }
}
