using System.Globalization;
using System.Text;
using System.Text.Json;
using CsCheck;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Sessions;

/// <summary>However a stream's bytes arrive, not one is changed and not one id is missed. <c>SESSIONAWARE_FUZZ</c> sets the number of generated streams.</summary>
public sealed class Observed_streams
{
    private const int Splits = 8;

    private static readonly long s_iterations = long.Parse(Environment.GetEnvironmentVariable("SESSIONAWARE_FUZZ") ?? "10000", CultureInfo.InvariantCulture);

    private static readonly string[] s_ends = ["completed", "incomplete", "failed"];

    private static readonly Gen<string> s_text = Any("Hi", "Grüße 世界 🎉", "a\\nb", "\\\"quoted\\\"", "{\\\"id\\\":\\\"resp_fake\\\"}", "event: response.completed\\n\\n", "");

    /// <summary>An event's lines without the blank one.</summary>
    private static readonly Gen<string[]> s_noise = Gen.OneOf(
        s_text.Select(text => new[] { "event: response.output_text.delta", $$"""data: {"type":"response.output_text.delta","delta":"{{text}}","item_id":"msg_fake"}""" }),
        Gen.Const(new[] { ": a comment" }),
        Gen.Const(new[] { "event: error", """data: {"type":"error","error":{"code":"server_error","message":"no"}}""" }),
        Gen.Const(new[] { "data: [DONE]" }),
        Gen.Const(new[] { "id: 7", "retry: 10", "data: not json {" }),
        Gen.Const(new[] { "data: {\"type\":\"response.output_text.done\",", "data: \"text\":\"two lines\"}" }),
        Gen.Const(new[] { "event: response.in_progress", """data: {"response":{"id":"resp_0","status":"in_progress","output":[]},"type":"response.in_progress"}""" }));

    private static readonly Gen<(string Text, string[] Items, string Response)> s_stream =
        from noise in s_noise.Array[0, 12]
        from items in Gen.Int[0, 4]
        from text in s_text
        from newLine in Any("\n", "\r\n", "\r")
        from named in Gen.Bool
        from order in Gen.Bool
        from end in Any(s_ends)
        select Make(noise, items, text, newLine, named, order, end);

    [Fact]
    public async Task Generated_streams_pass_unchanged_and_every_id_is_known()
    {
        await s_stream.Select(Gen.Double[0, 1].Array[Splits]).SampleAsync(
            async (stream, cuts) =>
            {
                var bytes = Encoding.UTF8.GetBytes(stream.Text);
                using var observed = new ObservedStream();

                await observed.PassAsync(bytes, cuts.Select(cut => (int)(cut * bytes.Length)).Order());

                Assert.Equal(bytes, observed.Passed);
                Assert.True(observed.Knows(SessionId.Response("resp_0")));
                Assert.All(stream.Items, item => Assert.True(observed.Knows(SessionId.Item(item)), item));
                Assert.False(observed.Knows(SessionId.Response("resp_fake")) || observed.Knows(SessionId.Item("msg_fake")));
                // At its beginning, and at its end.
                Assert.Equal(2, observed.Writes.Count(write => write.Turn is not null));
                var turn = observed.Writes.Last(write => write.Turn is not null);
                Assert.Equal(stream.Response, Encoding.UTF8.GetString(turn.Turn!.Answer.Span));
                Assert.Equal(stream.Items, turn.Pins.Where(pin => pin.Id.Kind == SessionKeyKind.Item).Select(pin => pin.Id.Text));
            },
            iter: s_iterations,
            threads: 2);
    }

    [Fact]
    public async Task Fuzzed_streams_pass_unchanged_whatever_they_are()
    {
        var fuzzed =
            from stream in s_stream
            from changes in Gen.Select(Gen.Double[0, 1], Any<byte>((byte)'\n', (byte)'\r', (byte)'"', (byte)'{', (byte)'}', (byte)':', 0, 0xFF, 0xED), Gen.Bool).Array[1, 6]
            from cuts in Gen.Double[0, 1].Array[Splits]
            select (Bytes: Change(Encoding.UTF8.GetBytes(stream.Text), changes), Cuts: cuts);

        await fuzzed.SampleAsync(
            async sample =>
            {
                using var observed = new ObservedStream();

                await observed.PassAsync(sample.Bytes, sample.Cuts.Select(cut => (int)(cut * sample.Bytes.Length)).Order());

                Assert.Equal(sample.Bytes, observed.Passed);
            },
            iter: s_iterations,
            threads: 2);
    }

