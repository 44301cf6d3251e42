using System.Text.Json.Nodes;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Regions;

/// <summary>When the emulated model calls the caller's tools, and what it does with their outputs.</summary>
public sealed class Tool_calls
{
    private const string Weather = """{"type":"function","name":"get_weather","description":"Gets the weather in a city","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}""";
    private const string Time = """{"type":"function","name":"get_time","description":"Tells the local time","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}""";
    private const string Shell = """{"type":"custom","name":"shell","description":"Runs a command"}""";

    [Theory]
    [InlineData("What is the weather in Paris?", "\"auto\"", "get_weather Paris")]
    [InlineData("What is the weather in Paris and in New York, and what time is it there?", "\"auto\"", "get_weather Paris, get_weather New York, get_time Paris, get_time New York")]
    [InlineData("My name is Ada.", "\"auto\"", "")]
    [InlineData("What is the weather in Paris?", "\"none\"", "")]
    [InlineData("My name is Ada.", "\"required\"", "get_weather Ada")]
    [InlineData("What is the weather in Paris?", """{"type":"function","name":"get_time"}""", "get_time Paris")]
    [InlineData("What is the weather in Paris?", """{"type":"allowed_tools","mode":"auto","tools":[{"type":"function","name":"get_time"}]}""", "")]
    [InlineData("What is the weather in Paris?", """{"type":"allowed_tools","mode":"required","tools":[{"type":"function","name":"get_time"}]}""", "get_time Paris")]
    [InlineData("Run \"ls -l\" in the shell", "\"auto\"", "shell ls -l")]
    [InlineData("What is the weather in Paris?", """{"type":"custom","name":"shell"}""", "shell What is the weather in Paris?")]
    public async Task Model_calls_what_the_message_is_about_within_the_choice(string said, string choice, string expected)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        var answer = await caller.SendAsync(
            HttpMethod.Post, "openai/v1/responses",
            $$"""{"model":"gpt-4o-mini","input":{{JsonValue.Create(said).ToJsonString()}},"tools":[{{Weather}},{{Time}},{{Shell}}],"tool_choice":{{choice}}}""");

        Assert.Equal(expected, string.Join(", ", Calls(answer)));
        Assert.Equal(JsonNode.Parse(choice)!.ToJsonString(), answer.Json["tool_choice"]!.ToJsonString());
    }

    [Fact]
    public async Task Calls_come_one_at_a_time_where_parallel_calls_are_declined()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        List<string> made = [];
        object input = "What is the weather in Paris and Rome?";
        string? previous = null;
        Answer answer;
        do
        {
            answer = await caller.CreateAsync(new { model = "gpt-4o-mini", input, previous_response_id = previous, parallel_tool_calls = false, tools = new[] { JsonNode.Parse(Weather) } });
            made.Add(string.Join(", ", Calls(answer)));
            previous = answer.Id;
            input = answer.Json["output"]!.AsArray().Where(item => item!["type"]!.GetValue<string>() == "function_call")
                .Select(call => new { type = "function_call_output", call_id = call!["call_id"]!.GetValue<string>(), output = $"fine for {made.Count}" }).ToArray();
        }
        while (made[^1].Length > 0);

        Assert.Equal(["get_weather Paris", "get_weather Rome", ""], made);
        Assert.Equal("get_weather returned: fine for 1\nget_weather returned: fine for 2", answer.OutputText);
    }

    [Fact]
    public async Task Call_that_comes_back_in_another_layout_is_the_same_call()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        object[] input =
        [
            new { role = "user", content = "What is the weather in Paris?" },
            new { type = "function_call", call_id = "call_1", name = "get_weather", arguments = "{\n  \"city\": \"Paris\"\n}" },
            new { type = "function_call_output", call_id = "call_1", output = "21 degrees" },
        ];

        var answer = await caller.CreateAsync(new { model = "gpt-4o-mini", input, tools = new[] { JsonNode.Parse(Weather) } });

        Assert.Equal("get_weather returned: 21 degrees", answer.OutputText);
    }

    [Fact]
    public async Task Function_without_strict_is_made_strict_where_that_is_possible()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        var answer = await caller.SendAsync(
            HttpMethod.Post, "openai/v1/responses",
            """
            {"model":"gpt-4o-mini","input":"Hi","tools":[
            {"type":"function","name":"loose","parameters":{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer"}},"required":["a"]}},
            {"type":"function","name":"open","parameters":{"type":"object","properties":{},"additionalProperties":{"type":"string"}}},
            {"type":"function","name":"bare","parameters":{}}]}
            """);

        Golden.AssertSame(
            """
            [{"type":"function","description":null,"name":"loose","output_schema":null,"parameters":{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer"}},"required":["a","b"],"additionalProperties":false},"strict":true},
            {"type":"function","description":null,"name":"open","output_schema":null,"parameters":{"type":"object","properties":{},"additionalProperties":{"type":"string"}},"strict":false},
            {"type":"function","description":null,"name":"bare","output_schema":null,"parameters":{"type":"object","properties":{}},"strict":true}]
            """,
            answer.Json["tools"]!.ToJsonString());
    }

    [Theory]
    [InlineData("web_search")]
    [InlineData("file_search")]
    [InlineData("code_interpreter")]
    [InlineData("mcp")]
    [InlineData("image_generation")]
    public async Task Hosted_tool_is_refused(string type)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        var answer = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Hi", tools = new[] { new { type } } });

        Assert.Equal(400, answer.Status);
        Golden.AssertSame($$$"""{"error":{"message":"Hosted tool '{{{type}}}' is not supported with gpt-4o-mini-2024-07-18.","type":"invalid_request_error","param":"tools","code":null}}""", answer.Text);
    }

    private static IEnumerable<string> Calls(Answer answer) => answer.Json["output"]!.AsArray().Select(item => item!["type"]!.GetValue<string>() switch
    {
        "function_call" => $"{item["name"]} {JsonNode.Parse(item["arguments"]!.GetValue<string>())!["city"]}",
        "custom_tool_call" => $"{item["name"]} {item["input"]}",
        _ => "",
    }).Where(call => call.Length > 0);
}
