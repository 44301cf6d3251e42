using System.Text.Json.Nodes;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Regions;

/// <summary>What a caller may send as input, and what becomes of it.</summary>
public sealed class Input_items
{
    private const string Pixel = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    [Fact]
    public async Task Images_and_files_are_acknowledged_by_type_and_size_and_never_shown_again()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        object[] content =
        [
            new { type = "input_text", text = "Look at these." },
            new { type = "input_image", image_url = Pixel },
            new { type = "input_image", image_url = "https://example.com/cat.jpg", detail = "low" },
            new { type = "input_file", filename = "report.pdf", file_data = "data:application/pdf;base64,JVBERi0xLjcK" },
        ];

        var answer = await caller.CreateAsync(new { model = "gpt-4o-mini", input = new[] { new { role = "user", content } } });
        var items = await caller.GetAsync($"openai/v1/responses/{answer.Id}/input_items");
        var withUrls = await caller.GetAsync($"openai/v1/responses/{answer.Id}/input_items?include[]=message.input_image.image_url");

        Assert.Equal("I received an image (image/png, 70 bytes), an image (https://example.com/cat.jpg), the file report.pdf (application/pdf, 9 bytes).", answer.OutputText);
        Golden.AssertSame(
            """
            {"type":"message","id":"msg_ID","status":"completed","content":[{"type":"input_text","text":"Look at these."},
            {"type":"input_image","detail":"auto","file_id":null,"image_url":null},{"type":"input_image","detail":"low","file_id":null,"image_url":null},
            {"type":"input_file","file_id":null,"filename":"report.pdf"}],"role":"user"}
            """,
            items.Json["data"]![0]!.ToJsonString());
        Assert.Equal(Pixel, withUrls.Json["data"]![0]!["content"]![1]!["image_url"]!.GetValue<string>());
        // A tile is the least that an image costs; the second one is small by its detail.
        Assert.Equal(3 + 4 + Texts("Look at these.[file report.pdf: application/pdf, 9 bytes]") + (85 + 170) + 85, answer.Json["usage"]!["input_tokens"]!.GetValue<int>());
    }

    [Fact]
    public async Task Reference_stands_for_an_item_that_the_region_holds()
    {
        await using var east = await Nodes.StartRegionAsync("eastus2");
        await using var west = await Nodes.StartRegionAsync("westus", [new("Region:Flavor", "OpenAI")]);
        using var caller = new Caller(east.Url);
        using var elsewhere = new Caller(west.Url);
        var first = await caller.SayAsync("My name is Ada.");
        var told = (await caller.GetAsync($"openai/v1/responses/{first.Id}/input_items")).Json["data"]![0]!["id"]!.GetValue<string>();
        object[] input = [new { type = "item_reference", id = told }, new { role = "user", content = "Who am I?" }];

        var answer = await caller.CreateAsync(new { model = "gpt-4o-mini", input });
        var lost = await elsewhere.CreateAsync(new { model = "gpt-4o-mini", input });

        Assert.Contains("Ada", answer.OutputText, StringComparison.Ordinal);
        Assert.Equal(404, lost.Status);
        Assert.StartsWith($"Item with id '{told}' not found. Items are not persisted when `store` is set to false.", lost.Json["error"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Items_sent_back_bring_their_partition_along()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var first = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "My name is Ada.", store = false });
        JsonNode[] input = [JsonNode.Parse("""{"role":"user","content":"My name is Ada."}""")!, first.Json["output"]![0]!.DeepClone(), JsonNode.Parse("""{"role":"user","content":"Who am I?"}""")!];

        var second = await caller.CreateAsync(new { model = "gpt-4o-mini", input, store = false });

        Assert.Equal(first.Id["resp_".Length..][..16], second.Id["resp_".Length..][..16]);
        Assert.Equal("01", second.Id["resp_".Length..][16..18]);
    }

    [Fact]
    public async Task Prompt_that_is_too_long_is_refused_or_loses_its_beginning()
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:Deployments:0:Name", "gpt-4o-mini"), new("Region:Deployments:0:ContextWindow", "256")]);
        using var caller = new Caller(region.Url);
        var first = await caller.SayAsync("My name is Ada.");
        var second = await caller.SayAsync(string.Join(' ', Enumerable.Range(1, 90)), first.Id);
        var third = new { model = "gpt-4o-mini", input = "Who am I?", previous_response_id = second.Id };

        var refused = await caller.CreateAsync(third);
        var truncated = await caller.CreateAsync(new { third.model, third.input, third.previous_response_id, truncation = "auto" });

        Assert.Equal(400, refused.Status);
        Golden.AssertSame("""{"error":{"message":"Your input exceeds the context window of this model. Please adjust your input and try again.","type":"invalid_request_error","param":"input","code":"context_length_exceeded"}}""", refused.Text);
        Assert.StartsWith("I find nothing about that", truncated.OutputText, StringComparison.Ordinal);
        Assert.InRange(truncated.Json["usage"]!["input_tokens"]!.GetValue<int>(), 1, 256);
    }

    [Theory]
    [InlineData("Say exactly: pong", "pong")]
    [InlineData("Reply with exactly \"Hello, world.\"", "Hello, world.")]
    [InlineData("Please answer exactly 'yes'.", "yes")]
    [InlineData("Respond with exactly the following: a b c", "a b c")]
    public async Task Model_says_exactly_what_it_is_told_to_say(string said, string expected)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        Assert.Equal(expected, (await caller.SayAsync(said)).OutputText);
    }

    [Fact]
    public async Task Compacted_history_is_read_by_its_own_region_and_continues_under_no_id()
    {
        await using var east = await Nodes.StartRegionAsync("eastus2");
        await using var west = await Nodes.StartRegionAsync("westus");
        using var caller = new Caller(east.Url);
        using var elsewhere = new Caller(west.Url);
        var first = await caller.SayAsync("My name is Ada.");

        var compaction = await caller.SendAsync(HttpMethod.Post, "openai/v1/responses/compact", new { model = "gpt-4o-mini", previous_response_id = first.Id });
        var input = new JsonArray([.. compaction.Json["output"]!.AsArray().Select(item => item!.DeepClone()), JsonNode.Parse("""{"role":"user","content":"Who am I?"}""")]);
        var continued = await caller.CreateAsync(new { model = "gpt-4o-mini", input });
        var chained = await caller.SayAsync("Who am I?", compaction.Id);
        var refused = await elsewhere.CreateAsync(new { model = "gpt-4o-mini", input });

        Golden.AssertSame(
            """
            {"id":"resp_ID","object":"response.compaction","created_at":0,"output":[
            {"type":"message","id":"msg_ID","status":"completed","content":[{"type":"input_text","text":"My name is Ada."}],"role":"user"},
            {"type":"compaction","id":"cmp_ID","encrypted_content":"SEALED"}],
            "usage":{"input_tokens":130,"input_tokens_details":{"cached_tokens":0,"cache_write_tokens":0},"output_tokens":22,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":152}}
            """,
            compaction.Text);
        Assert.Equal("01", compaction.Id["resp_".Length..][16..18]);
        Assert.Contains("Ada", continued.OutputText, StringComparison.Ordinal);
        Assert.Equal("previous_response_not_found", chained.Json["error"]!["code"]!.GetValue<string>());
        Assert.Equal("invalid_encrypted_content", refused.Json["error"]!["code"]!.GetValue<string>());
    }

    private static int Texts(string text) => FakeResponsesBackend.Tokens.O200k.Count(text);
}
