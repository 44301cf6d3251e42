using System.Text.Json.Nodes;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Regions;

/// <summary>Every body and every event that a region sends has the fields of the table in <c>fields.txt</c>, and the table has nothing that no region sends.</summary>
public sealed class Fields
{
    private const string Pixel = "data:image/png;base64,iVBORw0KGgo=";

    [Theory]
    [InlineData("Azure")]
    [InlineData("OpenAI")]
    public async Task Bodies_and_events_have_the_fields_of_the_table(string flavor)
    {
        var rules = Path.Combine(Scratch.Folder("fields"), "rules.json");
        await File.WriteAllTextAsync(rules, """{"rules":[{"when":{"text":"secret"},"then":{"refuse":"I keep it."}}]}""", TestContext.Current.CancellationToken);
        await using var region = await Nodes.StartRegionAsync(settings:
        [
            new("Region:Flavor", flavor), new("Region:RulesFile", rules), new("Region:Deployments:0:Name", "gpt-4o-mini"), new("Region:Deployments:1:Name", "o4-mini"),
        ]);
        using var caller = new Caller(region.Url);
        var check = new Checking(flavor.ToLowerInvariant());

        foreach (var request in Requests())
        {
            var plain = await caller.CreateAsync(request);
            check.Body(plain, "response");
            check.Body(await caller.GetAsync($"openai/v1/responses/{plain.Id}?include[]=reasoning.encrypted_content"), "response");
            check.Body(await caller.GetAsync($"openai/v1/responses/{plain.Id}/input_items"), "item_list");
            var streamed = (JsonObject)request.DeepClone();
            streamed["stream"] = true;
            check.Stream(await caller.CreateAsync(streamed));
        }

        await CheckFailuresAsync(caller, check);
        await CheckToolsAsync(caller, check);
        await CheckConversationsAsync(caller, check);
        check.Body(await caller.GetAsync("openai/v1/models"), "model_list");
        check.Body(await caller.GetAsync("openai/v1/models/gpt-4o-mini"), "model");
        var last = await caller.SayAsync("Hi");
        check.Body(await caller.SendAsync(HttpMethod.Post, "openai/v1/responses/input_tokens", new { model = "gpt-4o-mini", input = "Hi" }), "input_tokens");
        check.Body(await caller.SendAsync(HttpMethod.Post, "openai/v1/responses/compact", new { model = "gpt-4o-mini", previous_response_id = last.Id }), "compaction");
        check.Body(await caller.SendAsync(HttpMethod.Delete, $"openai/v1/responses/{last.Id}"), "deleted_response");

        string[] others = flavor == "Azure" ? ["billing", "tool_usage", "image_usage", "image_tokens", "search_usage"] : ["content_filter", "filter_offsets"];
        Assert.Empty(check.Table.Objects.Except(check.Table.Seen).Except(others));
    }

    private static IEnumerable<JsonObject> Requests()
    {
        const string Weather = """{"type":"function","name":"get_weather","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}""";
        const string Schema = """{"type":"json_schema","name":"person","schema":{"type":"object","properties":{"name":{"type":"string"}}}}""";
        string[] requests =
        [
            """{"model":"gpt-4o-mini","input":"Count to 3","metadata":{"a":"b"},"instructions":"Be brief.","prompt_cache_key":"k","safety_identifier":"s"}""",
            """{"model":"gpt-4o-mini","input":"Count to 100","max_output_tokens":16}""",
            """{"model":"gpt-4o-mini","input":"Hi","include":["message.output_text.logprobs"],"top_logprobs":2}""",
            """{"model":"gpt-4o-mini","input":"Hi","background":true}""",
            """{"model":"gpt-4o-mini","input":"Tell me a secret."}""",
            """{"model":"o4-mini","input":"Hi","reasoning":{"effort":"low","summary":"auto"},"include":["reasoning.encrypted_content"]}""",
            $$$"""{"model":"gpt-4o-mini","input":"Weather in Paris and Rome?","tools":[{{{Weather}}}],"tool_choice":"auto"}""",
            """{"model":"gpt-4o-mini","input":"Use the shell","tools":[{"type":"custom","name":"shell"}]}""",
            $$$"""{"model":"gpt-4o-mini","input":"My name is Ada.","text":{"format":{{{Schema}}}}}""",
            """{"model":"gpt-4o-mini","input":"Some json please","text":{"format":{"type":"json_object"}}}""",
            $$$"""{"model":"gpt-4o-mini","input":[{"role":"user","content":[{"type":"input_image","image_url":"{{{Pixel}}}"},{"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,AAAA"}]}]}""",
        ];
        return requests.Select(request => JsonNode.Parse(request)!.AsObject());
    }

    private static async Task CheckFailuresAsync(Caller caller, Checking check)
    {
        await caller.SendAsync(HttpMethod.Post, "_emulator/queue", """{"faults":[{"kind":"throttle","in_stream":true,"after_events":4}]}""");
        check.Stream(await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Hi", stream = true }));
    }

    private static async Task CheckToolsAsync(Caller caller, Checking check)
    {
        object[] input =
        [
            new { role = "user", content = "Hi" },
            new { type = "function_call", call_id = "call_1", name = "f", arguments = "{}" },
            new { type = "function_call_output", call_id = "call_1", output = "done" },
            new { type = "custom_tool_call", call_id = "call_2", name = "shell", input = "ls" },
            new { type = "custom_tool_call_output", call_id = "call_2", output = new[] { new { type = "input_text", text = "done" } } },
        ];
        var answer = await caller.CreateAsync(new { model = "gpt-4o-mini", input });
        check.Body(answer, "response");
        check.Body(await caller.GetAsync($"openai/v1/responses/{answer.Id}/input_items"), "item_list");
    }

    private static async Task CheckConversationsAsync(Caller caller, Checking check)
    {
        var conversation = await caller.SendAsync(HttpMethod.Post, "openai/v1/conversations", new { items = new[] { new { role = "system", content = "Be brief." } } });
        check.Body(conversation, "conversation");
        check.Body(await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Hi", conversation = conversation.Id }), "response");
        check.Body(await caller.GetAsync($"openai/v1/conversations/{conversation.Id}"), "conversation");
        check.Body(await caller.GetAsync($"openai/v1/conversations/{conversation.Id}/items"), "item_list");
        check.Body(await caller.SendAsync(HttpMethod.Delete, $"openai/v1/conversations/{conversation.Id}"), "deleted_conversation");
    }

    private sealed class Checking(string flavor)
    {
        public FieldTable Table { get; } = FieldTable.Read();

        public void Body(Answer answer, string type)
        {
            Assert.True(answer.Status == 200, answer.Text);
            Assert.Empty(Table.Check(answer.Json, type, flavor));
        }

        public void Stream(Answer answer)
        {
            Assert.True(answer.Status == 200, answer.Text);
            Assert.All(Events.Parse(answer.Text).Index(), next =>
            {
                Assert.Empty(Table.Check(next.Item.Data, $"event:{next.Item.Type}", flavor));
                Assert.Equal(next.Index, next.Item.Data["sequence_number"]!.GetValue<int>());
            });
        }
    }
}
