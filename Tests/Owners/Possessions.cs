using System.Security.Cryptography;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Owners;

/// <summary>One of everything that a subscription can own, by its ids.</summary>
/// <param name="Response">A response that knows the secret.</param>
/// <param name="Item">Its output item.</param>
/// <param name="Background">A response made in the background.</param>
/// <param name="Conversation">A conversation that knows the secret.</param>
/// <param name="ConversationItem">What was answered in it.</param>
/// <param name="Reasoning">A reasoning item.</param>
/// <param name="ReasonedItem">What follows it.</param>
public sealed record Possessions(
    string Response, string Item, string Background, string Conversation, string ConversationItem, string Reasoning, string ReasonedItem)
{
    /// <summary>Makes one of everything.</summary>
    public static async Task<Possessions> MakeAsync(Caller caller, string secret)
    {
        async Task<Answer> PostAsync(string path, object body)
        {
            var answer = await caller.SendAsync(HttpMethod.Post, $"{OwnersWorld.Api}/{path}", body);
            Assert.True(answer.Status == 200, answer.Text);
            return answer;
        }

        var response = await PostAsync("responses", new { model = "gpt-4o-mini", input = $"My name is {secret}." });
        var background = await PostAsync("responses", new { model = "gpt-4o-mini", input = $"My name is {secret}.", background = true });
        var conversation = (await PostAsync("conversations", new { metadata = new { secret } })).Id;
        await PostAsync($"responses", new { model = "gpt-4o-mini", input = $"My name is {secret}.", conversation });
        var items = await caller.GetAsync($"{OwnersWorld.Api}/conversations/{conversation}/items");
        var reasoned = await PostAsync("responses", new { model = "o4-mini", input = $"My name is {secret}." });
        string OutputOf(Answer answer, string type) => answer.Json["output"]!.AsArray().First(item => item!["type"]!.GetValue<string>() == type)!["id"]!.GetValue<string>();
        return new(
            response.Id, OutputOf(response, "message"), background.Id, conversation, items.Json["data"]![0]!["id"]!.GetValue<string>(), OutputOf(reasoned, "reasoning"), OutputOf(reasoned, "message"));
    }

    /// <summary>Ids of the same shapes, chains and seconds that nobody ever had.</summary>
    public Possessions Unknown() => new(
        Another(Response), Another(Item), Another(Background), Another(Conversation), Another(ConversationItem), Another(Reasoning), Another(ReasonedItem));

    // What is random of an id stands at the end; in a conversation and in what a caller put there, before the chain's.
    private static string Another(string id)
    {
        var body = id.IndexOf('_', StringComparison.Ordinal) + 1;
        var start = id[body] == '0' ? 26 : 8;
        return id[..(body + start)] + RandomNumberGenerator.GetHexString(24, lowercase: true) + id[(body + start + 24)..];
    }
}
