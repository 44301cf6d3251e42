using System.ClientModel;
using System.Text;
using OpenAI;
using OpenAI.Chat;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Chat;

/// <summary>What a region streams to <c>POST /chat/completions</c>, byte by byte but for ids, times and padding.</summary>
public sealed class Chat_streaming
{
    private const string Weather =
        """{"type":"function","function":{"name":"get_weather","description":"Weather of a city","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}}""";

    // What every event of a flavour has around what is new in it.
    private const string OpenAIHead = """{"id":"chatcmpl-ID","object":"chat.completion.chunk","created":0,"model":"gpt-4o-mini-2024-07-18","service_tier":"default","system_fingerprint":"fp_c843485c72",""";
    private const string AzureTail = ""","created":0,"id":"chatcmpl-ID","model":"gpt-4o-mini-2024-07-18","object":"chat.completion.chunk","system_fingerprint":"fp_c843485c72""";

    private const string AzureFirst =
        """{"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":[{"prompt_index":0,"content_filter_results":{"hate":{"filtered":false,"severity":"safe"},"jailbreak":{"filtered":false,"detected":false},"self_harm":{"filtered":false,"severity":"safe"},"sexual":{"filtered":false,"severity":"safe"},"violence":{"filtered":false,"severity":"safe"}}}]}""";

    private const string Safe = """{"hate":{"filtered":false,"severity":"safe"},"self_harm":{"filtered":false,"severity":"safe"},"sexual":{"filtered":false,"severity":"safe"},"violence":{"filtered":false,"severity":"safe"}}""";

    [Fact]
    public async Task OpenAI_flavor_streams_a_text_with_padding_and_usage()
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:Flavor", "OpenAI")]);
        using var caller = new Caller(region.Url);

        var answer = await caller.ChatAsync("""{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Say exactly: Hi there"}],"stream":true,"stream_options":{"include_usage":true}}""", "v1");

