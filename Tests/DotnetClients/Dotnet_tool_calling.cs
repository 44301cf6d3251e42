using System.ClientModel;
using System.Text;
using System.Text.Json;
using OpenAI.Responses;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.DotnetClients;

/// <summary>The official .NET client in conversations with a tool, streamed, as an application would hold them.</summary>
public sealed class Dotnet_tool_calling
{
    private const string Model = "gpt-4o-mini";

    [Theory]
    [InlineData("by previous_response_id")]
    [InlineData("by full history, not stored")]
    public async Task Conversation_with_a_tool_holds_in_streams(string way)
    {
        await using var region = await Nodes.StartRegionAsync();
        var conversation = new Talk(region.Url, chained: way.StartsWith("by previous", StringComparison.Ordinal));

        var paris = await conversation.SayAsync("My name is Ada. What is the weather in Paris?");
        var name = await conversation.SayAsync("What is my name?");
        var both = await conversation.SayAsync("What is the weather in Rome and in Oslo?");

        Assert.Contains("\"celsius\":21", paris, StringComparison.Ordinal);
        Assert.Contains("Ada", name, StringComparison.Ordinal);
        Assert.Contains("27", both, StringComparison.Ordinal);
        Assert.Contains("5", both, StringComparison.Ordinal);
        Assert.Equal(["Paris", "Rome", "Oslo"], conversation.CitiesAsked);
        Assert.Equal([1, 2], conversation.CallsAtOnce);
    }

    [Fact]
    public async Task Structured_output_obeys_its_schema()
    {
        await using var region = await Nodes.StartRegionAsync();
        var client = Client(region.Url);
        var options = new CreateResponseOptions(Model, [ResponseItem.CreateUserMessageItem("My name is Ada and I am 36 years old.")])
        {
            TextOptions = new ResponseTextOptions
            {
                TextFormat = ResponseTextFormat.CreateJsonSchemaFormat(
                    "person",
                    BinaryData.FromString("""{"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer"}},"required":["name","age"],"additionalProperties":false}"""),
                    jsonSchemaIsStrict: true),
            },
        };

        ResponseResult response = await client.CreateResponseAsync(options, TestContext.Current.CancellationToken);

        Assert.Equal("""{"name":"Ada","age":36}""", response.GetOutputText());
    }

    [Fact]
    public async Task Reasoning_that_the_caller_carries_is_read_again_by_its_own_region_only()
    {
        var cancel = TestContext.Current.CancellationToken;
        KeyValuePair<string, string?>[] settings = [new("Region:Deployments:0:Name", "o4-mini")];
        await using var east = await Nodes.StartRegionAsync("eastus2", settings);
        await using var west = await Nodes.StartRegionAsync("westus", settings);
        var options = new CreateResponseOptions("o4-mini", [ResponseItem.CreateUserMessageItem("My name is Ada.")])
        {
            StoredOutputEnabled = false,
            IncludedProperties = { IncludedResponseProperty.ReasoningEncryptedContent },
        };
        ResponseResult first = await Client(east.Url).CreateResponseAsync(options, cancel);
        var carried = new CreateResponseOptions("o4-mini", [ResponseItem.CreateUserMessageItem("My name is Ada."), .. first.OutputItems, ResponseItem.CreateUserMessageItem("Who am I?")])
        {
            StoredOutputEnabled = false,
        };

        ResponseResult second = await Client(east.Url).CreateResponseAsync(carried, cancel);
        var refused = await Assert.ThrowsAsync<ClientResultException>(() => Client(west.Url).CreateResponseAsync(carried, cancel));

        Assert.True(first.OutputItems[0] is ReasoningResponseItem { EncryptedContent.Length: > 0 });
        Assert.Contains("Ada", second.GetOutputText(), StringComparison.Ordinal);
        Assert.Equal(400, refused.Status);
        Assert.Contains("invalid_encrypted_content", refused.Message, StringComparison.Ordinal);
    }

    private static ResponsesClient Client(string url) =>
        new(new ApiKeyCredential(Nodes.ApiKey), new ResponsesClientOptions { Endpoint = new Uri($"{url}/openai/v1/") });

    /// <summary>A conversation by streams: the application runs the tool and sends its outputs back.</summary>
    private sealed class Talk(string url, bool chained)
    {
        private static readonly Dictionary<string, int> s_celsius = new() { ["Paris"] = 21, ["Rome"] = 27, ["Oslo"] = 5 };

        private readonly ResponsesClient _client = Client(url);
        private readonly List<ResponseItem> _history = [];
        private string? _previousId;

        public List<string> CitiesAsked { get; } = [];

        public List<int> CallsAtOnce { get; } = [];

        public async Task<string> SayAsync(string said)
        {
            List<ResponseItem> fresh = [ResponseItem.CreateUserMessageItem(said)];
            while (true)
            {
                _history.AddRange(fresh);
                var (text, output) = await StreamAsync(chained ? fresh : _history);
                _history.AddRange(output);
                var calls = output.OfType<FunctionCallResponseItem>().ToList();
                if (calls.Count == 0)
                    return text;
                CallsAtOnce.Add(calls.Count);
                fresh = [.. calls.Select(Run)];
            }
        }

        private FunctionCallOutputResponseItem Run(FunctionCallResponseItem call)
        {
            var city = JsonDocument.Parse(call.FunctionArguments).RootElement.GetProperty("city").GetString()!;
            CitiesAsked.Add(city);
            return ResponseItem.CreateFunctionCallOutputItem(call.CallId, JsonSerializer.Serialize(new { city, celsius = s_celsius[city] }));
        }

        private async Task<(string Text, IList<ResponseItem> Output)> StreamAsync(IEnumerable<ResponseItem> input)
        {
            var options = new CreateResponseOptions(Model, input)
            {
                StreamingEnabled = true,
                StoredOutputEnabled = chained,
                PreviousResponseId = chained ? _previousId : null,
                Tools =
                {
                    ResponseTool.CreateFunctionTool(
                        "get_weather",
                        BinaryData.FromString("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}"""),
                        strictModeEnabled: true,
                        functionDescription: "Gets the weather in a city"),
                },
            };
            var text = new StringBuilder();
            ResponseResult? completed = null;
            await using var stream = await _client.CreateResponseStreamingAsync(options, TestContext.Current.CancellationToken);
            await foreach (var update in stream.WithCancellation(TestContext.Current.CancellationToken))
            {
                if (update is StreamingResponseOutputTextDeltaUpdate delta)
                    text.Append(delta.Delta);
                if (update is StreamingResponseCompletedUpdate end)
                    completed = end.Response;
            }

            _previousId = completed!.Id;
            return (text.ToString(), completed.OutputItems);
        }
    }
}
