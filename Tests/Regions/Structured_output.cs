using System.Text.Json.Nodes;
using CsCheck;
using NJsonSchema;
using NJsonSchema.Validation;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Regions;

/// <summary>Output by a schema obeys it, whatever the schema.</summary>
public sealed class Structured_output
{
    private static readonly Gen<JsonNode> s_scalar = Gen.OneOf(
        Gen.Const("""{"type":"string"}"""),
        Gen.Const("""{"type":"string","format":"date-time"}"""),
        Gen.Const("""{"type":"string","format":"email"}"""),
        Gen.Const("""{"type":"string","format":"uuid"}"""),
        Gen.Const("""{"type":"string","pattern":"^[A-Z]{3}-[0-9]{2,4}$"}"""),
        Gen.Const("""{"type":["string","null"]}"""),
        Gen.Const("""{"type":"boolean"}"""),
        Gen.Const("""{"type":"null"}"""),
        Gen.Const("""{"enum":["red","green","blue"]}"""),
        Gen.Const("""{"const":7}"""),
        Gen.Const("""{"type":"number"}"""),
        Gen.Int[-50, 50].Select(Gen.Int[0, 40], (low, span) => $$"""{"type":"integer","minimum":{{low}},"maximum":{{low + span}}}"""),
        Gen.Int[1, 9].Select(step => $$"""{"type":"integer","multipleOf":{{step}}}"""),
        Gen.Int[-20, 20].Select(low => $$"""{"type":"number","exclusiveMinimum":{{low}}}""")).Select(text => JsonNode.Parse(text)!);

    private static Gen<JsonNode> Schema(int depth) => depth == 0 ? s_scalar : Gen.Frequency(
        (3, s_scalar),
        (2, Schema(depth - 1).Array[0, 4].Select(ObjectOf)),
        (1, Schema(depth - 1).Select(Gen.Int[0, 3], (items, least) => (JsonNode)new JsonObject { ["type"] = "array", ["items"] = items.DeepClone(), ["minItems"] = least, ["maxItems"] = least + 1 })),
        (1, Schema(depth - 1).Array[1, 3].Select(options => (JsonNode)new JsonObject { ["anyOf"] = new JsonArray([.. options.Select(option => option.DeepClone())]) })));

    private static JsonNode ObjectOf(JsonNode[] properties)
    {
        string[] names = ["name", "city", "count", "note"];
        return new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject(properties.Select((property, index) => KeyValuePair.Create(names[index], (JsonNode?)property.DeepClone()))),
            ["required"] = new JsonArray([.. names.Take(properties.Length).Select(name => JsonValue.Create(name))]),
            ["additionalProperties"] = false,
        };
    }

    [Fact]
    public async Task Text_by_a_strict_schema_is_valid()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        await Schema(3).Array[1, 4].Select(ObjectOf).SampleAsync(
            async schema =>
            {
                var request = new JsonObject
                {
                    ["model"] = "gpt-4o-mini",
                    ["input"] = "My name is Ada, I am in Paris and Rome, number 12, and I like green.",
                    ["text"] = new JsonObject { ["format"] = new JsonObject { ["type"] = "json_schema", ["name"] = "made", ["strict"] = true, ["schema"] = schema.DeepClone() } },
                };
                var answer = await caller.CreateAsync(request);
                Assert.True(answer.Status == 200, answer.Text);
                Assert.Empty(await FaultsAsync(schema, answer.OutputText));
            },
            iter: 200,
            threads: 1);
    }

    [Theory]
    [InlineData("""{"type":"object","properties":{"person":{"$ref":"#/$defs/person"}},"required":["person"],"additionalProperties":false,"$defs":{"person":{"type":"object","properties":{"name":{"type":"string"}},"required":["name"],"additionalProperties":false}}}""", """{"person":{"name":"Ada"}}""")]
    [InlineData("""{"type":"object","properties":{"name":{"type":"string"},"child":{"anyOf":[{"$ref":"#"},{"type":"null"}]}},"required":["name","child"],"additionalProperties":false}""", """{"name":"Ada","child":{"name":"Ada","child":null}}""")]
    [InlineData("""{"type":"object","properties":{"city":{"type":"string"},"unit":{"type":"string","enum":["C","F"]},"days":{"type":"integer"},"windy":{"type":"boolean"}},"required":["city","unit","days","windy"],"additionalProperties":false}""", """{"city":"Oslo","unit":"F","days":3,"windy":true}""")]
    public async Task Values_come_from_what_was_told(string schema, string expected)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        var answer = await caller.SendAsync(
            HttpMethod.Post, "openai/v1/responses",
            $$$$"""{"model":"gpt-4o-mini","input":"My name is Ada. A windy forecast for Oslo in F for 3 days","text":{"format":{"type":"json_schema","name":"made","strict":true,"schema":{{{{schema}}}}}}}""");

        Assert.Equal(expected, answer.OutputText);
        Assert.Empty(await FaultsAsync(JsonNode.Parse(schema)!, answer.OutputText));
    }

    [Fact]
    public async Task Json_mode_answers_an_object_and_wants_the_word_in_the_input()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var format = new { format = new { type = "json_object" } };

        var answer = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Say exactly \"yes\"", instructions = "Answer as JSON.", text = format });
        var asked = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "As JSON, say exactly \"yes\"", text = format });

        Assert.Equal(400, answer.Status);
        Golden.AssertSame("""{"error":{"message":"Response input messages must contain the word 'json' in some form to use 'text.format' of type 'json_object'.","type":"invalid_request_error","param":"text.format","code":null}}""", answer.Text);
        Assert.Equal("""{"answer":"yes"}""", asked.OutputText);
    }

    private static async Task<ICollection<ValidationError>> FaultsAsync(JsonNode schema, string json) =>
        (await JsonSchema.FromJsonAsync(schema.ToJsonString(), TestContext.Current.CancellationToken)).Validate(json);
}
