using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using SessionAware.Gateway.SessionKeys;

namespace SessionAware.Tests.Sessions;

/// <summary>
/// Session keys are read out of any body as a second reader of JSON, which builds a tree, reads them; what is ambiguous is refused, and nothing else fails.
/// <c>SESSIONAWARE_FUZZ</c> sets the number of generated bodies.
/// </summary>
public sealed class Body_keys
{
    private static readonly long s_iterations = long.Parse(Environment.GetEnvironmentVariable("SESSIONAWARE_FUZZ") ?? "10000", CultureInfo.InvariantCulture);

    private static readonly Gen<string> s_name = Any(
        "previous_response_id", "conversation", "input", "items", "store", "background", "thread_id", "model", "metadata", "tools", "Previous_Response_Id", "");

    private static readonly Gen<string> s_id = Any("resp_1", "msg_Ω", "conv \"2\"", "rs_3", "", "a\\b", "\u0001");

    private static readonly Gen<JsonNode?> s_scalar = Gen.OneOf(
        s_id.Select(id => (JsonNode?)JsonValue.Create(id)),
        Gen.Int.Select(number => (JsonNode?)JsonValue.Create(number)),
        Gen.Bool.Select(flag => (JsonNode?)JsonValue.Create(flag)),
        Gen.Const((JsonNode?)null));

    private static readonly Gen<JsonNode?> s_item =
        from type in Any<string?>("item_reference", "reasoning", "message", "image_generation_call", "function_call_output", null)
        from id in s_id
        from hasId in Gen.Bool
        from role in Gen.Bool
        from encrypted in Any<string?>("gAAA", "", null)
        from content in Gen.Bool
        from result in Any<string?>("iVBO", null)
        from nested in s_scalar
        select (JsonNode?)Item(type, hasId ? id : null, role, encrypted, content, result, nested);

    private static readonly Gen<JsonNode?> s_value = Gen.OneOf(
        s_scalar,
        s_id.Select(id => (JsonNode?)new JsonObject { ["id"] = id, ["other"] = new JsonObject { ["id"] = "resp_decoy" } }),
        s_item.Array[0, 5].Select(items => (JsonNode?)new JsonArray(items.Select(item => item?.DeepClone()).ToArray())));

    private static readonly Gen<string> s_body =
        from members in Gen.Select(s_name, s_value, Gen.Bool).Array[0, 8]
        from indented in Gen.Bool
        select "{" + string.Join(indented ? " ,\n " : ",", members.Select(member => $"{NameOf(member.Item1, member.Item3)}{(indented ? " : " : ":")}{member.Item2?.ToJsonString() ?? "null"}")) + "}";

    [Theory]
    [InlineData("input")]
    [InlineData("items")]
    public void Generated_bodies_are_read_as_another_reader_reads_them(string input) => s_body.Sample(
        body =>
        {
            var expected = Expect(body, input);
            BodyKeys read;
            try
            {
                read = BodyKeysReader.Read(Encoding.UTF8.GetBytes(body), ["thread_id"], input);
            }
            catch (UnreadableBodyException)
            {
                Assert.Null(expected);
                return;
            }

            Assert.NotNull(expected);
            Assert.Equal(expected.Value.Previous, read.PreviousResponseId);
            Assert.Equal(expected.Value.Conversation, read.ConversationId);
            Assert.Equal(expected.Value.Thread is { } thread ? [("thread_id", thread)] : [], read.Declared);
            Assert.Equal(expected.Value.Items, read.Items);
            Assert.Equal((expected.Value.Store, expected.Value.Background), (read.Store, read.Background));
            Assert.Equal(expected.Value.Encrypted, read.EncryptedContents.Count);
        },
        iter: s_iterations);

