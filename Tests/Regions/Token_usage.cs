using System.Text.Json.Nodes;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Regions;

/// <summary>
/// Usage to the token. The numbers follow the formulas that were fitted to recordings of gpt-4o and gpt-4.1 and were counted with another
/// implementation of the encoding than the region's.
/// </summary>
public sealed class Token_usage
{
    private const string Weather =
        """{"type":"function","name":"get_weather","description":"Gets the weather in a city","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false},"strict":true}""";

    private const string Table =
        """{"type":"function","name":"book_table","description":"Books a table","parameters":{"type":"object","properties":{"guests":{"type":"integer","description":"How many come"},"smoking":{"type":"boolean","default":false},"meal":{"type":"string","enum":["lunch","dinner"]},"dishes":{"type":"array","items":{"type":"string"}}},"required":["guests"]},"strict":false}""";

    public static TheoryData<int, string[]> Prompts { get; } = new()
    {
        { 12, ["user:Tell me a joke."] },
        { 14, ["user:Write three haikus about tropical fruit"] },
        { 22, ["system:You are a helpful assistant.", "user:Tell me a joke."] },
        { 8, ["user:Hi"] },
        { 7, ["user:"] },
        { 8, ["user:   "] },
        { 15, ["user:What is 2 + 2?"] },
        { 11, ["user:naïve café"] },
        { 20, ["user:Größe und Maß übersteigen öfters das Übliche."] },
        { 16, ["user:東京の天気はどうですか。"] },
        { 13, ["user:Привет, как дела?"] },
        { 11, ["user:مرحبا بالعالم"] },
        { 13, ["user:🚀🚀🚀"] },
        { 15, ["user:🧑‍🚀 went home"] },
        { 12, ["user:one\ntwo\n\nthree"] },
        { 14, ["user:\ttabs\tand  spaces   here"] },
        { 23, ["user:if (x == null) { return await Task.FromResult(0); }"] },
        { 22, ["user:{\"a\":[1,2,3],\"b\":{\"c\":null}}"] },
        { 19, ["user:https://example.com/a/b?c=d&e=f#g"] },
        { 16, ["user:1234567890 0987654321"] },
        { 14, ["user:3.14159265358979"] },
        { 23, ["developer:Answer in one word.", "user:What is the capital of Norway?"] },
        { 28, ["system:Be brief.", "developer:Use no lists.", "user:Why is the sky blue?"] },
        { 28, ["user:My name is Ada.", "assistant:Hello Ada.", "user:What is my name?"] },
        { 18, ["user:a", "user:b", "user:c"] },
        { 13, ["user:antidisestablishmentarianism"] },
        { 11, ["user:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] },
        { 33, ["user:The quick brown fox jumps over the lazy dog, and the dog does not mind at all because it is asleep in the sun."] },
        { 41, ["system:You translate.", "user:Guten Morgen", "assistant:Good morning", "user:Gute Nacht", "assistant:Good night", "user:Danke"] },
    };

    [Theory]
    [MemberData(nameof(Prompts))]
    public async Task Prompt_costs_three_and_four_more_than_its_text_for_each_message(int expected, string[] messages)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var input = messages.Select(message => new { role = message[..message.IndexOf(':', StringComparison.Ordinal)], content = message[(message.IndexOf(':', StringComparison.Ordinal) + 1)..] });

        var created = await caller.CreateAsync(new { model = "gpt-4o-mini", input });
        var counted = await caller.SendAsync(HttpMethod.Post, "openai/v1/responses/input_tokens", new { model = "gpt-4o-mini", input });

        Assert.Equal(expected, created.Json["usage"]!["input_tokens"]!.GetValue<int>());
        Assert.Equal($$"""{"object":"response.input_tokens","input_tokens":{{expected}}}""", counted.Text);
    }

    [Theory]
    [InlineData(39, $"[{Weather}]", "\"auto\"")]
    [InlineData(67, $"[{Table}]", "\"auto\"")]
    [InlineData(25, """[{"type":"function","name":"now","parameters":{"type":"object","properties":{}},"strict":false}]""", "\"auto\"")]
    [InlineData(88, $"[{Weather},{Table}]", "\"auto\"")]
    [InlineData(48, $"[{Weather}]", "\"required\"")]
    [InlineData(97, $"[{Weather},{Table}]", """{"type":"function","name":"book_table"}""")]
    public async Task Tools_cost_what_their_text_costs(int expected, string tools, string choice)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        var answer = await caller.SendAsync(HttpMethod.Post, "openai/v1/responses", $$"""{"model":"gpt-4o-mini","input":"Hi","tools":{{tools}},"tool_choice":{{choice}}}""");

        Assert.Equal(expected, answer.Json["usage"]!["input_tokens"]!.GetValue<int>());
    }

