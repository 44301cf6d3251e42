using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using SessionAware.Tests.ClientRetries;
using SessionAware.Tests.Sessions;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Replay;

/// <summary>
/// A region does not find what it has just streamed: half of it within six seconds, some only after 33, as was seen of the service. Whoever goes on at once does so
/// there all the same.
/// </summary>
public sealed class Visibility_lag
{
    private const int Conversations = 66;

    // Longer ones of the gateway are limits, not waits.
    private static readonly TimeSpan s_maxWait = TimeSpan.FromSeconds(2);

    private readonly WatchedTime _time = new();

    [Fact]
    public async Task Every_follow_up_is_answered_where_the_session_is_after_a_wait_or_from_the_record()
    {
        await using var world = await StartAsync();
        using var caller = IdWorld.Call(world.Gateway);
        var (atOnce, waited, replayed, longest) = (0, 0, 0, 0);
        for (var number = 0; number < Conversations; number++)
        {
            var (lag, name) = (LagOf(number), $"Ada{(char)('a' + number / 26)}{(char)('a' + number % 26)}");
            await LagAsync(world, lag);
            List<Answer> turns = [await StreamAsync(caller, $"My name is {name}.", previous: null)];
            foreach (var said in new[] { "Who am I?", "What is my name?" })
            {
                Task<Answer> following = null!;
                var waits = await _time.PassUntilAsync(() => following = StreamAsync(caller, said, IdOf(turns[^1])), s_maxWait);
                var next = await following;

                Assert.True(next.Status == 200, $"{lag} ms: {next.Text}");
                Assert.Equal(turns[^1].Header("x-backend-id"), next.Header("x-backend-id"));
                Assert.Contains(name, next.Text, StringComparison.Ordinal);
                Assert.Equal(IdOf(turns[^1]), ResponseOf(next)["previous_response_id"]!.GetValue<string>());
                Assert.InRange(waits.Sum(), 0, (int)s_maxWait.TotalMilliseconds);
                var isReplayed = next.Header("x-session-affinity") == "replayed";
                Assert.Equal(lag > waits.Sum(), isReplayed);
                Assert.Equal(isReplayed ? $"turns={turns.Count}; items={2 * turns.Count}; stripped=ids:{turns.Count}" : null, next.Header("x-session-replay"));
                Assert.True(!isReplayed || waits.Sum() >= 1000, "It was replayed without a wait.");
                atOnce += waits.Count == 0 ? 1 : 0;
                waited += waits.Count > 0 && !isReplayed ? 1 : 0;
                replayed += isReplayed ? 1 : 0;
                longest = Math.Max(longest, waits.Sum());
                turns.Add(next);
            }
        }

        Assert.True(waited > 0 && replayed > 0);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{atOnce + waited + replayed} of {2 * Conversations} follow-ups succeeded at their backend: {atOnce} at once, {waited} after a wait, {replayed} from the record after {longest} ms at most");
    }

    [Fact]
    public async Task Response_that_is_not_found_yet_is_read_from_the_record_and_then_from_its_region()
    {
        await using var world = await StartAsync();
        using var caller = IdWorld.Call(world.Gateway);
        await LagAsync(world, 33_000);
        var told = await StreamAsync(caller, "My name is Ada.", previous: null);

        var (early, items) = (await ReadAsync(caller, told, ""), await ReadAsync(caller, told, "/input_items"));

        Assert.Equal((200, "record", "pinned"), (early.Status, early.Header("x-session-served-from"), early.Header("x-session-affinity")));
        Assert.True(JsonNode.DeepEquals(ResponseOf(told), early.Json), early.Text);
        Assert.Equal((200, "record"), (items.Status, items.Header("x-session-served-from")));
        Assert.Equal("My name is Ada.", Assert.Single(items.Json["data"]!.AsArray())!["content"]!.GetValue<string>());

        _time.Advance(TimeSpan.FromSeconds(33));
        var later = await ReadAsync(caller, told, "");
        Assert.Equal((200, null, told.Header("x-backend-id")), (later.Status, later.Header("x-session-served-from"), later.Header("x-backend-id")));
        Assert.True(JsonNode.DeepEquals(ResponseOf(told), later.Json), later.Text);
    }

    [Theory]
    [InlineData("\"replayOn\": []")]
    [InlineData("\"replayOn\": [ \"throttled\" ]")]
    [InlineData("\"recordContent\": false")]
    public async Task Where_nothing_is_replayed_the_regions_answer_is_passed_on_after_the_wait(string behavior)
    {
        await using var world = await StartAsync(("Gateway:PoolsFile", IdPools.Write(behavior)));
        using var caller = IdWorld.Call(world.Gateway, "pool");
        await LagAsync(world, 1000);
        var brief = await StreamAsync(caller, "My name is Ada.", previous: null);
        Task<Answer> following = null!;
        await _time.PassUntilAsync(() => following = StreamAsync(caller, "Who am I?", IdOf(brief)), s_maxWait);
        Assert.Equal((200, brief.Header("x-backend-id"), "pinned"), ((await following).Status, (await following).Header("x-backend-id"), (await following).Header("x-session-affinity")));

        await LagAsync(world, 33_000);
        var told = await StreamAsync(caller, "My name is Ada.", previous: null);
        var waits = await _time.PassUntilAsync(() => following = StreamAsync(caller, "Who am I?", IdOf(told)), s_maxWait);

        var refused = await following;
        Assert.Equal((400, "previous_response_not_found"), (refused.Status, refused.Json["error"]!["code"]!.GetValue<string>()));
        Assert.InRange(waits.Sum(), 1000, (int)s_maxWait.TotalMilliseconds);
        _time.Advance(TimeSpan.FromSeconds(33));
        Assert.Contains("Ada", (await StreamAsync(caller, "Who am I?", IdOf(told))).Text, StringComparison.Ordinal);
    }

    /// <summary>Gateway and regions in one time. Limits of the store's are in it, too, and must not end because a test lets waits pass.</summary>
    private Task<IdWorld> StartAsync(params (string Name, string? Value)[] settings) => IdWorld.StartAsync(
        services => services.AddSingleton<TimeProvider>(_time),
        services => services.AddSingleton<TimeProvider>(_time),
        [("Gateway:Sessions:StoreTimeout", "00:01:00"), .. settings]);

    /// <summary>From nothing to 33 seconds, half of them within six.</summary>
    private static int LagOf(int number) => (int)(33_000 * Math.Pow(number / (Conversations - 1.0), 2.46));

    private static async Task LagAsync(IdWorld world, int milliseconds)
    {
        foreach (var region in new[] { world.EastUs2, world.WestUs })
        {
            using var emulator = new Caller(region.Url);
            await emulator.LiftAsync();
            if (milliseconds > 0)
                await emulator.OrderAsync(new { kind = "visibility_lag", lag_ms = milliseconds });
        }
    }

    private static Task<Answer> StreamAsync(Caller caller, string input, string? previous) =>
        caller.CreateAsync(new { model = "gpt-4o-mini", input, previous_response_id = previous, stream = true });

    private static Task<Answer> ReadAsync(Caller caller, Answer told, string rest) => caller.GetAsync($"openai/v1/responses/{IdOf(told)}{rest}");

    private static JsonNode ResponseOf(Answer answer) => Events.Parse(answer.Text)[^1].Data["response"]!;

    private static string IdOf(Answer answer) => ResponseOf(answer)["id"]!.GetValue<string>();
}
