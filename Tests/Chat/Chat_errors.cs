using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Chat;

/// <summary>The errors of chat completions, each compared whole with the body that is recorded or reported.</summary>
public sealed class Chat_errors
{
    private const string User = """{"role":"user","content":"Hi"}""";
    private const string Calls = """{"role":"assistant","content":null,"tool_calls":[{"id":"call_a","type":"function","function":{"name":"f","arguments":"{}"}},{"id":"call_b","type":"function","function":{"name":"f","arguments":"{}"}}]}""";
    private const string Tool = """{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{}}}}""";

    /// <summary>The body's fields beside the model; message, parameter and code of the 400.</summary>
    public static TheoryData<string, string, string?, string?> Rows { get; } = new()
    {
        { "", "Missing required parameter: 'messages'.", "messages", "missing_required_parameter" },
        { "\"messages\":[]", "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.", "messages", "empty_array" },
        { "\"messages\":\"Hi\"", "Invalid type for 'messages': expected an array of objects, but got a string instead.", "messages", "invalid_type" },
        { Only("""{"role":"owner","content":"Hi"}"""), "Invalid value: 'owner'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and 'developer'.", "messages[0].role", "invalid_value" },
        { Only("""{"role":"user","content":null}"""), "Invalid value for 'content': expected a string, got null.", "messages.[0].content", null },
        { Only("""{"role":"assistant"}"""), "Invalid value for 'content': expected a string, got null.", "messages.[0].content", null },
        { Only("""{"role":"user","content":7}"""), "Invalid type for 'messages[0].content': expected one of a string or array of objects, but got an integer instead.", "messages[0].content", "invalid_type" },
        { Only("""{"role":"user","content":"Hi","foo":1}"""), "Unknown parameter: 'messages[0].foo'.", "messages[0].foo", "unknown_parameter" },
        { Only("""{"role":"user","content":[{"type":"input_text","text":"Hi"}]}"""), "Invalid value: 'input_text'. Supported values are: 'text', 'image_url', and 'file'.", "messages[0].content[0].type", "invalid_value" },
        { Only("""{"role":"system","content":[{"type":"image_url","image_url":{"url":"https://example.com/a.png"}}]}"""), "Invalid value: 'image_url'. Supported values are: 'text'.", "messages[0].content[0].type", "invalid_value" },
        { Only("""{"role":"user","content":[{"type":"image_url","image_url":{"url":"x"}}]}"""), "Invalid 'messages[0].content[0].image_url.url'. Expected a valid URL, but got a value with an invalid format.", "messages[0].content[0].image_url.url", "invalid_value" },
        { Messages(User, Calls, """{"role":"tool","tool_call_id":"call_b","content":"1"}""", User), "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: call_a", "messages.[3].role", null },
        { Messages(User, Calls, User), "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: call_a, call_b", "messages.[2].role", null },
        { Messages(User, Calls), "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: call_a, call_b", "messages", null },
        { Messages(User, """{"role":"tool","tool_call_id":"call_a","content":"1"}"""), "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.", "messages.[1].role", null },
        { Messages(User, Calls, """{"role":"tool","tool_call_id":"call_c","content":"1"}"""), "Invalid parameter: 'tool_call_id' of 'call_c' not found in 'tool_calls' of previous message.", "messages.[2].tool_call_id", null },
        { Messages(User, Calls, """{"role":"tool","content":"1"}"""), "Missing parameter 'tool_call_id': messages with role 'tool' must have a 'tool_call_id'.", "messages.[2].tool_call_id", null },
        { With("\"tool_choice\":\"auto\""), "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.", "tool_choice", null },
        { With("\"parallel_tool_calls\":true"), "Invalid value for 'parallel_tool_calls': 'parallel_tool_calls' is only allowed when 'tools' are specified.", "parallel_tool_calls", null },
        { With("\"tools\":[]"), "Invalid 'tools': empty array. Expected an array with minimum length 1, but got an empty array instead.", "tools", "empty_array" },
        { With("""
            "tools":[{"type":"function","function":{"name":"f","strict":true,"parameters":{"type":"object","properties":{}}}}]
            """), "Invalid schema for function 'f': In context=(), 'additionalProperties' is required to be supplied and to be false.", "tools[0].function.parameters", "invalid_function_parameters" },
        { With("\"tools\":[{\"type\":\"custom\",\"custom\":{\"name\":\"f\"}}]"), "Unknown parameter: 'tools[0].custom'.", "tools[0].custom", "unknown_parameter" },
        { With($"\"tools\":[{Tool}],\"tool_choice\":\"always\""), "Invalid value: 'always'. Supported values are: 'none', 'auto', and 'required'.", "tool_choice", "invalid_value" },
        { With($$$"""
            "tools":[{{{Tool}}}],"tool_choice":{"type":"function","function":{"name":"g"}}
            """), "Tool choice 'function' not found in 'tools' parameter.", "tool_choice", null },
        { With("""
            "response_format":{"type":"json_schema","json_schema":{"name":"s","strict":true,"schema":{"type":"object"}}}
            """), "Invalid schema for response_format 's': In context=(), 'additionalProperties' is required to be supplied and to be false.", "response_format", null },
        { With("\"response_format\":{\"type\":\"json_object\"}"), "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.", "messages", null },
        { With("\"response_format\":{\"type\":\"xml\"}"), "Invalid value: 'xml'. Supported values are: 'json_object', 'json_schema', and 'text'.", "response_format.type", "invalid_value" },
        { With("\"foo\":1"), "Unrecognized request argument supplied: foo", null, null },
        { With("\"foo\":1,\"bar\":2"), "Unrecognized request arguments supplied: foo, bar", null, null },
        { With("\"reasoning_effort\":\"low\""), "Unrecognized request argument supplied: reasoning_effort", null, null },
        { With("\"functions\":[]"), "Unsupported parameter: 'functions' is not supported with this model.", "functions", "unsupported_parameter" },
        { With("\"logit_bias\":{\"50256\":-100}"), "Unsupported parameter: 'logit_bias' is not supported with this model.", "logit_bias", "unsupported_parameter" },
        { With("\"store\":true"), "Unsupported value: 'store' does not support true with this model. Only the default (false) value is supported.", "store", "unsupported_value" },
        { With("\"n\":2"), "Unsupported value: 'n' does not support 2 with this model. Only the default (1) value is supported.", "n", "unsupported_value" },
        { With("\"max_tokens\":0"), "Invalid 'max_tokens': integer below minimum value. Expected a value >= 1, but got 0 instead.", "max_tokens", "integer_below_min_value" },
        { With("\"max_tokens\":1,\"max_completion_tokens\":1"), "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.", "max_tokens", "invalid_parameter_combination" },
        { With("\"temperature\":2.5"), "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 2.5 instead.", "temperature", "decimal_above_max_value" },
        { With("\"presence_penalty\":-3"), "Invalid 'presence_penalty': decimal below minimum value. Expected a value >= -2, but got -3 instead.", "presence_penalty", "decimal_below_min_value" },
        { With("\"top_logprobs\":2"), "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.", "top_logprobs", null },
        { With("\"logprobs\":true,\"top_logprobs\":21"), "Invalid 'top_logprobs': integer above maximum value. Expected a value <= 20, but got 21 instead.", "top_logprobs", "integer_above_max_value" },
        { With("\"stream_options\":{\"include_usage\":true}"), "The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options", null },
        { With("\"stream\":true,\"stream_options\":{\"foo\":true}"), "Unknown parameter: 'stream_options.foo'.", "stream_options.foo", "unknown_parameter" },
        { With("\"stop\":[\"a\",\"b\",\"c\",\"d\",\"e\"]"), "Invalid 'stop': array too long. Expected an array with maximum length 4, but got an array with length 5 instead.", "stop", "array_above_max_length" },
        { With("\"seed\":1.5"), "Invalid type for 'seed': expected an integer, but got a decimal instead.", "seed", "invalid_type" },
    };

