using SessionAware.ClientWorker.Conversations;

namespace SessionAware.ClientWorker.Labs;

/// <summary>What the lab does: for each API its conversations, and for the affine one the client's default cookie jar, too.</summary>
internal static class LabPlan
{
    public const string NoAffinity = "no-affinity";
    public const string CookieAffinity = "cookie-affinity";

    private const int SeedConversations = 4;

    public static IReadOnlyList<string> Apis { get; } = [NoAffinity, CookieAffinity];

    /// <summary>The runs against <paramref name="api"/>, in the table's order.</summary>
    public static IReadOnlyList<PlannedRun> For(string api, LabOptions options)
    {
        var streamed = options.Conversations / 2;
        List<PlannedRun> runs =
        [
            new(api, "JSON", Streaming: false, CookieJar.PerConversation, Tell(options.Conversations - streamed, options)),
            new(api, "streamed", Streaming: true, CookieJar.PerConversation, Tell(streamed, options)),
        ];
        if (api == CookieAffinity)
        {
            // Side by side, conversations would overwrite each other's cookie in the one jar and some would break. One after the other, they show the
            // quieter harm: the whole process is pinned to the region that the first one happened to get.
            var shared = Tell(options.Conversations, options);
            runs.Add(new(api, "JSON, one jar", Streaming: false, CookieJar.PerProcess, shared) { OneAtATime = true });
        }

        return runs;
    }

    /// <summary>The seed lab's two prompts against <paramref name="api"/>, by one user as there.</summary>
    public static PlannedRun Seed(string api)
    {
        var scripts = Enumerable.Range(0, SeedConversations).Select(_ => ConversationScript.Seed());
        return new(api, "seed lab", Streaming: false, CookieJar.PerConversation, [.. scripts]) { OneAtATime = true };
    }

    private static ConversationScript[] Tell(int conversations, LabOptions options) =>
        [.. Enumerable.Range(0, conversations).Select(number => ConversationScript.Tell(number, options.Turns))];
}
