using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Chat;

/// <summary>How a chat completion ends, what form it has, and what the region notes of it.</summary>
public sealed class Chat_answers
{
    [Theory]
    [InlineData("\"max_completion_tokens\":5", "1, 2,", "length", 5)]
    [InlineData("\"max_tokens\":5", "1, 2,", "length", 5)]
    [InlineData("\"max_tokens\":7", "1, 2, 3", "stop", 7)]
    [InlineData("\"stop\":\", 2\"", "1", "stop", 1)]
    [InlineData("\"stop\":[\"x\",\"3\",\", 2\"]", "1", "stop", 1)]
    [InlineData("\"stop\":null,\"n\":1,\"store\":false,\"seed\":9223372036854775807,\"user\":\"u\",\"metadata\":{\"a\":\"b\"},\"logit_bias\":{},\"modalities\":[\"text\"],\"frequency_penalty\":-2", "1, 2, 3", "stop", 7)]
    public async Task Answer_ends_where_the_caller_says(string setting, string text, string finish, int tokens)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        var answer = await caller.ChatAsync($$"""{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Count to 3"}],{{setting}}}""");

        Assert.Equal(text, answer.ChatText);
        Assert.Equal(finish, answer.Json["choices"]![0]!["finish_reason"]!.GetValue<string>());
        Assert.Equal(tokens, answer.Json["usage"]!["completion_tokens"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("""{"type":"text"}""", "Noted: \"JSON please, my name is Ada\" (This is the first message that I see from you.)")]
    [InlineData("""{"type":"json_object"}""", """{"answer":"Noted: \"JSON please, my name is Ada\" (This is the first message that I see from you.)"}""")]
    [InlineData("""{"type":"json_schema","json_schema":{"name":"person","strict":true,"schema":{"type":"object","properties":{"name":{"type":"string"}},"required":["name"],"additionalProperties":false}}}""", """{"name":"Ada"}""")]
    public async Task Answer_has_the_form_that_was_asked_for(string format, string expected)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        var answer = await caller.ChatAsync($$"""{"model":"gpt-4o-mini","messages":[{"role":"user","content":"JSON please, my name is Ada"}],"response_format":{{format}}}""");

        Assert.Equal(expected, answer.ChatText);
    }

    [Theory]
    [InlineData(false, """[{"index":0,"message":{"role":"assistant","content":null,"refusal":"I won't.","annotations":[]},"logprobs":{"content":null,"refusal":[{"token":"I","logprob":0,"bytes":[73],"top_logprobs":[]},{"token":" won't","logprob":0,"bytes":[32,119,111,110,39,116],"top_logprobs":[]},{"token":".","logprob":0,"bytes":[46],"top_logprobs":[]}]},"finish_reason":"stop"}]""")]
    [InlineData(true, """[{"index":0,"message":{"role":"assistant","content":"Hi","refusal":null,"annotations":[]},"logprobs":{"content":[{"token":"Hi","logprob":0,"bytes":[72,105],"top_logprobs":[{"token":"Hi","logprob":0,"bytes":[72,105]}]}],"refusal":null},"finish_reason":"stop"}]""")]
    public async Task Log_probabilities_are_those_of_the_text_or_of_the_refusal(bool text, string expected)
    {
        var rules = Path.Combine(Scratch.Folder("rules"), "rules.json");
        await File.WriteAllTextAsync(rules, """{"rules":[{"when":{"text":"harm"},"then":{"refuse":"I won't."}}]}""", TestContext.Current.CancellationToken);
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:Flavor", "OpenAI"), new("Region:RulesFile", rules)]);
        using var caller = new Caller(region.Url);

        var answer = await caller.ChatAsync($$"""{"model":"gpt-4o-mini","messages":[{"role":"user","content":"{{(text ? "Say exactly: Hi" : "Do harm")}}"}],"logprobs":true{{(text ? ",\"top_logprobs\":3" : "")}}}""");

        Golden.AssertSame(expected, answer.Json["choices"]!.ToJsonString());
    }

    [Theory]
    [InlineData("OpenAI", "low", false, 64)]
    [InlineData("OpenAI", "high", false, 448)]
    [InlineData("Azure", "low", true, 64)]
    public async Task Reasoning_model_pays_for_its_thoughts_and_shows_none(string flavor, string effort, bool hasLogprobs, int thoughts)
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:Flavor", flavor), new("Region:Deployments:0:Name", "o3-mini")]);
        using var caller = new Caller(region.Url);