    /// <summary>Fields that a reasoning model does not take.</summary>
    public static TheoryData<string, string, string> ReasoningRows { get; } = new()
    {
        { "\"max_tokens\":10", "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", "unsupported_parameter" },
        { "\"temperature\":0.5", "Unsupported value: 'temperature' does not support 0.5 with this model. Only the default (1) value is supported.", "unsupported_value" },
        { "\"top_p\":0.5", "Unsupported parameter: 'top_p' is not supported with this model.", "unsupported_parameter" },
        { "\"logprobs\":true", "Unsupported parameter: 'logprobs' is not supported with this model.", "unsupported_parameter" },
        { "\"stop\":\"x\"", "Unsupported parameter: 'stop' is not supported with this model.", "unsupported_parameter" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Error_has_its_documented_body(string fields, string message, string? param, string? code)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        var answer = await caller.ChatAsync($$"""{"model":"gpt-4o-mini"{{(fields.Length > 0 ? "," : "")}}{{fields}}}""");

        Assert.Equal(400, answer.Status);
        Assert.Equal($$$"""{"error":{"message":"{{{message}}}","type":"invalid_request_error","param":{{{Quoted(param)}}},"code":{{{Quoted(code)}}}}}""", answer.Text);
    }

    [Theory]
    [MemberData(nameof(ReasoningRows))]
    public async Task Reasoning_model_refuses_what_belongs_to_sampling(string field, string message, string code)
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:Deployments:0:Name", "o3-mini")]);
        using var caller = new Caller(region.Url);

        var answer = await caller.ChatAsync($$"""{"model":"o3-mini",{{With(field)}}}""");

        Assert.Equal(400, answer.Status);
        Assert.Equal($$$"""{"error":{"message":"{{{message}}}","type":"invalid_request_error","param":"{{{field[1..field.IndexOf(':', StringComparison.Ordinal)]}}},"code":"{{{code}}}"}}""", answer.Text);
    }

