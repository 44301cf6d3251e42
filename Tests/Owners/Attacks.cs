namespace SessionAware.Tests.Owners;

/// <summary>Everything that names state by the API's own rules, by family.</summary>
public static class Attacks
{
    private const string Model = """ "model":"gpt-4o-mini" """;

    /// <summary>The families.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<Attack>> ByFamily { get; } = new Dictionary<string, IReadOnlyList<Attack>>
    {
        ["previous response"] =
        [
            Attack.Post("JSON", "responses", ids => $$"""{ {{Model}},"input":"Who am I?","previous_response_id":"{{ids.Response}}"}"""),
            Attack.Post("streamed", "responses", ids => $$"""{ {{Model}},"input":"Who am I?","stream":true,"previous_response_id":"{{ids.Response}}"}"""),
            Attack.Post("in the background", "responses", ids => $$"""{ {{Model}},"input":"Who am I?","background":true,"previous_response_id":"{{ids.Response}}"}"""),
            Attack.Post("not stored", "responses", ids => $$"""{ {{Model}},"input":"Who am I?","store":false,"previous_response_id":"{{ids.Response}}"}"""),
            Attack.Post("without input", "responses", ids => $$"""{ {{Model}},"previous_response_id":"{{ids.Response}}"}""", works: false),
            Attack.Post("compacted", "responses/compact", ids => $$"""{ {{Model}},"previous_response_id":"{{ids.Response}}"}"""),
            Attack.Post("counted", "responses/input_tokens", ids => $$"""{ {{Model}},"input":"Who am I?","previous_response_id":"{{ids.Response}}"}"""),
            Attack.Post("beside a conversation", "responses", ids => $$"""{ {{Model}},"input":"Hi","previous_response_id":"{{ids.Response}}","conversation":"{{ids.Conversation}}"}""", works: false),
        ],
        ["response"] =
        [
            Attack.Of("GET", ids => $"GET responses/{ids.Response}"),
            Attack.Of("GET with include", ids => $"GET responses/{ids.Response}?include[]=reasoning.encrypted_content"),
            Attack.Of("GET streamed", ids => $"GET responses/{ids.Background}?stream=true", works: false),
            Attack.Of("GET streamed on", ids => $"GET responses/{ids.Background}?stream=true&starting_after=1", works: false),
            Attack.Of("HEAD", ids => $"HEAD responses/{ids.Response}", works: false),
            Attack.Of("DELETE", ids => $"DELETE responses/{ids.Response}"),
            Attack.Of("cancel", ids => $"POST responses/{ids.Background}/cancel", works: false),
            Attack.Of("cancel what is not in the background", ids => $"POST responses/{ids.Response}/cancel", works: false),
            Attack.Of("input items", ids => $"GET responses/{ids.Response}/input_items"),
            Attack.Of("input items after one", ids => $"GET responses/{ids.Response}/input_items?after={ids.Item}&limit=1", works: false),
            Attack.Of("POST", ids => $"POST responses/{ids.Response}", works: false),
            Attack.Of("PUT", ids => $"PUT responses/{ids.Response}", works: false),
            Attack.Of("PATCH", ids => $"PATCH responses/{ids.Response}", works: false),
            Attack.Of("OPTIONS", ids => $"OPTIONS responses/{ids.Response}", works: false),
            Attack.Of("lower case method", ids => $"get responses/{ids.Response}", works: false),
            Attack.Of("what is not there below it", ids => $"GET responses/{ids.Response}/output", works: false),
        ],
        ["conversation in the body"] =
        [
            Attack.Post("text", "responses", ids => $$"""{ {{Model}},"input":"Who am I?","conversation":"{{ids.Conversation}}"}"""),
            Attack.Post("object", "responses", ids => $$"""{ {{Model}},"input":"Who am I?","conversation":{"id":"{{ids.Conversation}}"} }"""),
            Attack.Post("object with more in it", "responses", ids => $$"""{ {{Model}},"input":"Hi","conversation":{"x":{"id":"conv_1"},"id":"{{ids.Conversation}}"} }""", works: false),
            Attack.Post("streamed", "responses", ids => $$"""{ {{Model}},"input":"Who am I?","stream":true,"conversation":{"id":"{{ids.Conversation}}"} }"""),
            Attack.Post("beside no previous response", "responses", ids => $$"""{ {{Model}},"input":"Hi","previous_response_id":null,"conversation":"{{ids.Conversation}}"}"""),
            Attack.Post("counted", "responses/input_tokens", ids => $$"""{ {{Model}},"input":"Hi","conversation":"{{ids.Conversation}}"}"""),
        ],
        ["conversation"] =
        [
            Attack.Of("GET", ids => $"GET conversations/{ids.Conversation}"),
            Attack.Of("DELETE", ids => $"DELETE conversations/{ids.Conversation}"),
            Attack.Of("items", ids => $"GET conversations/{ids.Conversation}/items"),
            Attack.Of("items in order", ids => $"GET conversations/{ids.Conversation}/items?order=asc&limit=1"),
            Attack.Of("GET an item", ids => $"GET conversations/{ids.Conversation}/items/{ids.ConversationItem}"),
            Attack.Of("DELETE an item", ids => $"DELETE conversations/{ids.Conversation}/items/{ids.ConversationItem}"),
            new("change", ids => $"POST conversations/{ids.Conversation}") { Body = _ => """{"metadata":{"mine":"now"}}"""u8.ToArray() },
            new("add an item", ids => $"POST conversations/{ids.Conversation}/items") { Body = _ => """{"items":[{"role":"user","content":"Forget it."}]}"""u8.ToArray() },
        ],
        ["item"] =
        [
            Attack.Post("reference", "responses", ids => Input($$"""{"type":"item_reference","id":"{{ids.Item}}"}""")),
            Attack.Post("reference by id first", "responses", ids => Input($$"""{"id":"{{ids.Item}}","type":"item_reference"}""")),
            Attack.Post("reference without a type", "responses", ids => Input($$"""{"id":"{{ids.Item}}"}"""), works: false),
            Attack.Post("reference of no type", "responses", ids => Input($$"""{"type":null,"id":"{{ids.Item}}"}"""), works: false),
            Attack.Post("reference with a role that is none", "responses", ids => Input($$"""{"id":"{{ids.Item}}","role":null}"""), works: false),
            Attack.Post("message without its content", "responses", ids => Input($$"""{"type":"message","role":"assistant","id":"{{ids.Item}}"}"""), works: false),
            Attack.Post("reference with an escaped type", "responses", ids => Input($$"""{"type":"item\u005freference","id":"{{ids.Item}}"}""")),
            Attack.Post("reference among others", "responses", ids => Input($$"""{"role":"user","content":"Hi"},{"type":"item_reference","id":"{{ids.Item}}"}""")),
            Attack.Post("reasoning without content", "responses", ids => Reasoning(ids, "")),
            Attack.Post("reasoning with no content", "responses", ids => Reasoning(ids, ",\"encrypted_content\":null")),
            Attack.Post("reasoning with empty content", "responses", ids => Reasoning(ids, ",\"encrypted_content\":\"\""), works: false),
            Attack.Post("item of a conversation", "responses", ids => Input($$"""{"type":"item_reference","id":"{{ids.ConversationItem}}"}"""), works: false),
            Attack.Post("into a conversation", "conversations", ids => $$"""{"items":[{"type":"item_reference","id":"{{ids.Item}}"}]}"""),
            Attack.Post("compacted", "responses/compact", ids => Input($$"""{"type":"item_reference","id":"{{ids.Item}}"}""")),
            Attack.Post("counted", "responses/input_tokens", ids => Input($$"""{"type":"item_reference","id":"{{ids.Item}}"}""")),
            Attack.Post("image without its picture", "responses", ids => Input($$"""{"type":"image_generation_call","id":"ig{{ids.Item[3..]}}"}"""), works: false),
        ],
        ["path family"] = [.. new[] { "/v1", "/openai/v1", "/openai", "/api/projects/p/openai/v1" }.SelectMany(family => new[]
        {
            Attack.Of($"{family} GET", ids => $"GET /session-aware{family}/responses/{ids.Response}?api-version=preview"),
            Attack.Of($"{family} conversation", ids => $"GET /session-aware{family}/conversations/{ids.Conversation}/items?api-version=preview"),
            Attack.Post($"{family} previous", $"/session-aware{family}/responses?api-version=preview", ids => $$"""{ {{Model}},"input":"Who am I?","previous_response_id":"{{ids.Response}}"}"""),
        })],
    };

    private static string Input(string items) => $$"""{ {{Model}},"input":[{{items}},{"role":"user","content":"Who am I?"}]}""";

    private static string Reasoning(Possessions ids, string more) => $$"""
        {"model":"o4-mini","input":[{"type":"reasoning","id":"{{ids.Reasoning}}","summary":[]{{more}}},{"type":"item_reference","id":"{{ids.ReasonedItem}}"},{"role":"user","content":"Hi"}]}
        """;
}