        Golden.AssertSameStream(
            $$$"""
            {{{OpenAIHead}}}"choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}],"usage":null,"obfuscation":"PAD"}
            {{{OpenAIHead}}}"choices":[{"index":0,"delta":{"content":"Hi"},"logprobs":null,"finish_reason":null}],"usage":null,"obfuscation":"PAD"}
            {{{OpenAIHead}}}"choices":[{"index":0,"delta":{"content":" there"},"logprobs":null,"finish_reason":null}],"usage":null,"obfuscation":"PAD"}
            {{{OpenAIHead}}}"choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":null,"obfuscation":"PAD"}
            {{{OpenAIHead}}}"choices":[],"usage":{"prompt_tokens":12,"completion_tokens":2,"total_tokens":14,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}},"obfuscation":"PAD"}
            [DONE]
            """,
            answer.Text);
    }

    [Fact]
    public async Task Azure_flavor_streams_its_verdict_first_and_no_padding()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        var answer = await caller.ChatAsync("""{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Say exactly: Hi there"}],"stream":true,"stream_options":{"include_usage":true}}""");

        Golden.AssertSameStream(
            $$$"""
            {{{AzureFirst}}}
            {"choices":[{"content_filter_results":{},"delta":{"content":"","refusal":null,"role":"assistant"},"finish_reason":null,"index":0,"logprobs":null}]{{{AzureTail}}}","usage":null}
            {"choices":[{"content_filter_results":{{{Safe}}},"delta":{"content":"Hi"},"finish_reason":null,"index":0,"logprobs":null}]{{{AzureTail}}}","usage":null}
            {"choices":[{"content_filter_results":{{{Safe}}},"delta":{"content":" there"},"finish_reason":null,"index":0,"logprobs":null}]{{{AzureTail}}}","usage":null}
            {"choices":[{"content_filter_results":{},"delta":{},"finish_reason":"stop","index":0,"logprobs":null}]{{{AzureTail}}}","usage":null}
            {"choices":[]{{{AzureTail}}}","usage":{"completion_tokens":2,"completion_tokens_details":{"accepted_prediction_tokens":0,"audio_tokens":0,"reasoning_tokens":0,"rejected_prediction_tokens":0},"prompt_tokens":12,"prompt_tokens_details":{"audio_tokens":0,"cached_tokens":0},"total_tokens":14}}
            [DONE]
            """,
            answer.Text);
    }

    [Fact]
    public async Task Only_call_begins_with_the_message()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        var answer = await caller.ChatAsync($$"""{"model":"gpt-4o-mini","messages":[{"role":"user","content":"What is the weather in Paris?"}],"stream":true,"tools":[{{Weather}}]}""");

        Golden.AssertSameStream(
            $$$"""
            {{{AzureFirst}}}
            {"choices":[{"content_filter_results":{},"delta":{"content":null,"refusal":null,"role":"assistant","tool_calls":[{"function":{"arguments":"","name":"get_weather"},"id":"call_ID","index":0,"type":"function"}]},"finish_reason":null,"index":0,"logprobs":null}]{{{AzureTail}}}"}
            {"choices":[{"content_filter_results":{},"delta":{"tool_calls":[{"function":{"arguments":"{\""},"index":0}]},"finish_reason":null,"index":0,"logprobs":null}]{{{AzureTail}}}"}
            {"choices":[{"content_filter_results":{},"delta":{"tool_calls":[{"function":{"arguments":"city"},"index":0}]},"finish_reason":null,"index":0,"logprobs":null}]{{{AzureTail}}}"}
            {"choices":[{"content_filter_results":{},"delta":{"tool_calls":[{"function":{"arguments":"\":\""},"index":0}]},"finish_reason":null,"index":0,"logprobs":null}]{{{AzureTail}}}"}
            {"choices":[{"content_filter_results":{},"delta":{"tool_calls":[{"function":{"arguments":"Paris"},"index":0}]},"finish_reason":null,"index":0,"logprobs":null}]{{{AzureTail}}}"}
            {"choices":[{"content_filter_results":{},"delta":{"tool_calls":[{"function":{"arguments":"\"}"},"index":0}]},"finish_reason":null,"index":0,"logprobs":null}]{{{AzureTail}}}"}
            {"choices":[{"content_filter_results":{},"delta":{},"finish_reason":"tool_calls","index":0,"logprobs":null}]{{{AzureTail}}}"}
            [DONE]
            """,
            answer.Text);
    }

    [Fact]
    public async Task Several_calls_begin_one_by_one_after_the_message()
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:Flavor", "OpenAI")]);
        using var caller = new Caller(region.Url);
        const string Stream = "\"stream\":true,\"stream_options\":{\"include_obfuscation\":false}";

        var answer = await caller.ChatAsync($$"""{"model":"gpt-4o-mini","messages":[{"role":"user","content":"What is the weather in Rome and Paris?"}],{{Stream}},"tools":[{{Weather}}]}""", "v1");

        string Event(string delta, string finish = "null") => $$"""{{OpenAIHead}}"choices":[{"index":0,"delta":{{delta}},"logprobs":null,"finish_reason":{{finish}}}]}""";
        string Token(int call, string text) => Event($$$"""{"tool_calls":[{"index":{{{call}}},"function":{"arguments":"{{{text}}}"}}]}""");
        string Header(int call) => Event($$$"""{"tool_calls":[{"index":{{{call}}},"id":"call_ID","type":"function","function":{"name":"get_weather","arguments":""}}]}""");
        Golden.AssertSameStream(
            string.Join(
                '\n',
                [
                    Event("""{"role":"assistant","content":null}"""),
                    Header(0), .. new[] { "{\\\"", "city", "\\\":\\\"", "Rome", "\\\"}" }.Select(text => Token(0, text)),
                    Header(1), .. new[] { "{\\\"", "city", "\\\":\\\"", "Paris", "\\\"}" }.Select(text => Token(1, text)),
                    Event("{}", "\"tool_calls\""), "[DONE]",
                ]),
            answer.Text);
    }

    [Theory]
    [InlineData("OpenAI", "", true)]
    [InlineData("OpenAI", "\"include_obfuscation\":false", false)]
    [InlineData("Azure", "", false)]
    [InlineData("Azure", "\"include_obfuscation\":true", true)]
    public async Task Padding_makes_each_line_one_longer_than_a_multiple_of_16(string flavor, string option, bool padded)
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:Flavor", flavor)]);
        using var caller = new Caller(region.Url);

        var answer = await caller.ChatAsync($$$"""{"model":"gpt-4o-mini","messages":[{"role":"user","content":"naïve café 🧑‍🚀 日本語"}],"stream":true,"stream_options":{ {{{option}}} }}""");

        Assert.Equal(padded, answer.Text.Contains("obfuscation", StringComparison.Ordinal));
        if (padded)
            Assert.All(answer.Text.Split("\n\n").Where(line => line.Contains("chat.completion.chunk", StringComparison.Ordinal)), line => Assert.Equal(1, line["data: ".Length..].EnumerateRunes().Count() % 16));
    }

    [Theory]
    [InlineData("Azure")]
    [InlineData("OpenAI")]
    public async Task Official_client_streams_tool_calls_over_several_turns(string flavor)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:Flavor", flavor)]);
        var client = new ChatClient("gpt-4o-mini", new ApiKeyCredential(Nodes.ApiKey), new OpenAIClientOptions { Endpoint = new Uri($"{region.Url}/openai/v1/") });
        var options = new ChatCompletionOptions { Tools = { ChatTool.CreateFunctionTool("get_weather", "Weather of a city", BinaryData.FromString("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}""")) } };
        List<ChatMessage> messages = [new SystemChatMessage("Be brief."), new UserChatMessage("What is the weather in Bonn and Paris?")];

        Dictionary<int, (string Id, string Name, StringBuilder Arguments)> calls = [];
        var (finish, tokens) = (default(ChatFinishReason?), 0);
        await foreach (var update in client.CompleteChatStreamingAsync(messages, options, cancel))
        {
            foreach (var call in update.ToolCallUpdates)
            {
                if (call.ToolCallId is { } id)
                    calls[call.Index] = (id, call.FunctionName, new());
                calls[call.Index].Arguments.Append(call.FunctionArgumentsUpdate);
            }

            (finish, tokens) = (update.FinishReason ?? finish, update.Usage?.TotalTokenCount ?? tokens);
        }

        Assert.Equal(ChatFinishReason.ToolCalls, finish);
        Assert.True(tokens > 0);
        Assert.Equal("get_weather {\"city\":\"Bonn\"}, get_weather {\"city\":\"Paris\"}", string.Join(", ", calls.Values.Select(call => $"{call.Name} {call.Arguments}")));

        messages.Add(new AssistantChatMessage(calls.Values.Select(call => ChatToolCall.CreateFunctionToolCall(call.Id, call.Name, BinaryData.FromString(call.Arguments.ToString())))));
        messages.AddRange(calls.Values.Select((call, index) => new ToolChatMessage(call.Id, $"{14 + index} degrees")));
        var text = new StringBuilder();
        await foreach (var update in client.CompleteChatStreamingAsync(messages, options, cancel))
            text.AppendJoin("", update.ContentUpdate.Select(part => part.Text));

        Assert.Equal("get_weather returned: 14 degrees\nget_weather returned: 15 degrees", text.ToString());
        messages.AddRange([new AssistantChatMessage(text.ToString()), new UserChatMessage("Say exactly: bye")]);
        ChatCompletion last = await client.CompleteChatAsync(messages, options, cancel);
        Assert.Equal("bye", last.Content[0].Text);
        Assert.Equal(ChatFinishReason.Stop, last.FinishReason);
    }
}