    [Theory]
    [InlineData("Azure", "openai/v1/chat/completions", """{"messages":[{"role":"user","content":"Hi"}]}""", 400, """{"error":{"message":"Missing required parameter: 'model'.","type":"invalid_request_error","param":"model","code":"missing_required_parameter"}}""")]
    [InlineData("Azure", "openai/v1/chat/completions", """{"model":"gpt-9","messages":[{"role":"user","content":"Hi"}]}""", 404, """{"error":{"code":"DeploymentNotFound","message":"The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again."}}""")]
    [InlineData("OpenAI", "v1/chat/completions", """{"model":"gpt-9","messages":[{"role":"user","content":"Hi"}]}""", 404, """{"error":{"message":"The model `gpt-9` does not exist or you do not have access to it.","type":"invalid_request_error","param":null,"code":"model_not_found"}}""")]
    [InlineData("Azure", "openai/deployments/gpt-9/chat/completions?api-version=2024-10-21", """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hi"}]}""", 404, """{"error":{"code":"DeploymentNotFound","message":"The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again."}}""")]
    [InlineData("Azure", "openai/deployments/gpt-4o-mini/chat/completions", """{"messages":[{"role":"user","content":"Hi"}]}""", 404, """{"error":{"code":"404","message":"Resource not found"}}""")]
    [InlineData("OpenAI", "v1/chat/completions/chatcmpl-x/messages", "{}", 404, """{"error":{"message":"Invalid URL (POST /v1/chat/completions/chatcmpl-x/messages)","type":"invalid_request_error","param":null,"code":null}}""")]
    [InlineData("Azure", "openai/v1/chat/completions", "{", 400, """{"error":{"message":"Invalid body: failed to parse JSON value. Please check the value to ensure it is valid JSON. (Common errors include trailing commas, missing closing brackets, missing quotation marks, etc.)","type":"invalid_request_error","param":null,"code":"invalid_json"}}""")]
    public async Task Wrong_address_or_model_has_the_flavors_own_body(string flavor, string path, string body, int status, string expected)
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:Flavor", flavor)]);
        using var caller = new Caller(region.Url);

        var answer = await caller.SendAsync(HttpMethod.Post, path, body);

        Assert.Equal(status, answer.Status);
        Assert.Equal(expected, answer.Text);
    }

    [Fact]
    public async Task Prompt_longer_than_the_context_is_refused()
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:Deployments:0:ContextWindow", "256")]);
        using var caller = new Caller(region.Url);

        var answer = await caller.ChatAsync(new { model = "gpt-4o-mini", messages = new[] { new { role = "user", content = string.Join(' ', Enumerable.Repeat("word", 250)) } } });

        Assert.Equal(400, answer.Status);
        Assert.Equal(
            """{"error":{"message":"This model's maximum context length is 256 tokens. However, your messages resulted in 257 tokens. Please reduce the length of the messages.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}""",
            answer.Text);
    }

    private static string Only(string message) => Messages(message);

    private static string Messages(params string[] messages) => $"\"messages\":[{string.Join(',', messages)}]";

    private static string With(string fields) => $"{Messages(User)},{fields}";

    private static string Quoted(string? text) => text is null ? "null" : $"\"{text}\"";
}