    [Fact]
    public void Fuzzed_bodies_are_read_or_refused_and_nothing_else()
    {
        var fuzzed =
            from body in s_body
            from at in Gen.Double[0, 1].Array[1, 5]
            from bytes in Any<byte>((byte)'"', (byte)'{', (byte)'}', (byte)'[', (byte)',', (byte)':', (byte)'\\', (byte)'u', 0, 0x80, 0xED, 0xFF).Array[5]
            select Change(Encoding.UTF8.GetBytes(body), at, bytes);
        fuzzed.Sample(
            body =>
            {
                try
                {
                    BodyKeysReader.Read(body, ["thread_id"]);
                    using var tree = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 512 });
                }
                catch (UnreadableBodyException)
                {
                    // Refused: whether rightly, the generated bodies show.
                }
            },
            iter: s_iterations);
    }

    [Theory]
    [InlineData("""{"previous_response_id":"a","previous_response_id":"a"}""", "previous_response_id")]
    [InlineData("""{"previous_response_id":"a","previous\u005fresponse_id":"b"}""", "previous_response_id")]
    [InlineData("""{"conversation":"a","conversation":null}""", "conversation")]
    [InlineData("""{"conversation":{"id":"a","\u0069d":"b"}}""", "conversation.id")]
    [InlineData("""{"input":[],"input":[{"type":"item_reference","id":"x"}]}""", "input")]
    [InlineData("""{"input":[{"type":"item_reference","id":"x","id":"y"}]}""", "input[].id")]
    [InlineData("""{"store":true,"store":false}""", "store")]
    public void Key_that_stands_twice_is_refused_by_its_name(string body, string param)
    {
        var refused = Assert.Throws<UnreadableBodyException>(() => BodyKeysReader.Read(Encoding.UTF8.GetBytes(body), []));

        Assert.Equal(param, refused.Param);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{}{}")]
    [InlineData("{} x")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\":1 /* comment */}")]
    [InlineData("{\"previous_response_id\":\"\\ud800\"}")]
    [InlineData("{\"previous_response_id\":7}")]
    [InlineData("{\"conversation\":[\"a\"]}")]
    [InlineData("{\"store\":\"false\"}")]
    public void Body_that_is_not_plainly_readable_is_refused(string body) =>
        Assert.Throws<UnreadableBodyException>(() => BodyKeysReader.Read(Encoding.UTF8.GetBytes(body), []));

    [Fact]
    public void Deep_schemas_and_a_byte_order_mark_are_no_reason_to_refuse()
    {
        var deep = $$"""{"tools":{{string.Concat(Enumerable.Repeat("[", 300))}}{{string.Concat(Enumerable.Repeat("]", 300))}},"previous_response_id":"a"}""";

        Assert.Equal("a", BodyKeysReader.Read(Encoding.UTF8.GetBytes("\uFEFF" + deep), []).PreviousResponseId);
    }

    [Theory]
    [InlineData("input", "msg_1", "[{\"type\":\"item_reference\",\"id\":\"msg_1\"}]")]
    [InlineData("items", "msg_2", "[{\"type\":\"item_reference\",\"id\":\"msg_2\"}]")]
    public void Items_are_a_conversations_and_input_is_a_responses(string name, string item, string input)
    {
        var body = """{"input":[{"type":"item_reference","id":"msg_1"}],"items":[{"type":"item_reference","id":"msg_2"}]}"""u8.ToArray();

        var keys = BodyKeysReader.Read(body, [], name);

        Assert.Equal((item, input), (Assert.Single(keys.Items), Encoding.UTF8.GetString(keys.Input.Span)));
    }

    [Fact]
    public void Input_is_kept_as_it_stands_in_the_body()
    {
        var body = """{ "model": "m", "input" : [ {"role":"user", "content":"Gr\u00fc\u00dfe"} ] , "store":false}""";

        var keys = BodyKeysReader.Read(Encoding.UTF8.GetBytes(body), []);

        Assert.Equal("""[ {"role":"user", "content":"Gr\u00fc\u00dfe"} ]""", Encoding.UTF8.GetString(keys.Input.Span));
        Assert.False(keys.Store);
    }

    /// <summary>What a tree says; null where a key is ambiguous or no text.</summary>
    private static (string? Previous, string? Conversation, string? Thread, List<string> Items, bool Store, bool Background, int Encrypted)? Expect(string body, string inputName)
    {
        using var tree = JsonDocument.Parse(body);
        string[] keys = ["previous_response_id", "conversation", inputName, "tools", "store", "background", "thread_id"];
        var members = tree.RootElement.EnumerateObject().Where(member => keys.Contains(member.Name)).ToList();
        if (members.DistinctBy(member => member.Name).Count() != members.Count)
            return null;
        JsonElement? Value(string name) => members.Where(member => member.Name == name && member.Value.ValueKind != JsonValueKind.Null).Select(member => (JsonElement?)member.Value).FirstOrDefault();
        var conversation = Value("conversation") is { ValueKind: JsonValueKind.Object } nested
            ? nested.EnumerateObject().Where(member => member.Name == "id").Select(member => (JsonElement?)member.Value).FirstOrDefault() : Value("conversation");
        if (new[] { Value("previous_response_id"), Value("thread_id"), conversation }.Any(key => key is not null and not { ValueKind: JsonValueKind.String }))
            return null;
        if (new[] { Value("store"), Value("background") }.Any(flag => flag is not null and not { ValueKind: JsonValueKind.True or JsonValueKind.False }))
            return null;
        var items = Value(inputName) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object).ToList() : [];
        return (
            Value("previous_response_id")?.GetString(),
            conversation?.GetString(),
            Value("thread_id")?.GetString(),
            [.. items.Where(Refers).Select(item => item.GetProperty("id").GetString()!).Distinct()],
            Value("store")?.GetBoolean() ?? true,
            Value("background")?.GetBoolean() ?? false,
            items.Select(item => item.TryGetProperty("encrypted_content", out var content) && content.ValueKind == JsonValueKind.String ? content.GetString() : null).OfType<string>().Distinct().Count());
    }

    private static bool Refers(JsonElement item)
    {
        string? Text(string name) => item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return Text("id") is not null && Text("type") switch
        {
            "item_reference" => true,
            "reasoning" => Text("encrypted_content") is null or "",
            "image_generation_call" => Text("result") is null,
            null or "message" => Text("role") is null || item.GetProperty("content").ValueKind == JsonValueKind.Null,
            _ => false,
        };
    }

    private static JsonObject Item(string? type, string? id, bool role, string? encrypted, bool content, string? result, JsonNode? nested)
    {
        var item = new JsonObject { ["content"] = content ? new JsonArray(new JsonObject { ["id"] = "msg_decoy", ["nested"] = nested?.DeepClone() }) : null, ["result"] = result };
        if (id is not null)
            item["id"] = id;
        if (type is not null)
            item["type"] = type;
        if (role)
            item["role"] = "user";
        item["encrypted_content"] = encrypted;
        return item;
    }

    /// <summary>A name as JSON, its first letter escaped where asked.</summary>
    private static string NameOf(string name, bool escaped) => escaped && name.Length > 0 ? $"\"\\u{(int)name[0]:x4}{name[1..]}\"" : JsonSerializer.Serialize(name);

    private static Gen<T> Any<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static byte[] Change(byte[] body, double[] at, byte[] bytes)
    {
        foreach (var (index, where) in at.Index())
            body[(int)(where * (body.Length - 1))] = bytes[index];
        return body;
    }
}
