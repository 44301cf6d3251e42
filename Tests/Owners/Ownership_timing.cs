using Microsoft.Extensions.DependencyInjection;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Owners;

/// <summary>
/// What is another's takes the same way as what never was: the same questions to the store and the same waits, whether this process knows it or only the
/// store does. That the two take the same time is measured by a benchmark, <c>ownership-timing</c>.
/// </summary>
public sealed class Ownership_timing
{
    private static readonly int[] s_waitsForTheYoung = [2, 4, 8, 16, 32, 64, 128, 256, 512];

    public static TheoryData<string, bool> Ways => new(
        from way in new[] { "response in the path", "previous response", "conversation in the path", "conversation", "item of a response", "item of a conversation", "reasoning" }
        from isYoung in new[] { false, true }
        select (way, isYoung));

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Anothers_takes_the_same_questions_and_waits_as_what_never_was(string way, bool isYoung)
    {
        List<Func<WatchedStore>> stores = [];
        var time = new StillTime();
        await using var world = await OwnersWorld.StartAsync(
            services: services =>
            {
                if (isYoung)
                    services.AddSingleton<TimeProvider>(time);
                else
                    TimeAhead.AnHour(services);
                stores.Add(WatchedStore.In(services));
            },
            regionServices: services =>
            {
                if (isYoung)
                    services.AddSingleton<TimeProvider>(time);
            });
        using var a = new Caller(world.First.Url, apiKey: OwnersWorld.KeyOfA);
        var theirs = await Possessions.MakeAsync(a, "Ada");
        var attack = Of(way);

        async Task<(IReadOnlyList<string> Asked, IReadOnlyList<int> Waits)> AskAsync(int replica, string key, Possessions ids)
        {
            (_, _) = (stores[replica]().TakeAsked(), time.TakeWaits());
            await RawAnswer.OfAsync(world.Replicas[replica].Url, attack.Write(key, ids));
            return (stores[replica]().TakeAsked(), time.TakeWaits());
        }

        // The first replica made it and knows it; the second must ask.
        foreach (var replica in new[] { 0, 1 })
        {
            // A conversation's ids tell their time elsewhere; nobody waits for them.
            var waits = isYoung && !way.StartsWith("conversation", StringComparison.Ordinal) ? s_waitsForTheYoung : [];
            var unknown = await AskAsync(replica, OwnersWorld.KeyOfB, theirs.Unknown());
            Assert.Equal(waits.Length + 1, unknown.Asked.Count);
            Assert.Equal(waits, unknown.Waits);
            // Again and again: what was asked once is not remembered.
            for (var attempt = 0; attempt < 3; attempt++)
            {
                var foreign = await AskAsync(replica, OwnersWorld.KeyOfB, theirs);
                Assert.Equal(unknown.Asked, foreign.Asked);
                Assert.Equal(unknown.Waits, foreign.Waits);
            }
        }

        // One's own is remembered, at the latest when it was asked for.
        await AskAsync(0, OwnersWorld.KeyOfA, theirs);
        // Only whether the same turn of a conversation was sent before must be asked each time: another replica may have sent it.
        Assert.Equal(way == "conversation" ? ["FindAsync Attempt subscription:a"] : [], (await AskAsync(0, OwnersWorld.KeyOfA, theirs)).Asked);
    }

    private static Attack Of(string way)
    {
        const string model = """ "model":"gpt-4o-mini" """;
        static string Refer(string type, string id) => $$"""{ {{model}},"input":[{"type":"{{type}}","id":"{{id}}"},{"role":"user","content":"Hi"}]}""";
        return way switch
        {
            "response in the path" => Attack.Of(way, ids => $"GET responses/{ids.Response}"),
            "previous response" => Attack.Post(way, "responses", ids => $$"""{ {{model}},"input":"Hi","previous_response_id":"{{ids.Response}}"}"""),
            "conversation in the path" => Attack.Of(way, ids => $"GET conversations/{ids.Conversation}"),
            "conversation" => Attack.Post(way, "responses", ids => $$"""{ {{model}},"input":"Hi","conversation":"{{ids.Conversation}}"}"""),
            "item of a response" => Attack.Post(way, "responses", ids => Refer("item_reference", ids.Item)),
            "item of a conversation" => Attack.Post(way, "responses", ids => Refer("item_reference", ids.ConversationItem)),
            _ => Attack.Post(way, "responses", ids => Refer("reasoning", ids.Reasoning)),
        };
    }
}
