using SessionAware.ClientWorker.Conversations;

namespace SessionAware.ClientWorker.Labs;

/// <summary>What the lab does: for each API its conversations, and what else shows how that API tells sessions.</summary>
internal static class LabPlan
{
    public const string NoAffinity = "no-affinity";
    public const string CookieAffinity = "cookie-affinity";
    public const string SessionAware = "session-aware";

    private const int SeedConversations = 4;

    // Conversations side by side that end up in the right region by luck would show nothing: two or three backends don't divide it.
    private const int SideBySide = 7;

    public static IReadOnlyList<string> Apis { get; } = [NoAffinity, CookieAffinity, SessionAware];

    /// <summary>Whether a pools file may do without <paramref name="api"/>.</summary>
    public static bool IsOptional(string api) => api == SessionAware;

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

    /// <summary>The seed lab's two prompts against <paramref name="api"/>, by one user as there.</summary>
    public static PlannedRun Seed(string api)
    {
        var scripts = Enumerable.Range(0, SeedConversations).Select(_ => ConversationScript.Seed());
        return new(api, "seed lab", Streaming.None, CookiesFor(api), [.. scripts]) { Concurrency = 1 };
    }

    private static CookieJar CookiesFor(string api) => api == SessionAware ? CookieJar.None : CookieJar.PerConversation;

    private static ConversationScript[] Tell(int conversations, LabOptions options) =>
        [.. Enumerable.Range(0, conversations).Select(number => ConversationScript.Tell(number, options.Turns))];
}
