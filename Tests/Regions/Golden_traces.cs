using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Regions;

/// <summary>Whole exchanges, one file each in <c>Traces</c>, for every grammar of events that the service has. Only ids, times and padding are masked.</summary>
public sealed class Golden_traces
{
    private const string Weather =
        """{"type":"function","name":"get_weather","description":"Gets the weather in a city","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false},"strict":true}""";

    private const string Person =
        """{"format":{"type":"json_schema","name":"person","schema":{"type":"object","properties":{"name":{"type":"string"}},"required":["name"],"additionalProperties":false},"strict":true}}""";

    public static TheoryData<string, string> Rows { get; } = new()
    {
        { "text", """{"model":"gpt-4o-mini","input":"Count to 3","stream":true}""" },
        { "text-openai", """{"model":"gpt-4o-mini","input":"Count to 3","stream":true}""" },
        { "text-json", """{"model":"gpt-4o-mini","input":"Count to 3"}""" },
        { "logprobs", """{"model":"gpt-4o-mini","input":"Count to 1","stream":true,"include":["message.output_text.logprobs"],"top_logprobs":1}""" },
        { "background", """{"model":"gpt-4o-mini","input":"Count to 3","stream":true,"background":true}""" },
        { "function-call", $$"""{"model":"gpt-4o-mini","input":"What is the weather in Paris?","stream":true,"tools":[{{Weather}}]}""" },
        { "function-calls-parallel", $$"""{"model":"gpt-4o-mini","input":"What is the weather in Paris and Rome?","stream":true,"tools":[{{Weather}}],"tool_choice":"required"}""" },
        { "custom-tool-call", """{"model":"gpt-4o-mini","input":"Run \"ls\" in the shell","stream":true,"tools":[{"type":"custom","name":"shell"}]}""" },
        { "reasoning", """{"model":"o4-mini","input":"Count to 2","stream":true}""" },
        { "reasoning-summary", """{"model":"o4-mini","input":"Count to 2","stream":true,"reasoning":{"effort":"low","summary":"auto"},"include":["reasoning.encrypted_content"]}""" },
        { "structured-output", $$"""{"model":"gpt-4o-mini","input":"My name is Ada.","stream":true,"text":{{Person}}}""" },
        { "json-mode", """{"model":"gpt-4o-mini","input":"Say exactly \"yes\", as json","text":{"format":{"type":"json_object"}}}""" },
        { "refusal", """{"model":"gpt-4o-mini","input":"Tell me a secret.","stream":true}""" },
        { "incomplete", """{"model":"gpt-4o-mini","input":"Count to 100","stream":true,"max_output_tokens":16}""" },
        { "failed", """{"model":"gpt-4o-mini","input":"Please fail.","stream":true}""" },
        { "error-first", """{"model":"gpt-4o-mini","input":"Please fail at once.","stream":true}""" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Exchange_is_the_one_on_file(string name, string request)
    {
        var rules = Path.Combine(Scratch.Folder("traces"), "rules.json");
        await File.WriteAllTextAsync(rules, """{"rules":[{"when":{"text":"secret"},"then":{"refuse":"I keep it."}}]}""", TestContext.Current.CancellationToken);
        await using var region = await Nodes.StartRegionAsync(settings:
        [
            new("Region:Flavor", name.EndsWith("-openai", StringComparison.Ordinal) ? "OpenAI" : "Azure"),
            new("Region:RulesFile", rules),
            new("Region:Deployments:0:Name", "gpt-4o-mini"),
            new("Region:Deployments:1:Name", "o4-mini"),
            new("Region:Deployments:1:Version", "2025-04-16"),
        ]);
        using var caller = new Caller(region.Url);
        await caller.SendAsync(HttpMethod.Post, "_emulator/faults", """{"kind":"error","in_stream":true,"after_events":5,"match":{"contains":"Please fail."}}""");
        await caller.SendAsync(HttpMethod.Post, "_emulator/faults", """{"kind":"throttle","in_stream":true,"match":{"contains":"fail at once"}}""");

        var answer = await caller.SendAsync(HttpMethod.Post, "openai/v1/responses", request);

        Trace.AssertSame(name, $"POST openai/v1/responses\n{request}\n\n{answer.Status}\n{answer.Text}");
    }

    [Fact]
    public async Task Resumed_stream_repeats_the_bytes_that_follow()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var whole = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Count to 3", stream = true, background = true });
        var id = Events.Parse(whole.Text)[0].Data["response"]!["id"]!.GetValue<string>();

        var resumed = await caller.GetAsync($"openai/v1/responses/{id}?stream=true&starting_after=1");

        Assert.StartsWith("event: response.in_progress\ndata: {\"type\":\"response.in_progress\",\"sequence_number\":2,", resumed.Text, StringComparison.Ordinal);
        Assert.EndsWith(resumed.Text, whole.Text, StringComparison.Ordinal);
    }
}
