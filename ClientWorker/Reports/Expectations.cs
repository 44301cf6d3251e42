using SessionAware.ClientWorker.Conversations;
using SessionAware.ClientWorker.Labs;

namespace SessionAware.ClientWorker.Reports;

/// <summary>What the lab is there to show, judged by codes, regions and remembered nonces, never by texts of errors.</summary>
internal static class Expectations
{
    private const int LostSessionStatus = 400;
    private const string LostSessionCode = "previous_response_not_found";

    public static IReadOnlyList<Expectation> Judge(IReadOnlyList<RunResult> runs, IReadOnlyList<RunResult> seeds)
    {
        var plain = runs.Where(run => run.Run.Api == LabPlan.NoAffinity).ToList();
        var affine = runs.Where(run => run.Run is { Api: LabPlan.CookieAffinity, Cookies: CookieJar.PerConversation }).ToList();
        var shared = runs.Where(run => run.Run is { Api: LabPlan.CookieAffinity, Cookies: CookieJar.PerProcess }).ToList();
        return
        [
            new($"/{LabPlan.NoAffinity} loses conversations, always with {LostSessionStatus} {LostSessionCode}", LosesSessions(plain)),
            new($"/{LabPlan.CookieAffinity} keeps every conversation: each remembers its own nonce", KeepsAll(affine)),
            new($"/{LabPlan.CookieAffinity} spreads conversations: each region holds at least a quarter", EachRegionHoldsAQuarter(affine)),
            new("one cookie jar for the process pins every conversation to one region", KeepsAll(shared) && shared.All(run => run.ConversationsByRegion.Count == 1)),
            new($"the seed lab's second prompt is lost on /{LabPlan.NoAffinity}", LosesSessions(seeds.Where(run => run.Run.Api == LabPlan.NoAffinity))),
            new($"the seed lab's second prompt is understood on /{LabPlan.CookieAffinity}", KeepsAll(seeds.Where(run => run.Run.Api == LabPlan.CookieAffinity))),
        ];
    }

    private static bool LosesSessions(IEnumerable<RunResult> runs)
    {
        var all = runs.ToList();
        var errors = all.SelectMany(run => run.Errors).ToList();
        // Each broken conversation must have broken by that error: one that was answered to its end and remembered nothing is another fault.
        return errors.Count > 0
            && errors.All(error => error is { Status: LostSessionStatus, Code: LostSessionCode })
            && errors.Sum(error => error.Count) == all.Sum(run => run.Conversations.Count - run.Remembered);
    }

    private static bool KeepsAll(IEnumerable<RunResult> runs) => runs.All(run => run.Remembered == run.Conversations.Count);

    private static bool EachRegionHoldsAQuarter(IReadOnlyList<RunResult> runs)
    {
        var homes = runs.SelectMany(run => run.Conversations).CountBy(conversation => conversation.Home).ToDictionary();
        return homes.Count > 1 && !homes.ContainsKey(TurnOutcome.UnknownRegion) && homes.Values.All(count => count * 4 >= homes.Values.Sum());
    }
}
