using System.ClientModel;
using System.ComponentModel;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Responses;

namespace SessionAware.TestClients.ExtensionsAI;

/// <summary>Microsoft.Extensions.AI over the official client: a streamed conversation with a tool, once by the response's id and once by its own history.</summary>
internal static class Conversation
{
    /// <summary>Prints one line of JSON: the client, what held, and what was said. 0 if everything held.</summary>
    public static async Task<int> RunAsync(Uri address, string key, string model)
    {
        List<string> asked = [];
        var tool = AIFunctionFactory.Create(([Description("The city")] string city) => Weather(city, asked), "get_weather", "Gets the weather in a city");
        using var client = new ResponsesClient(new ApiKeyCredential(key), new ResponsesClientOptions { Endpoint = address })
            .AsIChatClient(model).AsBuilder().UseFunctionInvocation().Build();

        var chained = await TalkAsync(client, tool, byId: true);
        var carried = await TalkAsync(client, tool, byId: false);
        var structured = await client.GetResponseAsync<Person>("My name is Ada and I am 36 years old.");

        Dictionary<string, bool> features = new()
        {
            ["streamedToolCall"] = asked.SequenceEqual(["Paris", "Paris"]),
            ["previousResponseId"] = chained.Contains("Ada", StringComparison.Ordinal),
            ["fullHistory"] = carried.Contains("Ada", StringComparison.Ordinal),
            ["structuredOutput"] = structured.Result is { Name: "Ada", Age: 36 },
            ["usage"] = structured.Usage is { InputTokenCount: > 0, OutputTokenCount: > 0 },
        };
        Console.WriteLine(JsonSerializer.Serialize(new { client = "Microsoft.Extensions.AI.OpenAI", features, details = new { asked, chained, carried } }));
        return features.Values.All(held => held) ? 0 : 1;
    }

    private static string Weather(string city, List<string> asked)
    {
        asked.Add(city);
        return $"21 degrees in {city}";
    }

    private static async Task<string> TalkAsync(IChatClient client, AIFunction tool, bool byId)
    {
        var options = new ChatOptions { Tools = [tool], RawRepresentationFactory = _ => new CreateResponseOptions { StoredOutputEnabled = byId } };
        List<ChatMessage> history = [];
        var text = "";
        foreach (var said in new[] { "My name is Ada. What is the weather in Paris?", "What is my name?" })
        {
            ChatMessage message = new(ChatRole.User, said);
            history.Add(message);
            List<ChatResponseUpdate> updates = [];
            await foreach (var update in client.GetStreamingResponseAsync(byId ? [message] : history, options))
                updates.Add(update);
            var response = updates.ToChatResponse();
            history.AddRange(response.Messages);
            options.ConversationId = byId ? response.ConversationId : null;
            text = response.Text;
        }

        return text;
    }

    private sealed record Person(string Name, int Age);
}
