using System.CommandLine;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace SessionAware.Benchmarks;

/// <summary>What does a region's state cost? Resident memory before and after many conversations of some turns, each in a conversation of its own.</summary>
internal static class StateBenchmark
{
    private const int Callers = 8;

    // Beyond this, 400 MB, a region is no longer something to run beside one's work.
    private const int MostMiB = 381;

    public static Command Command()
    {
        var conversations = new Option<int>("--conversations") { Description = "How many conversations are stored.", DefaultValueFactory = _ => 10_000 };
        var turns = new Option<int>("--turns") { Description = "How many turns each of them has.", DefaultValueFactory = _ => 5 };
        var command = new Command("state", $"A region's resident memory with many conversations; more than {MostMiB} MiB is a failure.") { conversations, turns };
        command.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(conversations), parsed.GetValue(turns), cancel));
        return command;
    }

    private static async Task<int> RunAsync(int conversations, int turns, CancellationToken cancellationToken)
    {
        await using var region = await NodeProcess.StartRegionAsync(cancellationToken);
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = new Uri($"{region.Url}/openai/v1/"), DefaultRequestHeaders = { { "api-key", "local-key" } } };

        async Task<JsonNode> PostAsync(string path, object body)
        {
            using var answer = await http.PostAsJsonAsync(path, body, cancellationToken);
            answer.EnsureSuccessStatusCode();
            return (await answer.Content.ReadFromJsonAsync<JsonNode>(cancellationToken))!;
        }

        var rest = region.ResidentMiB;
        var clock = Stopwatch.StartNew();
        await Parallel.ForAsync(0, conversations, new ParallelOptions { MaxDegreeOfParallelism = Callers, CancellationToken = cancellationToken }, async (number, _) =>
        {
            var conversation = (await PostAsync("conversations", new { metadata = new { number = $"{number}" } }))["id"]!.GetValue<string>();
            for (var turn = 0; turn < turns; turn++)
                await PostAsync("responses", new { model = "gpt-4o-mini", input = Say(number, turn), conversation });
        });
        var full = region.ResidentMiB;

        var held = JsonNode.Parse(await http.GetStringAsync(new Uri($"{region.Url}/_emulator"), cancellationToken))!;
        Console.WriteLine($"{conversations} conversations of {turns} turns in {clock.Elapsed.TotalSeconds:F0} s");
        Console.WriteLine($"resident: {rest:F0} MiB before, {full:F0} MiB after");
        foreach (var what in new[] { "responses", "conversations" })
            Console.WriteLine($"{what}: {held[what]!["count"]}, by the region's own estimate {held[what]!["bytes"]!.GetValue<long>() / 1024.0 / 1024.0:F0} MiB");
        return full < MostMiB ? 0 : 1;
    }

    // About as long as what people write.
    private static string Say(int number, int turn) =>
        $"Message {turn} of conversation {number}. I would like to go over the plan for next week once more, and to hear which of the open questions you would settle first and why.";
}
