using System.Text;
using Microsoft.AspNetCore.Http;
using SessionAware.Tests.ClientRetries;
using SessionAware.Tests.Sessions;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Replay;

/// <summary>However long a conversation is, it goes on elsewhere whole, byte for byte, or is refused by name.</summary>
public sealed class Long_histories
{
    // Around what one document of Cosmos holds, and far beyond it; together more than 20 MB.
    private static readonly int[] s_lengths = [1_890_000, 1_900_001, 2_097_152, 4_500_000, 10_000_000];

    [Theory]
    [InlineData("sqlite")]
    [InlineData("cosmos")]
    public async Task Three_hundred_turns_go_on_at_another_region_item_for_item(string store)
    {
        await using var world = await IdWorld.StartAsync(await LongTurn.OverAsync(store));
        using var caller = IdWorld.Call(world.Gateway);
        List<string> history = [];
        var (previous, owner) = ((string?)null, (string?)null);
        for (var number = 1; number <= 300; number++)
        {
            var turn = TurnOf(number);
            var answer = await caller.CreateAsync(turn.Body(previous));
            Assert.True(answer.Status == 200, answer.Text);
            owner ??= answer.Header("x-backend-id");
            Assert.Equal(owner, answer.Header("x-backend-id"));
            var response = turn.Response(answer.Text);
            previous = response.GetProperty("id").GetString();
            history.AddRange(turn.Items(response));
        }

        using var lost = new Caller(world[owner].Url);
        await lost.OrderAsync(new { kind = "outage" });
        // One that has nothing of it in memory.
        using var cold = IdWorld.Call(await world.StartReplicaAsync());
        var replayed = await cold.CreateAsync(new LongTurn("\"Who am I?\"").Body(previous));

        Assert.True(replayed.Status == 200, replayed.Text);
        Assert.Equal(("replayed", "turns=300; items=600; stripped=ids:300"), (replayed.Header("x-session-affinity"), replayed.Header("x-session-replay")));
        Assert.Contains("Ada", replayed.OutputText, StringComparison.Ordinal);
        using var survivor = new Caller(world[replayed.Header("x-backend-id")].Url);
        var read = Assert.Single(await survivor.JournalAsync(), entry => entry!["method"]!.GetValue<string>() == "POST")!["body"]!;
        Assert.Equal(601, System.Text.Json.Nodes.JsonNode.Parse(read.GetValue<string>())!["input"]!.AsArray().Count);
        Assert.Equal(Encoding.UTF8.GetString(LongTurn.Replayed(history, "\"Who am I?\"")), read.GetValue<string>());
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("cosmos")]
    public async Task Twenty_megabytes_go_on_at_another_region_byte_for_byte(string store)
    {
        await using var world = await TwoBackends.StartAsync("", await LongTurn.OverAsync(store));
        var (history, previous) = await TellAsync(world, s_lengths);
        world.EastUs2.Next(503);
        byte[] received = [];
        var id = SessionIds.NewResponse();
        world.WestUs.Next(async context =>
        {
            received = await ReadAsync(context);
            await ScriptedWorld.Json(ScriptedWorld.Response(id))(context);
        });

        var answer = await world.Caller.CreateAsync(new LongTurn("\"Who am I?\"").Body(previous));

        Assert.True(answer.Status == 200, answer.Text);
        Assert.Equal((id, "turns=5; items=10; stripped=ids:5"), (answer.Id, answer.Header("x-session-replay")));
        Assert.InRange(received.Length, 20_000_000, 30_000_000);
        Assert.True(received.AsSpan().SequenceEqual(LongTurn.Replayed(history, "\"Who am I?\"")), "It is not what was said.");
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("cosmos")]
    public async Task History_beyond_the_limit_is_refused_by_name_and_nothing_of_it_is_sent(string store)
    {
        await using var world = await TwoBackends.StartAsync("", [("Gateway:MaxRequestBodyBytes", "5000000"), .. await LongTurn.OverAsync(store)]);
        var (_, first) = await TellAsync(world, 1_950_000);
        var (_, third) = await TellAsync(world, first, 1_890_000, 2_000_000);
        world.EastUs2.Next(503);

        var refused = await world.Caller.SayAsync("Who am I?", third);

        Assert.Equal((503, "history_too_large"), (refused.Status, refused.Json["error"]!["code"]!.GetValue<string>()));
        Assert.Contains("5000000", refused.Json["error"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(0, world.WestUs.Requests);
        TwoBackends.Answer(world.EastUs2);
        var back = await world.Caller.SayAsync("Who am I?", third);
        Assert.Equal((200, "pinned"), (back.Status, back.Header("x-session-affinity")));
        world.EastUs2.Next(503);
        TwoBackends.Answer(world.WestUs);
        var shorter = await world.Caller.SayAsync("Who am I?", first);
        Assert.Equal((200, "turns=1; items=2; stripped=ids:1"), (shorter.Status, shorter.Header("x-session-replay")));
    }

    [Fact]
    public async Task Instructions_that_every_answer_repeats_are_no_part_of_the_history()
    {
        await using var world = await TwoBackends.StartAsync("", ("Gateway:MaxRequestBodyBytes", "65536"));
        string? previous = null;
        for (var turn = 0; turn < 5; turn++)
        {
            var id = SessionIds.NewResponse();
            world.EastUs2.Next(ScriptedWorld.Json(ScriptedWorld.Response(id, more: $",\"instructions\":\"{new string('i', 20_000)}\"")));
            Assert.Equal(200, (await world.Caller.SayAsync("Hi", previous)).Status);
            previous = id;
        }

        world.EastUs2.Next(503);
        TwoBackends.Answer(world.WestUs);
        var answer = await world.Caller.SayAsync("Who am I?", previous);

        Assert.Equal((200, "turns=5; items=10; stripped=ids:5"), (answer.Status, answer.Header("x-session-replay")));
    }

    /// <summary>Texts, lists of items, streams, in turn.</summary>
    private static LongTurn TurnOf(int number) => number switch
    {
        1 => new("\"My name is Ada.\""),
        _ when number % 3 == 0 => new($$"""[{"role":"user", "content":[{"type":"input_text","text":"Turn {{number}}: \u00e9\n\"Grüße\" 😀"}]}]"""),
        _ => new($"\"Turn {number}: \\u00e9\\n\\\"Grüße\\\" 😀\"", Streams: number % 2 == 0),
    };

    private static Task<(List<string> History, string Last)> TellAsync(TwoBackends world, params int[] lengths) => TellAsync(world, null, lengths);

    /// <summary>Says so much at each turn at eastus2, every other time in letters that are longer in other JSON, and is answered a tenth of it.</summary>
    private static async Task<(List<string> History, string Last)> TellAsync(TwoBackends world, string? previous, params int[] lengths)
    {
        List<string> history = [];
        var chain = SessionIds.Chain();
        foreach (var (index, length) in lengths.Index())
        {
            var turn = new LongTurn(index % 2 == 0 ? $"\"{new string('a', length)}\"" : $"\"{string.Concat(Enumerable.Repeat("\\\"", length / 2))}\"");
            var id = SessionIds.Id("resp", chain, 1_770_000_000 + (uint)index);
            var response = ScriptedWorld.Response(id).Replace("Ada", new string('b', length / 10), StringComparison.Ordinal);
            world.EastUs2.Next(async context =>
            {
                await ReadAsync(context);
                await ScriptedWorld.Json(response)(context);
            });
            var answer = await world.Caller.CreateAsync(turn.Body(previous));
            Assert.True(answer.Status == 200, answer.Text);
            history.AddRange(turn.Items(turn.Response(answer.Text)));
            previous = id;
        }

        return (history, previous!);
    }

    private static async Task<byte[]> ReadAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        return body.ToArray();
    }
}
