using SessionAware.ClientWorker.Conversations;
using SessionAware.ClientWorker.Labs;

namespace SessionAware.ClientWorker.Reports;

/// <summary>What the lab is there to show, judged by codes, regions and remembered nonces, never by texts of errors.</summary>
internal static class Expectations
{
    private const int LostSessionStatus = 400;
    private const string LostSessionCode = "previous_response_not_found";
    private const string Plain = LabPlan.NoAffinity;
    private const string Cookie = LabPlan.CookieAffinity;
    private const string Ids = LabPlan.SessionAware;

    public static IReadOnlyList<Expectation> Judge(IReadOnlyList<RunResult> runs, IReadOnlyList<RunResult> seeds)
    {
        IReadOnlyList<RunResult> Of(string api) => [.. runs.Where(run => run.Run.Api == api)];
        IReadOnlyList<RunResult> SeedOf(string api) => [.. seeds.Where(run => run.Run.Api == api)];
        var (affine, ids) = (Of(Cookie), Of(Ids));
        var jars = affine.Where(run => run.Run.Cookies == CookieJar.PerConversation).ToList();
        var oneClient = ids.Where(run => run.Run.Cookies == CookieJar.PerProcess).ToList();
        return
        [
            Expect($"/{Plain} loses conversations, always with {LostSessionStatus} {LostSessionCode}", Of(Plain), LosesSessions),
            Expect($"/{Cookie} keeps every conversation: each remembers its own nonce", jars, KeepsAll),
            Expect($"/{Cookie} spreads conversations: each region holds at least a quarter", jars, EachRegionHoldsAQuarter),
            Expect("one cookie jar for the process pins every conversation to one region", [.. affine.Except(jars)], PinsAllToOne),
            Expect($"/{Ids} keeps every conversation without a cookie: each remembers its own nonce", [.. ids.Take(2)], KeepsAll),
            Expect($"/{Ids} spreads conversations: each region holds at least a quarter", ids, EachRegionHoldsAQuarter),
            Expect($"/{Ids} keeps those of one client for the process, in both regions and side by side", oneClient, KeepsAllSideBySide),
            Expect($"/{Ids} keeps every conversation of the npm client, which keeps no cookies", [.. ids.Where(run => run.Run.ByNode)], KeepsAll),
            Expect($"/{Ids} keeps every conversation through a restart of the gateway", [.. ids.Where(run => run.Run.RestartAfter is not null)], KeepsAll),
            Expect($"the seed lab's second prompt is lost on /{Plain}", SeedOf(Plain), LosesSessions),
            Expect($"the seed lab's second prompt is understood on /{Cookie}", SeedOf(Cookie), KeepsAll),
            Expect($"the seed lab's second prompt is understood on /{Ids}", SeedOf(Ids), KeepsAll),
        ];
    }

    /// <summary>Judges by those of <paramref name="runs"/> that took place.</summary>
    private static Expectation Expect(string name, IReadOnlyList<RunResult> runs, Func<IReadOnlyList<RunResult>, bool> holds)
    {
        var held = runs.Where(run => run.Skipped is null).ToList();
        return new(name, held.Count == 0 ? null : holds(held));
    }

    private static bool LosesSessions(IReadOnlyList<RunResult> runs)
    {
        var errors = runs.SelectMany(run => run.Errors).ToList();
        // Each broken conversation must have broken by that error: one that was answered to its end and remembered nothing is another fault.
        return errors.Count > 0
            && errors.All(error => error is { Status: LostSessionStatus, Code: LostSessionCode })
            && errors.Sum(error => error.Count) == runs.Sum(run => run.Conversations.Count - run.Remembered);
    }

    private static bool KeepsAll(IReadOnlyList<RunResult> runs) => runs.All(run => run.Remembered == run.Conversations.Count);

    private static bool PinsAllToOne(IReadOnlyList<RunResult> runs) => KeepsAll(runs) && runs.All(run => run.ConversationsByRegion.Count == 1);

    private static bool KeepsAllSideBySide(IReadOnlyList<RunResult> runs) => KeepsAll(runs) && EachRegionHoldsAQuarter(runs) && runs.All(run => run.AtOnce > 1);

    private static bool EachRegionHoldsAQuarter(IReadOnlyList<RunResult> runs)
    {
        var homes = runs.SelectMany(run => run.Conversations).CountBy(conversation => conversation.Home).ToDictionary();
        return homes.Count > 1 && !homes.ContainsKey(TurnOutcome.UnknownRegion) && homes.Values.All(count => count * 4 >= homes.Values.Sum());
    }
}
