using Microsoft.Extensions.Options;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Faults;

/// <summary><c>rules.json</c>: a user makes the region's model say anything.</summary>
public sealed class Scripted_rules
{
    private const string Weather = """[{"type":"function","name":"get_weather","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}]""";

    [Theory]
    [InlineData("""{"text":"my dog"}""", "My DOG is Rex.", true)]
    [InlineData("""{"text":"^my dog"}""", "Hi. My dog is Rex.", false)]
    [InlineData("""{"model":"gpt-4o-mini"}""", "Hi", true)]
    [InlineData("""{"model":"o4-mini"}""", "Hi", false)]
    [InlineData("""{"text":"Hi","model":"GPT-4o-mini"}""", "Hi", true)]
    [InlineData("""{"tool":"get_weather"}""", "Hi", false)]
    public async Task Rule_applies_where_all_its_conditions_fit(string when, string told, bool applies)
    {
        await using var region = await StartAsync($$$"""{"when":{{{when}}},"then":{"answer":"Scripted."}}""");
        using var caller = new Caller(region.Url);

        Assert.Equal(applies, (await caller.SayAsync(told)).OutputText == "Scripted.");
    }

    [Fact]
    public async Task Answer_takes_groups_of_the_text_by_number_and_by_name()
    {
        await using var region = await StartAsync("""{"when":{"text":"(\\w+) owes (?<sum>\\d+)"},"then":{"answer":"$1 pays $$${sum}, $2."}}""");
        using var caller = new Caller(region.Url);

        // A named group has a number, too: after the unnamed ones.
        Assert.Equal("Ada pays $20, 20.", (await caller.SayAsync("Ada owes 20")).OutputText);
    }

    [Fact]
    public async Task First_rule_that_fits_wins_and_times_spends_it()
    {
        await using var region = await StartAsync(
            """{"name":"once","when":{"text":"Hi"},"then":{"answer":"First."},"times":1}""", """{"when":{"text":"Hi"},"then":{"answer":"Then."}}""");
        using var caller = new Caller(region.Url);

        Assert.Equal("First.", (await caller.SayAsync("Hi")).OutputText);
        Assert.Equal("Then.", (await caller.SayAsync("Hi")).OutputText);
        await caller.SendAsync(HttpMethod.Post, "_emulator/reset");
        Assert.Equal("First.", (await caller.SayAsync("Hi")).OutputText);
    }