    [Fact]
    public async Task Call_and_its_output_cost_their_frame_twice_the_name_arguments_and_output()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        var answer = await caller.SendAsync(
            HttpMethod.Post, "openai/v1/responses",
            $$$"""{"model":"gpt-4o-mini","tools":[{{{Weather}}}],"input":[{"role":"user","content":"Hi"},{"type":"function_call","call_id":"call_1","name":"get_weather","arguments":"{\"city\":\"Paris\"}"},{"type":"function_call_output","call_id":"call_1","output":"21 degrees"}]}""");

        Assert.Equal(61, answer.Json["usage"]!["input_tokens"]!.GetValue<int>());
    }

    [Fact]
    public async Task Schema_of_the_output_costs_what_its_text_costs()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        var answer = await caller.SendAsync(
            HttpMethod.Post, "openai/v1/responses",
            """{"model":"gpt-4o-mini","input":"Hi","text":{"format":{"type":"json_schema","name":"person","strict":true,"schema":{"type":"object","properties":{"name":{"type":"string"}},"required":["name"],"additionalProperties":false}}}}""");

        Assert.Equal(30, answer.Json["usage"]!["input_tokens"]!.GetValue<int>());
    }

    [Fact]
    public async Task Call_as_recorded_costs_20()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        // The recorded function and arguments: a call costs 8 beside its name (4) and its arguments (8).
        var answer = await caller.SendAsync(
            HttpMethod.Post, "openai/v1/responses",
            """{"model":"gpt-4o-mini","input":"What should I wear for the weather in San Francisco, CA?","tools":[{"type":"function","name":"get_weather_at_location","parameters":{"type":"object","properties":{"location":{"type":"string"}},"required":["location"]},"strict":false}]}""");

        Assert.Equal("""{"location":"San Francisco, CA"}""", answer.Json["output"]![0]!["arguments"]!.GetValue<string>());
        Assert.Equal(20, answer.Json["usage"]!["output_tokens"]!.GetValue<int>());
    }

    [Fact]
    public async Task Cached_tokens_follow_the_common_beginning_in_steps_of_128_from_1024_on()
    {
        await using var region = await Nodes.StartRegionAsync();
        await using var other = await Nodes.StartRegionAsync("westus");
        using var caller = new Caller(region.Url);
        using var elsewhere = new Caller(other.Url);
        var book = string.Join(' ', Enumerable.Range(1, 1000));
        JsonNode Prompt(string question, string text) => JsonNode.Parse($$"""{"model":"gpt-4o-mini","input":[{"role":"system","content":"{{text}}"},{"role":"user","content":"{{question}}"}]}""")!;

        var first = await caller.CreateAsync(Prompt("One?", book));
        var second = await caller.CreateAsync(Prompt("Two?", book));
        var shorter = await caller.CreateAsync(Prompt("Two?", book[..2000]));
        var other1 = await elsewhere.CreateAsync(Prompt("Two?", book));
        var chained = await caller.SayAsync("Three?", second.Id);

        var tokens = second.Json["usage"]!["input_tokens"]!.GetValue<int>() - (4 + 2);
        Assert.Equal([0, tokens / 128 * 128, 0, 0, (tokens + 6) / 128 * 128], new[] { first, second, shorter, other1, chained }.Select(answer => answer.Json["usage"]!["input_tokens_details"]!["cached_tokens"]!.GetValue<int>()));
    }
}