        var answer = await caller.ChatAsync($$"""{"model":"o3-mini","messages":[{"role":"user","content":"Say exactly: Hi"}],"reasoning_effort":"{{effort}}"}""");

        Assert.Equal("Hi", answer.ChatText);
        Assert.Equal(thoughts + 1, answer.Json["usage"]!["completion_tokens"]!.GetValue<int>());
        Assert.Equal(thoughts, answer.Json["usage"]!["completion_tokens_details"]!["reasoning_tokens"]!.GetValue<int>());
        Assert.Equal(hasLogprobs, answer.Json["choices"]![0]!.AsObject().ContainsKey("logprobs"));
    }

    [Fact]
    public async Task Reasoning_model_that_must_stop_thinking_says_nothing()
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:Deployments:0:Name", "o3-mini")]);
        using var caller = new Caller(region.Url);

        var answer = await caller.ChatAsync("""{"model":"o3-mini","messages":[{"role":"user","content":"Say exactly: Hi"}],"max_completion_tokens":60}""");

        Assert.Equal("", answer.ChatText);
        Assert.Equal("length", answer.Json["choices"]![0]!["finish_reason"]!.GetValue<string>());
        Assert.Equal(60, answer.Json["usage"]!["completion_tokens"]!.GetValue<int>());
    }

    [Fact]
    public async Task Fingerprint_stays_as_long_as_region_and_model_do()
    {
        await using var east = await Nodes.StartRegionAsync("eastus2");
        await using var west = await Nodes.StartRegionAsync("westus");
        using var eastCaller = new Caller(east.Url);
        using var westCaller = new Caller(west.Url);
        const string Body = """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hi"}]}""";

        var first = (await eastCaller.ChatAsync(Body)).Json["system_fingerprint"]!.GetValue<string>();

        Assert.Equal(first, (await eastCaller.ChatAsync(Body)).Json["system_fingerprint"]!.GetValue<string>());
        Assert.NotEqual(first, (await westCaller.ChatAsync(Body)).Json["system_fingerprint"]!.GetValue<string>());
    }

    [Fact]
    public async Task Completion_is_entered_in_the_journal_and_the_ledger()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        var made = await caller.ChatAsync("""{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hi"}]}""");

        Assert.Equal(made.Id, (await caller.GetAsync("_emulator/journal")).Json[0]!["made"]!.GetValue<string>());
        Assert.True((await caller.GetAsync($"_emulator/ids/{made.Id}")).Json["minted_here"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Quota_counts_prompts_and_completions()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        const string Body = """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Say exactly: Hi there."}]}""";
        await caller.SendAsync(HttpMethod.Put, "_emulator/deployments/gpt-4o-mini/limits", """{"tokens_per_minute":40}""");

        var first = await caller.ChatAsync(Body);
        var second = await caller.ChatAsync(Body);
        var third = await caller.ChatAsync(Body);

        // A prompt of 13, an answer of 3, another prompt of 13.
        Assert.Equal("27", first.Header("x-ratelimit-remaining-tokens"));
        Assert.Equal("11", second.Header("x-ratelimit-remaining-tokens"));
        Assert.Equal(429, third.Status);
        Assert.Equal("RateLimitReached", third.Json["error"]!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task Conversation_sent_again_is_found_in_the_prompt_cache()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var lengthy = string.Join(' ', Enumerable.Repeat("word", 2000));

        var first = await caller.ChatAsync(new { model = "gpt-4o-mini", messages = new[] { new { role = "user", content = lengthy } } });
        var second = await caller.ChatAsync(new { model = "gpt-4o-mini", messages = new[] { new { role = "user", content = lengthy }, new { role = "assistant", content = "Noted." }, new { role = "user", content = "Hi" } } });

        Assert.Equal(0, Cached(first));
        // 3 + 4 + 2000 tokens in steps of 128.
        Assert.Equal(1920, Cached(second));
    }

    private static int Cached(Answer answer) => answer.Json["usage"]!["prompt_tokens_details"]!["cached_tokens"]!.GetValue<int>();
}
