using System.Text.Json.Nodes;
using SessionAware.Tests.RegionKills;
using SessionAware.Tests.Replay;
using SessionAware.Tests.Sessions;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.SharedSessions;

/// <summary>
/// Conversations by an official client, with tools, thoughts and branches, whose every turn another region answers: none of them keeps anything, and each is sent
/// the chain item for item.
/// </summary>
public sealed class Injected_conversations
{
    private const int Conversations = 20;

    [Theory]
    [MemberData(nameof(SharedStores.All), MemberType = typeof(SharedStores))]
    public async Task Every_turn_is_sent_its_chain_item_for_item_and_every_conversation_recalls(string store)
    {
        await using var world = await IdWorld.StartAsync(await SharedStores.SettingsAsync(store));
        using var transport = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        var conversations = Enumerable.Range(0, Conversations).Select(number => new ReplayConversation(new(number, KillPhase.Idle, KilledAt: 4), $"{world.Gateway.Url}/inject", transport)).ToList();

        // One after the other: the regions take turns at requests, whosesoever they are.
        foreach (var conversation in conversations)
            await conversation.EndAsync();

        var journal = (await JournalAsync(world.EastUs2, "eastus2")).Concat(await JournalAsync(world.WestUs, "westus")).ToLookup(request => request.Marker);
        var told = conversations.SelectMany(conversation => conversation.Told).ToList();
        var (recalled, equal) = (conversations.Count(Recalls), told.Count(turn => JsonNode.DeepEquals(Expected(turn), Journalled(turn, journal)?.Body)));
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{store}: {conversations.Count} conversations, {recalled} recalled; {told.Count} turns, {told.Count(turn => turn.Wire.Sent["stream"]?.GetValue<bool>() == true)} of them streamed, {told.Sum(turn => turn.CallIds.Count)} calls; {equal} journalled inputs equal");
        Assert.All(told, turn => AssertInjected(turn, journal));
        Assert.All(conversations, conversation => Assert.Equal(conversation.Told.Count, conversation.Told.Zip(conversation.Told.Skip(1)).Count(pair => BackendOf(pair.First) != BackendOf(pair.Second)) + 1));
        Assert.Equal((Conversations, told.Count), (recalled, equal));
        Assert.Equal(told.Count, journal.Sum(same => same.Count()));
        foreach (var url in new[] { world.EastUs2.Url, world.WestUs.Url })
        {
            using var region = new Caller(url);
            Assert.Equal(0, await region.StoredAsync());
        }
    }

    [Fact]
    public void Conversations_stream_call_tools_think_and_branch()
    {
        var plans = Enumerable.Range(0, Conversations).Select(number => new ConversationPlan(number, KillPhase.Idle, KilledAt: 4)).ToList();

        Assert.Equal(Conversations / 2, plans.Count(plan => plan.Streams));
        Assert.All(
            [plans.Count(plan => plan.ToolTurn is not null), plans.Count(plan => plan.HasDetour), plans.Count(plan => plan.BranchesLater), plans.Count(plan => plan.SaysText), plans.Count(plan => plan.Model == "o4-mini")],
            count => Assert.True(count >= 3));
    }

    private static void AssertInjected(ToldTurn turn, ILookup<string, JournalledRequest> journal)
    {
        Assert.True(turn.Response is not null, $"{turn.Marker}: {turn.ErrorCode ?? turn.Broken}");
        var sent = Assert.Single(journal[turn.Marker]);
        Assert.Equal((BackendOf(turn), false), (sent.Region, sent.IsSecondAttempt));
        Assert.Equal((false, null), (sent.Body["store"]!.GetValue<bool>(), sent.Body["previous_response_id"]?.GetValue<string>()));
        Assert.True(JsonNode.DeepEquals(Expected(turn), sent.Body), $"{turn.Marker}: expected {Expected(turn).ToJsonString()}, sent {sent.Body.ToJsonString()}");
        // To its caller it is stored, and continues what it said.
        Assert.Equal((true, turn.Previous?.ResponseId), (turn.Response["store"]!.GetValue<bool>(), turn.Response["previous_response_id"]?.GetValue<string>()));
        Assert.Equal(
            turn.Previous is null ? ("new", "") : ("replayed", ReplayedInput.Header(turn, isSecondAttempt: false)),
            (turn.Wire.Header("x-session-affinity"), turn.Wire.Header("x-session-replay")));
    }

    /// <summary>What a region is sent that is to keep nothing of it.</summary>
    private static JsonObject Expected(ToldTurn turn)
    {
        var body = turn.Previous is null ? turn.Wire.Sent.DeepClone().AsObject() : ReplayedInput.Body(turn);
        body["store"] = false;
        return body;
    }

    private static bool Recalls(ReplayConversation conversation) => new[] { conversation.LastAnswer, conversation.Plan.BranchesLater ? conversation.Branch?.OutputText : conversation.LastAnswer }
        .All(answer => answer?.Contains(conversation.Plan.Script.Proof, StringComparison.Ordinal) == true);

    private static JournalledRequest? Journalled(ToldTurn turn, ILookup<string, JournalledRequest> journal) => journal[turn.Marker].FirstOrDefault();

    private static string BackendOf(ToldTurn turn) => turn.Wire.Header("x-backend-id");

    private static async Task<IEnumerable<JournalledRequest>> JournalAsync(WebNode region, string name)
    {
        using var caller = new Caller(region.Url);
        return JournalledRequest.Of(name, await caller.JournalAsync());
    }
}
