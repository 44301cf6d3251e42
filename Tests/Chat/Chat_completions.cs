using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Chat;

/// <summary>What a region answers to <c>POST /chat/completions</c>, whole.</summary>
public sealed class Chat_completions
{
    private const string Weather =
        """{"type":"function","function":{"name":"get_weather","description":"Weather of a city","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}}""";

    private const string Time = """{"type":"function","function":{"name":"get_time","description":"Time of day","parameters":{"type":"object","properties":{}}}}""";

    private static readonly KeyValuePair<string, string?> s_openAI = new("Region:Flavor", "OpenAI");

    [Fact]
    public async Task OpenAI_flavor_answers_in_its_own_order_and_indented()
    {
        await using var region = await Nodes.StartRegionAsync(settings: [s_openAI]);
        using var caller = new Caller(region.Url);

        var answer = await caller.ChatAsync("""{"model":"gpt-4o-mini","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"My name is Ada."}]}""", "v1");

        Assert.Equal(200, answer.Status);
        Golden.AssertSame(
            """
            {"id":"chatcmpl-ID","object":"chat.completion","created":0,"model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,"message":{"role":"assistant",
            "content":"Noted: \"My name is Ada.\" (This is the first message that I see from you.)","refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],
            "usage":{"prompt_tokens":19,"completion_tokens":21,"total_tokens":40,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},
            "completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}},
            "service_tier":"default","system_fingerprint":"fp_c843485c72"}
            """,
            answer.Text);
        Assert.StartsWith("{\n  \"id\": \"chatcmpl-", answer.Text, StringComparison.Ordinal);
        Assert.EndsWith("\n}", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Azure_flavor_answers_by_the_alphabet_in_one_line()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        var answer = await caller.ChatAsync("""{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Say exactly: Hi there."}]}""");

        Assert.Equal(
            """{"choices":[{"content_filter_results":{"hate":{"filtered":false,"severity":"safe"},"self_harm":{"filtered":false,"severity":"safe"},"sexual":{"filtered":false,"severity":"safe"},"violence":{"filtered":false,"severity":"safe"}},"finish_reason":"stop","index":0,"logprobs":null,"message":{"content":"Hi there.","refusal":null,"role":"assistant"}}],"created":0,"id":"chatcmpl-ID","model":"gpt-4o-mini-2024-07-18","object":"chat.completion","prompt_filter_results":[{"prompt_index":0,"content_filter_results":{"hate":{"filtered":false,"severity":"safe"},"jailbreak":{"filtered":false,"detected":false},"self_harm":{"filtered":false,"severity":"safe"},"sexual":{"filtered":false,"severity":"safe"},"violence":{"filtered":false,"severity":"safe"}}}],"system_fingerprint":"fp_c843485c72","usage":{"completion_tokens":3,"completion_tokens_details":{"accepted_prediction_tokens":0,"audio_tokens":0,"reasoning_tokens":0,"rejected_prediction_tokens":0},"prompt_tokens":13,"prompt_tokens_details":{"audio_tokens":0,"cached_tokens":0},"total_tokens":16}}"""
            + "\n",
            Golden.Mask(answer.Text));
        Assert.Equal("gpt-4o-mini", answer.Header("x-ms-deployment-name"));
        Assert.Equal("-1", answer.Header("x-ratelimit-limit-tokens"));
    }

    [Theory]
    [InlineData("Azure", """[{"content_filter_results":{},"finish_reason":"tool_calls","index":0,"logprobs":null,"message":{"content":null,"refusal":null,"role":"assistant","tool_calls":[{"function":{"arguments":"{\"city\":\"Bonn\"}","name":"get_weather"},"id":"call_ID","type":"function"}]}}]""")]
    [InlineData("OpenAI", """[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"call_ID","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Bonn\"}"}}],"refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"tool_calls"}]""")]
    public async Task Call_of_a_tool_takes_the_place_of_the_text(string flavor, string expected)
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:Flavor", flavor)]);
        using var caller = new Caller(region.Url);

        var answer = await caller.ChatAsync($$"""{"model":"gpt-4o-mini","messages":[{"role":"user","content":"What is the weather in Bonn?"}],"tools":[{{Weather}}]}""");

        Golden.AssertSame(expected, answer.Json["choices"]!.ToJsonString());
    }

