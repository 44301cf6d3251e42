using System.IO.Compression;
using System.Text;

namespace SessionAware.Tests.Owners;

/// <summary>Everything that might make the gateway read another id than the region does, by family.</summary>
public static class Tricks
{
    private const string Model = """ "model":"gpt-4o-mini" """;

    /// <summary>The families.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<Attack>> ByFamily { get; } = new Dictionary<string, IReadOnlyList<Attack>>
    {
        ["encoded path"] =
        [
            Attack.Of("encoded underscore", ids => $"GET responses/{ids.Response.Replace("_", "%5F", StringComparison.Ordinal)}"),
            Attack.Of("encoded first letter", ids => $"GET responses/%72{ids.Response[1..]}"),
            Attack.Of("encoded collection", ids => $"GET %72esponses/{ids.Response}"),
            Attack.Of("encoded all", ids => $"GET responses/{string.Concat(ids.Response.Select(letter => $"%{(int)letter:x2}"))}", works: false),
            Attack.Of("encoded twice", ids => $"GET responses/{ids.Response.Replace("_", "%255F", StringComparison.Ordinal)}", works: false),
            Attack.Of("encoded twice, first letter", ids => $"GET responses/%2572{ids.Response[1..]}", works: false),
            Attack.Of("encoded slash before", ids => $"GET responses%2F{ids.Response}", works: false),
            Attack.Of("encoded slash after", ids => $"GET responses/{ids.Response}%2F", works: false),
            Attack.Of("encoded slash and what is below", ids => $"GET responses/{ids.Response}%2Finput_items", works: false),
            Attack.Of("encoded slash out of models", ids => $"GET models/..%2Fresponses%2F{ids.Response}", works: false),
            Attack.Of("encoded backslash out of models", ids => $"GET models/..%5Cresponses%5C{ids.Response}", works: false),
            Attack.Of("encoded dots out of models", ids => $"GET models/%2e%2e%2fresponses%2f{ids.Response}", works: false),
            Attack.Of("encoded twice out of models", ids => $"GET models/..%252Fresponses%252F{ids.Response}", works: false),
            Attack.Of("overlong dots", ids => $"GET models/%c0%ae%c0%ae/responses/{ids.Response}", works: false),
            Attack.Of("encoded null", ids => $"GET responses/{ids.Response}%00", works: false),
            Attack.Of("encoded space", ids => $"GET responses/{ids.Response}%20", works: false),
            Attack.Of("encoded question mark", ids => $"GET responses/{ids.Response}%3Fx", works: false),
            Attack.Of("encoded hash", ids => $"GET responses/{ids.Response}%23", works: false),
            Attack.Of("semicolon", ids => $"GET responses/{ids.Response};x=y", works: false),
            Attack.Of("conversation", ids => $"GET conversations/conv%5F{ids.Conversation[5..]}/it%65ms"),
        ],
        ["case"] =
        [
            Attack.Of("upper id", ids => $"GET responses/{ids.Response.ToUpperInvariant()}", works: false),
            Attack.Of("upper digits", ids => $"GET responses/resp_{ids.Response[5..].ToUpperInvariant()}", works: false),
            Attack.Of("upper collection", ids => $"GET RESPONSES/{ids.Response}"),
            Attack.Of("upper family", ids => $"GET /session-aware/OpenAI/V1/responses/{ids.Response}"),
            Attack.Of("upper API", ids => $"GET /Session-Aware/openai/v1/responses/{ids.Response}"),
            Attack.Of("upper input items", ids => $"GET responses/{ids.Background}/INPUT_ITEMS"),
            Attack.Of("upper conversation", ids => $"GET Conversations/{ids.Conversation}/Items"),
            Attack.Post("upper in the body", "responses", ids => $$"""{ {{Model}},"input":"Hi","previous_response_id":"{{ids.Response.ToUpperInvariant()}}"}""", works: false),
        ],
        ["segments"] =
        [
            Attack.Of("dots", ids => $"GET models/../responses/{ids.Response}"),
            Attack.Of("dots below another", ids => $"GET responses/resp_1/../{ids.Response}"),
            Attack.Of("encoded dots", ids => $"GET models/%2e%2e/responses/{ids.Response}"),
            Attack.Of("a dot", ids => $"GET responses/./{ids.Response}"),
            Attack.Of("dots from another API", ids => $"GET /no-affinity/../session-aware/openai/v1/responses/{ids.Response}"),
            Attack.Of("dots above the root", ids => $"GET /../../session-aware/openai/v1/responses/{ids.Response}"),
            Attack.Of("dots and a percent", ids => $"GET models/%25/../../responses/{ids.Response}"),
            Attack.Of("slash after", ids => $"GET responses/{ids.Response}/"),
            Attack.Of("slashes between", ids => $"GET responses//{ids.Response}", works: false),
            Attack.Of("slashes before", ids => $"GET /session-aware/openai/v1//responses/{ids.Response}", works: false),
            Attack.Of("slashes before the family", ids => $"GET /session-aware//openai/v1/responses/{ids.Response}", works: false),
            Attack.Of("backslash", ids => $"GET responses\\{ids.Response}", works: false),
            Attack.Of("backslashes out of models", ids => $"GET models\\..\\responses\\{ids.Response}", works: false),
            Attack.Of("no project", ids => $"GET /session-aware/api/projects//openai/v1/responses/{ids.Response}", works: false),
            Attack.Of("two families", ids => $"GET /session-aware/openai/v1/openai/v1/responses/{ids.Response}", works: false),
            Attack.Of("no family", ids => $"GET /session-aware/responses/{ids.Response}", works: false),
            Attack.Of("whole address", ids => $"GET http://x/{OwnersWorld.Api}/responses/{ids.Response}", works: false),
            Attack.Of("fragment", ids => $"GET responses/{ids.Response}#x", works: false),
        ],
        ["JSON"] =
        [
            Body("own key last", ids => $$"""{ {{Model}},"input":"Hi","previous_response_id":"{{ids.Response}}","previous_response_id":null}"""),
            Body("own key first", ids => $$"""{ {{Model}},"input":"Hi","previous_response_id":null,"previous_response_id":"{{ids.Response}}"}"""),
            Body("escaped name", ids => $$"""{ {{Model}},"input":"Hi","previous\u005fresponse_id":"{{ids.Response}}"}""", works: true),
            Body("name and escaped name", ids => $$"""{ {{Model}},"input":"Hi","previous_response_id":null,"previous\u005fresponse_id":"{{ids.Response}}"}"""),
            Body("escaped value", ids => $$"""{ {{Model}},"input":"Hi","previous_response_id":"\u0072{{ids.Response[1..]}}"}""", works: true),
            Body("escaped conversation", ids => $$"""{ {{Model}},"input":"Hi","\u0063onversation":{"\u0069d":"{{ids.Conversation}}"} }""", works: true),
            Body("conversation twice", ids => $$"""{ {{Model}},"input":"Hi","conversation":null,"conversation":"{{ids.Conversation}}"}"""),
            Body("conversation's id twice", ids => $$"""{ {{Model}},"input":"Hi","conversation":{"id":"conv_1","id":"{{ids.Conversation}}"} }"""),
            Body("input twice", ids => $$"""{ {{Model}},"input":"Hi","input":[{"type":"item_reference","id":"{{ids.Item}}"}]}"""),
            Body("item's id twice", ids => $$"""{ {{Model}},"input":[{"type":"item_reference","id":"msg_1","id":"{{ids.Item}}"}]}"""),
            Body("item's type twice", ids => $$"""{ {{Model}},"input":[{"type":"message","type":"item_reference","id":"{{ids.Item}}"}]}"""),
            Body("list of one", ids => $$"""{ {{Model}},"input":"Hi","previous_response_id":["{{ids.Response}}"]}"""),
            Body("space after", ids => $$"""{ {{Model}},"input":"Hi","previous_response_id":"{{ids.Response}} "}"""),
            Body("null after", ids => $$"""{ {{Model}},"input":"Hi","previous_response_id":"{{ids.Response}}\u0000"}"""),
            Body("half a character in a name", ids => $$"""{ {{Model}},"\ud800":1,"input":"Hi","previous_response_id":"{{ids.Response}}"}"""),
            Body("half a character in an item's name", ids => $$"""{ {{Model}},"input":[{"\ud800":1,"type":"item_reference","id":"{{ids.Item}}"}]}"""),
            Body("comment", ids => $$"""{ {{Model}},"input":"Hi"/**/,"previous_response_id":"{{ids.Response}}"}"""),
            Body("two objects", ids => $$"""{ {{Model}},"input":"Hi"}{"previous_response_id":"{{ids.Response}}"}"""),
            Body("list of bodies", ids => $$"""[{ {{Model}},"input":"Hi","previous_response_id":"{{ids.Response}}"}]"""),
            Body("name in another case", ids => $$"""{ {{Model}},"input":"Hi","Previous_Response_Id":"{{ids.Response}}"}""") with { MayReachRegion = true },
            Body("byte order mark", ids => "\uFEFF" + Say(ids)),
            Encoded("UTF-16", Encoding.Unicode.GetBytes, "Content-Type: application/json; charset=utf-16"),
            Encoded("said to be UTF-7", text => Encoding.UTF8.GetBytes(text), "Content-Type: application/json; charset=utf-7"),
            Encoded("hidden in UTF-7", text => Encoding.UTF8.GetBytes(text.Replace("\"Hi\",\"", "\"+ACI-,+ACI-", StringComparison.Ordinal).Replace("id\":\"", "id+ACI-:+ACI-", StringComparison.Ordinal)), "Content-Type: application/json; charset=\"UTF-7\""),
            Encoded("not said to be JSON", text => Encoding.UTF8.GetBytes(text), "Content-Type: text/plain") with { WorksForOwner = true },
            Encoded("gzip", Zip, "Content-Encoding: gzip"),
            Encoded("gzip under another name", Zip, "Content-Encoding: x-gzip"),
            Encoded("said to be gzip", text => Encoding.UTF8.GetBytes(text), "Content-Encoding: gzip"),
            Encoded("identity and gzip", Zip, "Content-Encoding: identity, gzip"),
            Body("chunked", Say, works: true) with { IsChunked = true },
        ],
        ["headers"] =
        [
            Attack.Of("front door's", ids => $"GET responses/{ids.Response}") with { Headers = ["x-subscription-id: a"] },
            Attack.Of("front door's, empty", ids => $"GET responses/{ids.Response}") with { Headers = ["x-subscription-id: "] },
            Attack.Of("another's method", ids => $"GET responses/{ids.Response}") with { Headers = ["X-HTTP-Method-Override: DELETE"] },
            Attack.Of("another's address", ids => $"GET models/{ids.Response}", works: false) with { Headers = ["X-Original-URL: /openai/v1/responses/x"], MayReachRegion = true },
            Attack.Of("WebSocket", ids => $"GET responses?previous_response_id={ids.Response}", works: false) with { Headers = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="] },
        ],
    };

    private static Attack Body(string name, Func<Possessions, string> body, bool works = false) => Attack.Post(name, "responses", body, works);

    private static Attack Encoded(string name, Func<string, byte[]> encode, string header) =>
        new(name, _ => "POST responses") { Body = ids => encode(Say(ids)), Headers = [header], WorksForOwner = false };

    private static string Say(Possessions ids) => $$"""{ {{Model}},"input":"Hi","previous_response_id":"{{ids.Response}}"}""";

    private static byte[] Zip(string text)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionMode.Compress))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return zipped.ToArray();
    }
}