    public static TheoryData<string> Recorded() => [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "Tests", "Regions", "Traces"))
        .Where(file => s_ends.Any(end => File.ReadAllText(file).Contains($"event: response.{end}\n", StringComparison.Ordinal))).Select(Path.GetFileName).Cast<string>().Order()];

    [Theory]
    [MemberData(nameof(Recorded))]
    public async Task Recorded_stream_split_at_every_offset_passes_unchanged_and_every_id_is_known(string trace)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "Tests", "Regions", "Traces", trace), TestContext.Current.CancellationToken);
        var stream = Encoding.UTF8.GetBytes(text[text.IndexOf("event: ", StringComparison.Ordinal)..].TrimEnd() + "\n\n");
        using var whole = new ObservedStream();
        await whole.PassAsync(stream, []);
        var expected = Ids(whole);
        Assert.Contains(expected, id => id.StartsWith("Response", StringComparison.Ordinal));
        var end = Assert.Single(Ends(whole));

        for (var split = 1; split < stream.Length; split++)
        {
            using var observed = new ObservedStream();
            await observed.PassAsync(stream, [split]);
            Assert.Equal(stream, observed.Passed);
            Assert.Equal(expected, Ids(observed));
            Assert.Equal(end, Assert.Single(Ends(observed)));
        }
    }

    /// <summary>The client may name what it has read: an event with a new id leaves only when the id is known.</summary>
    [Fact]
    public async Task Id_is_known_before_the_byte_that_completes_its_event_leaves()
    {
        var bytes = Encoding.UTF8.GetBytes(Make([], 2, "Hi", "\n", named: true, order: true, "completed").Text);
        var first = Encoding.UTF8.GetString(bytes).IndexOf("\n\n", StringComparison.Ordinal) + 2;
        using var before = new ObservedStream();
        using var after = new ObservedStream();

        await before.PassAsync(bytes.AsMemory(0, first - 1), []);
        await after.PassAsync(bytes.AsMemory(0, first), []);

        Assert.False(before.Knows(SessionId.Response("resp_0")));
        Assert.True(after.Knows(SessionId.Response("resp_0")));
    }

    /// <summary>Of an event that is too large to be held the ids are learned from as much as is; what follows it is seen as ever.</summary>
    [Theory]
    [InlineData("\n", true)]
    [InlineData("\r\n", true)]
    [InlineData("\r", true)]
    [InlineData("\n", false)]
    public async Task Event_too_large_to_be_held_passes_unchanged_and_its_ids_are_known(string newLine, bool order)
    {
        const int limit = 2_000;
        var text = Make([], 3, new string('x', limit), newLine, named: true, order, "completed").Text;
        var bytes = Encoding.UTF8.GetBytes(text + text.Replace("resp_0", "resp_1", StringComparison.Ordinal));

        for (var step = 1; step < 3 * limit; step += step < 10 ? 1 : 97)
        {
            using var observed = new ObservedStream(longestEvent: limit);

            await observed.PassAsync(bytes, Enumerable.Range(1, bytes.Length / step).Select(split => split * step).Where(split => split < bytes.Length));

            Assert.Equal(bytes, observed.Passed);
            // Of two responses in one stream, which there never are, the second tells that its beginning was seen behind the large event.
            Assert.All(["resp_0", "resp_1"], id => Assert.True(observed.Knows(SessionId.Response(id)), $"{id} in steps of {step}"));
            Assert.All(["msg_0", "msg_1", "msg_2"], id => Assert.True(observed.Knows(SessionId.Item(id)), $"{id} in steps of {step}"));
            Assert.Contains(observed.Writes, write => write.Turn is { Status: "completed", ResponseId: "resp_0" });
        }
    }

    private static IEnumerable<string> Ids(ObservedStream observed) =>
        [.. observed.Writes.SelectMany(write => write.Pins).Select(pin => $"{pin.Id.Kind} {pin.Id.Text}").Distinct().Order(StringComparer.Ordinal)];

    /// <summary>How the turn ended, and with how long an answer.</summary>
    private static IEnumerable<(string Status, int Length)> Ends(ObservedStream observed) =>
        observed.Writes.Select(write => write.Turn).OfType<SessionAware.Gateway.Sessions.Turn>().Select(turn => (turn.Status, turn.Answer.Length)).Where(turn => turn.Length > 0);

    /// <summary>Streams of every end are among the recorded ones.</summary>
    [Fact]
    public void Recorded_streams_end_in_every_way() =>
        Assert.All(s_ends, end => Assert.Contains(Directory.EnumerateFiles(Path.Combine(Repository.Root, "Tests", "Regions", "Traces")), file => File.ReadAllText(file).Contains($"event: response.{end}\n", StringComparison.Ordinal)));

    private static (string Text, string[] Items, string Response) Make(string[][] noise, int items, string text, string newLine, bool named, bool order, string end)
    {
        string[] ids = [.. Enumerable.Range(0, items).Select(item => $"msg_{item}")];
        var output = string.Join(',', ids.Select(id => $$"""{"id":"{{id}}","type":"message","content":[{"type":"output_text","text":"{{text}}"}]}"""));
        var response = $$$"""{"id":"resp_0","object":"response","status":"{{{end}}}","output":[{{{output}}}],"usage":{"input_tokens":3,"output_tokens":4}}""";
        string[] EventOf(string type, string property, string value)
        {
            var (a, b) = ($"\"type\":\"{type}\"", $"\"{property}\":{value}");
            var data = "data: {" + (order ? a : b) + ",\"sequence_number\":1," + (order ? b : a) + "}";
            return named ? [$"event: {type}", data] : [data];
        }

        List<string[]> events = [EventOf("response.created", "response", """{"id":"resp_0","object":"response","status":"in_progress","output":[]}""")];
        events.AddRange(noise);
        events.AddRange(ids.Select(id => EventOf("response.output_item.added", "item", $$"""{"id":"{{id}}","type":"message","content":[]}""")));
        events.Add(EventOf($"response.{end}", "response", response));
        return (string.Concat(events.Select(lines => string.Concat(lines.Select(line => line + newLine)) + newLine)), ids, response);
    }

    private static Gen<T> Any<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static byte[] Change(byte[] bytes, (double Where, byte What, bool Inserts)[] changes)
    {
        var changed = bytes.ToList();
        foreach (var (where, what, inserts) in changes)
        {
            var at = (int)(where * (changed.Count - 1));
            if (inserts)
                changed.Insert(at, what);
            else
                changed[at] = what;
        }

        return [.. changed];
    }
}