    [Theory]
    [InlineData("v1", "", null)]
    [InlineData("openai/v1", "", null)]
    [InlineData("api/projects/lab/openai/v1", "", null)]
    [InlineData("openai", "?api-version=2025-04-01-preview", null)]
    [InlineData("openai/deployments/mini", "?api-version=2024-10-21", "mini")]
    public async Task Every_path_leads_to_the_same_model(string family, string query, string? deployment)
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:Deployments:0:Name", "gpt-4o-mini"), new("Region:Deployments:1:Name", "mini"), new("Region:Deployments:1:Model", "gpt-4o")]);
        using var caller = new Caller(region.Url);

        var answer = await caller.SendAsync(HttpMethod.Post, $"{family}/chat/completions{query}", new { model = "gpt-4o-mini", messages = new[] { new { role = "user", content = "Say exactly: Hi" } } });

        Assert.Equal("Hi", answer.ChatText);
        // The path's deployment wins over the body's model.
        Assert.Equal(deployment ?? "gpt-4o-mini", answer.Header("x-ms-deployment-name"));
        Assert.Equal(deployment is null ? "gpt-4o-mini-2024-07-18" : "gpt-4o-2024-07-18", answer.Json["model"]!.GetValue<string>());
    }

    [Fact]
    public async Task Conversation_is_what_the_caller_sends_and_nothing_is_kept()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        await caller.ChatAsync("""{"model":"gpt-4o-mini","messages":[{"role":"user","content":"My name is Ada."}]}""");
        var alone = await caller.ChatAsync("""{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Who am I?"}]}""");
        var whole = await caller.ChatAsync(
            """
            {"model":"gpt-4o-mini","messages":[{"role":"developer","content":[{"type":"text","text":"Be brief."}]},{"role":"user","content":"My name is Ada.","name":"ada"},
            {"role":"assistant","content":"Noted.","refusal":null,"annotations":[]},{"role":"user","content":[{"type":"text","text":"Who am I?"}]}]}
            """);

        Assert.StartsWith("I find nothing about that", alone.ChatText, StringComparison.Ordinal);
        Assert.Contains("Ada", whole.ChatText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Results_of_tools_are_told_under_the_names_of_their_functions()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        var answer = await caller.ChatAsync(
            $$$"""
            {"model":"gpt-4o-mini","tools":[{{{Weather}}}],"messages":[{"role":"user","content":"What is the weather in Bonn?"},
            {"role":"assistant","content":null,"tool_calls":[{"id":"call_a","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Bonn\"}"}}]},
            {"role":"tool","tool_call_id":"call_a","content":"14 degrees"}]}
            """);

        Assert.Equal("get_weather returned: 14 degrees", answer.ChatText);
    }

    [Fact]
    public async Task Image_and_file_are_acknowledged_by_type_and_size()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        var answer = await caller.ChatAsync(
            """
            {"model":"gpt-4o-mini","messages":[{"role":"user","content":[{"type":"text","text":"Look."},
            {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA","detail":"low"}},{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,AAAA"}}]}]}
            """);

        Assert.Equal("I received an image (image/png, 3 bytes), the file a.pdf (application/pdf, 3 bytes).", answer.ChatText);
    }

    [Theory]
    [InlineData("\"auto\"", "get_weather", "tool_calls")]
    [InlineData("\"none\"", null, "stop")]
    [InlineData("\"required\"", "get_weather", "tool_calls")]
    [InlineData("""{"type":"function","function":{"name":"get_time"}}""", "get_time", "stop")]
    [InlineData("""{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[{"type":"function","function":{"name":"get_time"}}]}}""", "get_time", "tool_calls")]
    [InlineData("""{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function","function":{"name":"get_time"}}]}}""", null, "stop")]
    public async Task Tool_choice_decides_what_is_called(string choice, string? called, string finish)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        var answer = await caller.ChatAsync($$"""{"model":"gpt-4o-mini","messages":[{"role":"user","content":"What is the weather in Bonn?"}],"tools":[{{Weather}},{{Time}}],"tool_choice":{{choice}}}""");

        var made = answer.Json["choices"]![0]!;
        Assert.Equal(called, made["message"]!["tool_calls"]?[0]!["function"]!["name"]!.GetValue<string>());
        Assert.Equal(finish, made["finish_reason"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("true", 2)]
    [InlineData("false", 1)]
    public async Task Parallel_tool_calls_decides_how_many_are_made_at_once(string parallel, int calls)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        var answer = await caller.ChatAsync($$"""{"model":"gpt-4o-mini","messages":[{"role":"user","content":"What is the weather in Bonn and Paris?"}],"tools":[{{Weather}}],"parallel_tool_calls":{{parallel}}}""");

        Assert.Equal(calls, answer.Json["choices"]![0]!["message"]!["tool_calls"]!.AsArray().Count);
    }
}
