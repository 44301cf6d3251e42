using System.ClientModel;
using System.Text;
using System.Text.Json;
using Azure.AI.OpenAI;
using OpenAI.Chat;

namespace SessionAware.TestClients.AzureOpenAI;

/// <summary>Azure.AI.OpenAI in chat completions: a streamed conversation with a tool. It keeps the history itself, so it needs no session.</summary>
internal static class Conversation
{
    /// <summary>Prints one line of JSON: the client, what held, and what was said. 0 if everything held.</summary>
    public static async Task<int> RunAsync(Uri address, string key, string deployment)
    {
        var client = new AzureOpenAIClient(address, new ApiKeyCredential(key)).GetChatClient(deployment);
        List<string> asked = [];
        List<ChatMessage> history = [];
        var weather = await SayAsync(client, history, "My name is Ada. What is the weather in Paris?", asked);
        var name = await SayAsync(client, history, "What is my name?", asked);
        ChatCompletion plain = await client.CompleteChatAsync("Say exactly: pong");

        Dictionary<string, bool> features = new()
        {
            ["streamedToolCall"] = asked is ["Paris"] && weather.Contains("21", StringComparison.Ordinal),
            ["fullHistory"] = name.Contains("Ada", StringComparison.Ordinal),
            ["json"] = plain.Content[0].Text == "pong",
            ["usage"] = plain.Usage is { InputTokenCount: > 0, OutputTokenCount: > 0 },
        };
        Console.WriteLine(JsonSerializer.Serialize(new { client = "Azure.AI.OpenAI", features, details = new { asked, weather, name } }));
        return features.Values.All(held => held) ? 0 : 1;
    }

    private static async Task<string> SayAsync(ChatClient client, List<ChatMessage> history, string said, List<string> asked)
    {
        var options = new ChatCompletionOptions
        {
            Tools = { ChatTool.CreateFunctionTool("get_weather", "Gets the weather in a city", BinaryData.FromString("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}""")) },
        };
        history.Add(new UserChatMessage(said));
        while (true)
        {
            var (text, calls) = await StreamAsync(client, history, options);
            if (calls.Count == 0)
            {
                history.Add(new AssistantChatMessage(text));
                return text;
            }

            history.Add(new AssistantChatMessage(calls));
            foreach (var call in calls)
            {
                var city = JsonDocument.Parse(call.FunctionArguments).RootElement.GetProperty("city").GetString()!;
                asked.Add(city);
                history.Add(new ToolChatMessage(call.Id, $"21 degrees in {city}"));
            }
        }
    }

    private static async Task<(string Text, List<ChatToolCall> Calls)> StreamAsync(ChatClient client, List<ChatMessage> history, ChatCompletionOptions options)
    {
        var text = new StringBuilder();
        Dictionary<int, (string Id, string Name, StringBuilder Arguments)> calls = [];
        await foreach (var update in client.CompleteChatStreamingAsync(history, options))
        {
            foreach (var part in update.ContentUpdate)
                text.Append(part.Text);
            foreach (var part in update.ToolCallUpdates)
            {
                if (!string.IsNullOrEmpty(part.ToolCallId))
                    calls[part.Index] = (part.ToolCallId, part.FunctionName, new StringBuilder());
                calls[part.Index].Arguments.Append(Encoding.UTF8.GetString(part.FunctionArgumentsUpdate.ToMemory().Span));
            }
        }

        return (text.ToString(), [.. calls.Values.Select(call => ChatToolCall.CreateFunctionToolCall(call.Id, call.Name, BinaryData.FromString(call.Arguments.ToString())))]);
    }
}
