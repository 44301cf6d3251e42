using System.Text.Json.Nodes;
using SessionAware.ClientWorker.Conversations;
using SessionAware.Tests.ClientRetries;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.SharedSessions;

/// <summary>A conversation whose turns go to one replica or the other, every other one streamed.</summary>
/// <param name="number">Of all.</param>
/// <param name="replicas">The two.</param>
internal sealed class SharedConversation(int number, IReadOnlyList<Caller> replicas)
{
    private readonly ConversationScript _script = ConversationScript.Tell(number, turns: 2);
    private readonly List<string> _ids = [];

    /// <summary>The replica at which things happen to it, and the one that must see them.</summary>
    public (Caller One, Caller Other) Replicas => (replicas[number % 2], replicas[1 - number % 2]);

    /// <summary>Its responses.</summary>
    public IReadOnlyList<string> Ids => _ids;

    /// <summary>An item of its latest answer.</summary>
    public string Item { get; private set; } = "";

    /// <summary>Whether the last answer has the word of the first turn.</summary>
    public bool Recalls { get; private set; }

    /// <summary>Says the next turn: the first one tells a word, all others ask for it.</summary>
    /// <returns>Where and how it was answered: backend, affinity, whether the answer speaks of a replay or of another attempt.</returns>
    public async Task<Sight> SayAsync(Caller replica)
    {
        var streams = (number / 2 + _ids.Count) % 2 == 0;
        var input = $"mark{number:000}n{_ids.Count:00}: {_script.Prompts[_ids.Count == 0 ? 0 : 1]}";
        var answer = await replica.CreateAsync(new { model = "gpt-4o-mini", input, previous_response_id = _ids.LastOrDefault(), stream = streams });
        Assert.True(answer.Status == 200, answer.Text);
        var response = streams ? Events.Parse(answer.Text)[^1].Data["response"]! : answer.Json;
        Assert.Equal(("completed", _ids.LastOrDefault()), (response["status"]!.GetValue<string>(), response["previous_response_id"]?.GetValue<string>()));
        _ids.Add(response["id"]!.GetValue<string>());
        Item = response["output"]![0]!["id"]!.GetValue<string>();
        Recalls = response["output"]!.ToJsonString().Contains(_script.Proof, StringComparison.Ordinal);
        return new(answer.Header("x-backend-id"), answer.Header("x-session-affinity"), answer.Header("x-session-replay") is not null, answer.Header("x-session-attempt") is not null);
    }

    /// <summary>Whether <paramref name="replica"/> answers as if it had never been: to who goes on, who reads, who refers to an item.</summary>
    public async Task<bool> IsUnknownAsync(Caller replica)
    {
        Answer[] answers =
        [
            await replica.SayAsync("Who am I?", _ids[^1]),
            await replica.SayAsync("Who am I?", _ids[0]),
            await replica.GetAsync($"openai/v1/responses/{_ids[^1]}"),
            await replica.CreateAsync(new { model = "gpt-4o-mini", input = new JsonArray(new JsonObject { ["type"] = "item_reference", ["id"] = Item }) }),
        ];
        return answers.Select(answer => answer.Status).SequenceEqual([400, 400, 404, 404]) && answers.All(answer => answer.Header("x-backend-id") is null);
    }

    /// <summary>What an answer says of its session.</summary>
    public sealed record Sight(string? Backend, string? Affinity, bool IsReplay, bool IsRepeated)
    {
        public static Sight PinnedAt(string backend) => new(backend, "pinned", false, false);

        public static Sight ReplayedAt(string backend) => new(backend, "replayed", true, false);
    }
}
