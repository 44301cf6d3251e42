using SessionAware.FakeResponsesBackend.Tokens;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Chat;

/// <summary>What prompts and completions cost, by the formulas that recorded exchanges obey.</summary>
public sealed class Chat_usage
{
    private const string Brief = """{"role":"system","content":"Be brief."}""";
    private const string Hi = """{"role":"user","content":"Say exactly: Hi"}""";
    private const string Ask = """{"role":"user","content":"What is the weather in Bonn?"}""";
    private const string AskTwice = """{"role":"user","content":"What is the weather in Bonn and Paris?"}""";
    private const string Parameters = "\"parameters\":{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\",\"description\":\"Its name\"}},\"required\":[\"city\"],\"additionalProperties\":false}";
    private const string Weather = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"get_weather\",\"description\":\"Weather of a city\"," + Parameters + "}}]";
    private const string Strict = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"get_weather\",\"description\":\"Weather of a city\",\"strict\":true," + Parameters + "}}]";

    private const string WeatherSignature =
        "# Tools\n\n## functions\n\nnamespace functions {\n\n// Weather of a city\ntype get_weather = (_: {\n// Its name\ncity: string,\n}) => any;\n\n} // namespace functions";

    private const string Several =
        """
        "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"kind":{"type":"string","enum":["a","b"]},"days":{"type":"array","items":{"type":"integer"}},
        "place":{"type":"object","properties":{"zip":{"type":["string","null"]}},"required":["zip"]}},"required":["kind"]}}},{"type":"function","function":{"name":"now","description":"The time"}}]
        """;

    private const string SeveralSignature =
        "# Tools\n\n## functions\n\nnamespace functions {\n\ntype f = (_: {\nkind: \"a\" | \"b\",\ndays?: number[],\nplace?: {\nzip: string | null,\n},\n}) => any;\n\n"
        + "// The time\ntype now = () => any;\n\n} // namespace functions";

    private static readonly string s_call = """{"id":"call_a","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Bonn\"}"}}""";
    private static readonly int s_bonn = N("""{"city":"Bonn"}""");
    private static readonly int s_paris = N("""{"city":"Paris"}""");
    private static readonly int s_name = N("get_weather");
    private static readonly int s_hi = 3 + 4 + N("Say exactly: Hi");
    private static readonly int s_ask = 3 + 4 + N("What is the weather in Bonn?");
    private static readonly int s_askTwice = 3 + 4 + N("What is the weather in Bonn and Paris?");
    private static readonly int s_system = 4 + N("Be brief.");

    /// <summary>What is sent; prompt and completion tokens.</summary>
    public static TheoryData<string, int, int> Rows { get; } = new()
    {
        { Body([Hi]), s_hi, 1 },
        { Body([Brief, Hi]), s_system + s_hi, 1 },
        { Body(["""{"role":"user","name":"ada","content":"Say exactly: Hi"}"""]), s_hi + 1 + N("ada"), 1 },
        { Body([Hi, """{"role":"assistant","refusal":"I can't help."}""", Hi]), s_hi + s_hi - 3 + 4 + N("I can't help."), 1 },
        { Body([Hi, """{"role":"user","content":"Say exactly: json"}"""], "\"response_format\":{\"type\":\"json_object\"}"), s_hi + 4 + N("Say exactly: json"), N("""{"answer":"json"}""") },

        // Tools: their signatures, and 3 more without a system message; the end of a text counts.
        { Body([Hi], Weather), s_hi + N(WeatherSignature) + 3, 2 },
        { Body([Brief, Hi], Weather), s_system + s_hi + N(WeatherSignature), 2 },
        { Body([Hi], Strict), s_hi + N(WeatherSignature) + 3 - 7, 2 },
        { Body([Hi], Several), s_hi + N(SeveralSignature) + 3, 2 },
        { Body([Hi], Weather + ",\"tool_choice\":\"none\""), s_hi + N(WeatherSignature) + 3 + 1, 2 },

        // Calls: 7 around one; 28 around two; a forced one has its name in the prompt.
        { Body([Ask], Weather), s_ask + N(WeatherSignature) + 3, s_name + s_bonn + 7 },
        { Body([AskTwice], Weather), s_askTwice + N(WeatherSignature) + 3, (2 * s_name) + s_bonn + s_paris + 28 },
        { Body([Ask], Weather + ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"get_weather\"}}"), s_ask + N(WeatherSignature) + 3 + s_name + 7, s_bonn },

        // A call and its result as history: 13 around one pair, 34 around two.
        {
            Body([Ask, $$"""{"role":"assistant","content":null,"tool_calls":[{{s_call}}]}""", """{"role":"tool","tool_call_id":"call_a","content":"14"}"""], Weather),
            s_ask + N(WeatherSignature) + 3 + (2 * s_name) + s_bonn + N("14") + 13, N("get_weather returned: 14") + 1
        },
        {
            Body(
                [
                    AskTwice, $$"""{"role":"assistant","content":null,"tool_calls":[{{s_call}},{{s_call.Replace("call_a", "call_b", StringComparison.Ordinal).Replace("Bonn", "Paris", StringComparison.Ordinal)}}]}""",
                    """{"role":"tool","tool_call_id":"call_b","content":"15"}""", """{"role":"tool","tool_call_id":"call_a","content":"14"}""",
                ],
                Weather),
            s_askTwice + N(WeatherSignature) + 3 + (4 * s_name) + s_bonn + s_paris + N("14") + N("15") + 34, N("get_weather returned: 15\nget_weather returned: 14") + 1
        },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Usage_follows_the_measured_formula(string body, int prompt, int completion)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        var usage = (await caller.ChatAsync(body)).Json["usage"]!;

        Assert.Equal(prompt, usage["prompt_tokens"]!.GetValue<int>());
        Assert.Equal(completion, usage["completion_tokens"]!.GetValue<int>());
        Assert.Equal(prompt + completion, usage["total_tokens"]!.GetValue<int>());
    }

    private static int N(string text) => O200k.Count(text);

    private static string Body(string[] messages, string? fields = null) => $$"""{"model":"gpt-4o-mini","messages":[{{string.Join(',', messages)}}]{{(fields is null ? "" : "," + fields)}}}""";
}