    [Fact]
    public async Task Calls_are_made_with_groups_as_text_and_their_output_picks_the_next_rule()
    {
        await using var region = await StartAsync(
            """{"when":{"text":"weather in (.+)\\?"},"then":{"calls":[{"name":"get_weather","arguments":{"city":"$1","days":[1,"$1"]}},{"name":"log"}]}}""",
            """{"when":{"tool":"get_weather"},"then":{"answer":"Never: the log answers last."}}""",
            """{"when":{"tool":"log","output":"^(.+) logged"},"then":{"answer":"Told: $1."}}""");
        using var caller = new Caller(region.Url);

        var asked = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "What is the weather in \"Paris\"?" });
        var calls = asked.Json["output"]!.AsArray();
        Assert.Equal("""{"city":"\"Paris\"","days":[1,"\"Paris\""]}""", calls[0]!["arguments"]!.GetValue<string>());
        Assert.Equal(("log", "{}"), (calls[1]!["name"]!.GetValue<string>(), calls[1]!["arguments"]!.GetValue<string>()));
        var told = await caller.CreateAsync(new
        {
            model = "gpt-4o-mini",
            previous_response_id = asked.Id,
            input = new[] { new { type = "function_call_output", call_id = calls[0]!["call_id"]!.GetValue<string>(), output = "sunny" }, new { type = "function_call_output", call_id = calls[1]!["call_id"]!.GetValue<string>(), output = "sun logged" } },
        });

        Assert.Equal("Told: sun.", told.OutputText);
    }

    [Fact]
    public async Task Output_that_does_not_fit_leaves_the_answer_to_the_model()
    {
        await using var region = await StartAsync("""{"when":{"tool":"get_weather","output":"rain"},"then":{"answer":"Wet."}}""");
        using var caller = new Caller(region.Url);

        Assert.Equal("get_weather returned: sunny", (await WeatherAsync(caller, "sunny")).OutputText);
        Assert.Equal("Wet.", (await WeatherAsync(caller, "Rainy")).OutputText);
    }

    [Fact]
    public async Task Refusal_is_a_refusal_part()
    {
        await using var region = await StartAsync("""{"when":{"text":"the (\\w+)"},"then":{"refuse":"I keep the $1."}}""");
        using var caller = new Caller(region.Url);

        Golden.AssertSame("""{"type":"refusal","refusal":"I keep the secret."}""", (await caller.SayAsync("Tell me the secret.")).Json["output"]![0]!["content"]![0]!.ToJsonString());
    }

    [Fact]
    public async Task Delay_passes_before_the_first_event_and_the_model_answers_itself()
    {
        var time = new WatchedTime();
        await using var region = await time.StartRegionAsync(("Region:RulesFile", Write("""{"when":{"text":"name"},"then":{"delay_ms":2500}}""")), ("Region:FirstToken", "00:00:01"));
        using var caller = new Caller(region.Url);

        var answering = caller.SayAsync("My name is Ada.");
        var waits = await time.PassUntilAsync(answering);

        Assert.Equal([2500, 1000], waits);
        Assert.StartsWith("Noted:", (await answering).OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reasoning_comes_first_with_what_was_scripted()
    {
        await using var region = await StartAsync("""{"when":{"text":"sum of (\\d+)"},"then":{"reasoning":"I add up $1.","answer":"Done."}}""");
        using var caller = new Caller(region.Url);

        var answer = await caller.CreateAsync(new { model = "o4-mini", input = "The sum of 12?", reasoning = new { summary = "auto" } });

        var output = answer.Json["output"]!.AsArray();
        Assert.Equal(["reasoning", "message"], output.Select(item => item!["type"]!.GetValue<string>()));
        Assert.Equal("I add up 12.", output[0]!["summary"]![0]!["text"]!.GetValue<string>());
        Assert.Equal("Done.", output[1]!["content"]![0]!["text"]!.GetValue<string>());
    }

    [Fact]
    public async Task Every_fault_of_the_file_is_told_at_once_when_the_region_starts()
    {
        var path = Write(
            """{"name":"odd","when":{"text":"("},"then":{"answer":"a","refuse":"b"},"times":0}""",
            """{"when":{},"then":{}}""",
            """{"when":{"output":"[","txt":1},"then":{"delay_ms":-1,"calls":[]}}""",
            """{"when":{"text":7},"then":{"calls":[{"name":""},{"arguments":{}},{"name":"x","arguments":[]}]},"tmes":1}""",
            """{"then":{"answer":"a"}}""",
            "7");

        var invalid = await Assert.ThrowsAsync<OptionsValidationException>(() => Nodes.StartRegionAsync(settings: [new("Region:RulesFile", path)]));

        Assert.Equal(
            [
                "rules[0].when.text is no regular expression: Invalid pattern '(' at offset 1. Not enough )'s.",
                "rules[0].then takes one of answer, calls, refuse.",
                "Invalid 'rules[0].times': integer below minimum value. Expected a value >= 1, but got 0 instead.",
                "rules[1].when needs at least one of text, tool, output, model.",
                "rules[1].then needs one of answer, calls, refuse, reasoning, delay_ms.",
                "Unknown parameter: 'rules[2].when.txt'.",
                "rules[2].when.output needs when.tool.",
                "rules[2].when.output is no regular expression: Invalid pattern '[' at offset 1. Unterminated [] set.",
                "rules[2].then.calls must not be empty.",
                "Invalid 'rules[2].then.delay_ms': integer below minimum value. Expected a value >= 0, but got -1 instead.",
                "Unknown parameter: 'rules[3].tmes'.",
                "Invalid type for 'rules[3].when.text': expected a string, but got an integer instead.",
                "rules[3].then.calls[0].name must not be empty.",
                "Missing required parameter: 'rules[3].then.calls[1].name'.",
                "Invalid type for 'rules[3].then.calls[2].arguments': expected an object, but got an array instead.",
                "Missing required parameter: 'rules[4].when'.",
                "Invalid type for 'rules[5]': expected an object, but got an integer instead.",
            ],
            invalid.Failures.Select(failure => failure.Replace($"Region:RulesFile: {path}: ", "", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("{", "not valid JSON (line 1, byte 2)")]
    [InlineData("[]", "must be an object with 'rules'")]
    [InlineData("{}", "Missing required parameter: 'rules'.")]
    [InlineData("""{"rules":{},"rule":[]}""", "Invalid type for 'rules': expected an array of objects, but got an object instead.")]
    [InlineData("""{"rules":[],"rule":[]}""", "Unknown parameter: 'rule'.")]
    public async Task File_of_another_shape_is_told_too(string text, string fault)
    {
        var path = Path.Combine(Scratch.Folder("rules"), "rules.json");
        await File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);

        var invalid = await Assert.ThrowsAsync<OptionsValidationException>(() => Nodes.StartRegionAsync(settings: [new("Region:RulesFile", path)]));

        Assert.Contains($"Region:RulesFile: {path}: {fault}", invalid.Failures);
    }

    private static async Task<Answer> WeatherAsync(Caller caller, string output)
    {
        var asked = await caller.CreateAsync($$"""{"model":"gpt-4o-mini","input":"What is the weather in Paris?","tools":{{Weather}}}""");
        var callId = asked.Json["output"]![0]!["call_id"]!.GetValue<string>();
        return await caller.CreateAsync(new { model = "gpt-4o-mini", previous_response_id = asked.Id, input = new[] { new { type = "function_call_output", call_id = callId, output } } });
    }

    private static Task<WebNode> StartAsync(params string[] rules) => Nodes.StartRegionAsync(
        settings: [new("Region:RulesFile", Write(rules)), new("Region:Deployments:0:Name", "gpt-4o-mini"), new("Region:Deployments:1:Name", "o4-mini")]);

    private static string Write(params string[] rules)
    {
        var path = Path.Combine(Scratch.Folder("rules"), "rules.json");
        File.WriteAllText(path, $$"""{ "rules": [ {{string.Join(",\n", rules)}}, ] /* as people write it */ }""");
        return path;
    }
}
