using SessionAware.ClientWorker.Conversations;
using SessionAware.ClientWorker.Faults;
using SessionAware.ServiceDefaults;

namespace SessionAware.ClientWorker.Labs;

/// <summary>What the lab does: for each API its conversations, and what else shows how that API tells sessions.</summary>
internal static class LabPlan
{
    public const string NoAffinity = "no-affinity";
    public const string CookieAffinity = "cookie-affinity";
    public const string SessionAware = "session-aware";
    public const string Inject = "inject";

    public const string StateLost = "region out, state lost";
    public const string StateKept = "region out, state kept";
    public const string ShortStorm = "429, Retry-After 1 s";
    public const string LongStorm = "429, Retry-After 3 s";
    public const string Lag = "visibility lag";
    public const string Injected = "injected histories";

    private const int SeedConversations = 4;

    // Where gateway instances take turns each by itself, a second prompt meets its own region by luck half the time: so many do not all.
    private const int SeedConversationsWhereLuckCounts = 10;

    // Conversations side by side that end up in the right region by luck would show nothing: two or three backends don't divide it.
    private const int SideBySide = 7;

    // Two in each of two regions: one that speaks through a fault, one that is silent.
    private const int FewestThroughFaults = 4;
    private const int MostThroughFaultsAtOnce = 16;

    // The third turn meets the faults, and the fourth shows where the conversation is then.
    private const int FewestTurnsThroughFaults = FaultPlan.Turn + 1;

    // The shipped pool waits for 2 s (maxWait): within it, and beyond it.
    private static readonly TimeSpan s_withinMaxWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_beyondMaxWait = TimeSpan.FromSeconds(3);

    // What Azure shows: often visible at once or soon, now and then only after half a minute.
    private static readonly TimeSpan s_shortLag = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_longLag = TimeSpan.FromSeconds(30);

    public static IReadOnlyList<string> Apis { get; } = [NoAffinity, CookieAffinity, SessionAware];

    /// <summary>Whether a pools file may do without <paramref name="api"/>.</summary>
    public static bool IsOptional(string api) => api is SessionAware or Inject;

    /// <summary>The runs against <paramref name="api"/>, in the table's order.</summary>
    public static IReadOnlyList<PlannedRun> For(string api, LabOptions options)
    {
        var streamed = options.Conversations / 2;
        var cookies = CookiesFor(api);
        List<PlannedRun> runs =
        [
            new(api, "JSON", Streaming.None, cookies, Tell(options.Conversations - streamed, options)),
            new(api, "streamed", Streaming.All, cookies, Tell(streamed, options)),
        ];
        if (api == CookieAffinity)
        {
            // Side by side, conversations would overwrite each other's cookie in the one jar and some would break. One after the other, they show the
            // quieter harm: the whole process is pinned to the region that the first one happened to get.
            runs.Add(new(api, "JSON, one jar", Streaming.None, CookieJar.PerProcess, Tell(options.Conversations, options)) { Concurrency = 1 });
        }
        else if (api == SessionAware)
        {
            // The same client in the same process: where ids decide, its conversations may be held side by side and in both regions.
            runs.Add(new(api, "JSON, one client", Streaming.None, CookieJar.PerProcess, Tell(options.Conversations, options)) { Concurrency = SideBySide });
            runs.Add(new(api, "node client", Streaming.Half, cookies, Tell(streamed, options)) { ByNode = true });
            runs.Add(new(api, "gateway restarted", Streaming.Half, cookies, Tell(streamed, options)) { RestartAfter = options.Turns / 2 });
        }

        return runs;
    }

    /// <summary>The runs that show what becomes of conversations when their backend cannot serve, and that of a pool whose backends keep no state at all.</summary>
    public static IReadOnlyList<PlannedRun> Resilience(LabOptions options)
    {
        return
        [
            Through(StateLost, FaultPlan.Outage(losesState: true, FaultEnd.AfterTheRun)),
            Through(StateKept, FaultPlan.Outage(losesState: false, FaultEnd.AfterTheTurn) with { SomeAreSilent = true }),
            Through(ShortStorm, FaultPlan.Storm(s_withinMaxWait)),
            Through(LongStorm, FaultPlan.Storm(s_beyondMaxWait)) with { RetriesByDefault = true },
            Through(Lag, FaultPlan.VisibilityLag(s_shortLag, s_longLag)) with { Streaming = Streaming.All },
            // One after the other, so that a pool that takes turns shows it.
            Through(Injected, faults: null) with { Api = Inject, Concurrency = 1 },
        ];

        PlannedRun Through(string label, FaultPlan? faults)
        {
            var count = Math.Max(options.Conversations / 2, FewestThroughFaults);
            var scripts = Tell(count, Math.Max(options.Turns, FewestTurnsThroughFaults));
            return new(SessionAware, label, Streaming.Half, CookieJar.None, scripts) { Faults = faults, Concurrency = Math.Min(count, MostThroughFaultsAtOnce) };
        }
    }

    /// <summary>The seed lab's two prompts against <paramref name="api"/>, by one user as there.</summary>
    public static PlannedRun Seed(string api, DeploymentTarget target)
    {
        var count = target == DeploymentTarget.Azure && api == NoAffinity ? SeedConversationsWhereLuckCounts : SeedConversations;
        var scripts = Enumerable.Range(0, count).Select(_ => ConversationScript.Seed());
        return new(api, "seed lab", Streaming.None, CookiesFor(api), [.. scripts]) { Concurrency = 1 };
    }

    private static CookieJar CookiesFor(string api) => api == SessionAware ? CookieJar.None : CookieJar.PerConversation;

    private static ConversationScript[] Tell(int conversations, LabOptions options) => Tell(conversations, options.Turns);

    private static ConversationScript[] Tell(int conversations, int turns) =>
        [.. Enumerable.Range(0, conversations).Select(number => ConversationScript.Tell(number, turns))];
}
