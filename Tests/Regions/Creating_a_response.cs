using SessionAware.FakeResponsesBackend.Tokens;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Regions;

/// <summary>What a region answers to <c>POST /responses</c>, whole.</summary>
public sealed class Creating_a_response
{
    [Fact]
    public async Task Answer_has_every_field_of_the_service()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        var answer = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "My name is Ada.", metadata = new { lab = "1" }, temperature = 0.5 });

        Assert.Equal(200, answer.Status);
        Golden.AssertSame(
            """
            {"id":"resp_ID","object":"response","created_at":0,"status":"completed","background":false,"completed_at":0,"error":null,"frequency_penalty":0,
            "incomplete_details":null,"instructions":null,"max_output_tokens":null,"max_tool_calls":null,"model":"gpt-4o-mini",
            "output":[{"type":"message","id":"msg_ID","status":"completed","content":[{"type":"output_text","annotations":[],"logprobs":[],
            "text":"Noted: \"My name is Ada.\" (This is the first message that I see from you.)"}],"role":"assistant"}],
            "parallel_tool_calls":true,"presence_penalty":0,"previous_response_id":null,"prompt_cache_key":null,"prompt_cache_retention":"in_memory",
            "reasoning":{"context":null,"effort":null,"summary":null},"safety_identifier":null,"service_tier":"default","store":true,"temperature":0.5,
            "text":{"format":{"type":"text"},"verbosity":"medium"},"tool_choice":"auto","tools":[],"top_logprobs":0,"top_p":1,"truncation":"disabled",
            "usage":{"input_tokens":12,"input_tokens_details":{"cached_tokens":0,"cache_write_tokens":0},"output_tokens":22,
            "output_tokens_details":{"reasoning_tokens":0},"total_tokens":34},"user":null,"metadata":{"lab":"1"},
            "content_filters":[
            {"blocked":false,"source_type":"prompt","content_filter_raw":[],"content_filter_results":{"hate":{"filtered":false,"severity":"safe"},
            "sexual":{"filtered":false,"severity":"safe"},"self_harm":{"filtered":false,"severity":"safe"},"violence":{"filtered":false,"severity":"safe"},
            "jailbreak":{"filtered":false,"detected":false}},"content_filter_offsets":{"start_offset":0,"end_offset":15,"check_offset":0}},
            {"blocked":false,"source_type":"completion","content_filter_raw":[],"content_filter_results":{"hate":{"filtered":false,"severity":"safe"},
            "sexual":{"filtered":false,"severity":"safe"},"self_harm":{"filtered":false,"severity":"safe"},"violence":{"filtered":false,"severity":"safe"},
            "protected_material_text":{"filtered":false,"detected":false},"protected_material_code":{"filtered":false,"detected":false}},
            "content_filter_offsets":{"start_offset":0,"end_offset":73,"check_offset":0}}]}
            """,
            answer.Text);
    }

    [Fact]
    public async Task Retrieved_response_is_the_created_one()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var created = await caller.SayAsync("My name is Ada.");

        var retrieved = await caller.GetAsync($"openai/v1/responses/{created.Id}");

        Assert.Equal(created.Text, retrieved.Text);
    }

    [Fact]
    public async Task Padding_makes_each_delta_a_multiple_of_16_unless_declined()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        var padded = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Explain photosynthesis.", stream = true });
        var plain = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Hi", stream = true, stream_options = new { include_obfuscation = false } });

        var deltas = Events.Parse(padded.Text).Where(item => item.Type == "response.output_text.delta").ToList();
        Assert.NotEmpty(deltas);
        Assert.All(deltas, item => Assert.Equal(0, (item.Data["delta"]!.GetValue<string>().Length + item.Data["obfuscation"]!.GetValue<string>().Length) % 16));
        Assert.DoesNotContain("obfuscation", plain.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("naïve café 🧑‍🚀 日本語 — ±½")]
    [InlineData("\"quotes\" \\ back\nnew line\ttab")]
    public async Task Deltas_joined_are_the_text_whatever_its_characters(string told)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        var answer = await caller.CreateAsync(new { model = "gpt-4o-mini", input = told, stream = true });

        var events = Events.Parse(answer.Text);
        var joined = string.Concat(events.Where(item => item.Type == "response.output_text.delta").Select(item => item.Data["delta"]!.GetValue<string>()));
        Assert.Contains(told, joined, StringComparison.Ordinal);
        Assert.Equal(joined, events[^1].Data["response"]!["output"]![0]!["content"]![0]!["text"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Answer_is_cut_at_max_output_tokens(bool stream)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        var answer = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Count to 1000", max_output_tokens = 20, stream });

        var response = stream ? Events.Parse(answer.Text)[^1] is ("response.incomplete", var data) ? data["response"]! : null : answer.Json;
        Assert.NotNull(response);
        Assert.Equal("incomplete", response["status"]!.GetValue<string>());
        Assert.Equal("max_output_tokens", response["incomplete_details"]!["reason"]!.GetValue<string>());
        Assert.Equal("incomplete", response["output"]![0]!["status"]!.GetValue<string>());
        Assert.Equal(20, response["usage"]!["output_tokens"]!.GetValue<int>());
        Assert.Equal("1, 2, 3, 4, 5, 6, 7,", response["output"]![0]!["content"]![0]!["text"]!.GetValue<string>());
        Assert.Null(response["completed_at"]);
    }

    [Fact]
    public async Task Answer_that_was_cut_counts_as_history_by_its_text()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        var cut = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Count to 1000", max_output_tokens = 20 });
        var next = await caller.SayAsync("Hi", cut.Id);

        Assert.Equal(Usage(cut, "input_tokens") + (4 + O200k.Count(cut.OutputText)) + (4 + 1), Usage(next, "input_tokens"));
    }

    [Fact]
    public async Task Character_of_several_tokens_counts_for_all_of_them()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        var first = await caller.SayAsync("𓀀𓀁𓀂 🧑‍🚀");
        var second = await caller.SayAsync("Hi", first.Id);

        // What the next turn's prompt holds of the answer is what the answer cost, less its end token.
        Assert.Equal(Usage(first, "input_tokens") + 4 + Usage(first, "output_tokens") - 1 + 4 + 1, Usage(second, "input_tokens"));
        Assert.Equal(4 + O200k.Count(first.OutputText), 4 + Usage(first, "output_tokens") - 1);
    }

    [Fact]
    public async Task Long_run_without_a_break_is_counted_in_slices()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        var answer = await caller.SayAsync(new string('x', 1_000_000));

        Assert.Equal(200, answer.Status);
        Assert.Contains(new string('x', 1_000_000), answer.OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Usage_counts_instructions_history_and_input()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        var first = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "My name is Ada.", instructions = "Be brief." });
        var second = await caller.SayAsync("Hi", first.Id);

        // 3 for the request and 4 for each message, as measured: "Be brief." is 3 tokens, "My name is Ada." 5, "Hi" 1; instructions are not carried over.
        Assert.Equal(3 + (4 + 3) + (4 + 5), Usage(first, "input_tokens"));
        Assert.Equal(3 + (4 + 5) + (4 + Usage(first, "output_tokens") - 1) + (4 + 1), Usage(second, "input_tokens"));
    }

    private static int Usage(Answer answer, string name) => answer.Json["usage"]![name]!.GetValue<int>();
}
