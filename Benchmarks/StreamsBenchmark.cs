using System.CommandLine;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace SessionAware.Benchmarks;

/// <summary>How many streams does a region carry at once? All begin together; each must be whole and in order. Events a second, and the region's memory.</summary>
internal static class StreamsBenchmark
{
    // Events beside the deltas: created, in_progress, item and part added, text, part and item done, completed.
    private const int EventsAround = 8;

    public static Command Command()
    {
        var streams = new Option<int>("--streams") { Description = "How many streams run at once.", DefaultValueFactory = _ => 500 };
        var rounds = new Option<int>("--rounds") { Description = "How often; the first round warms up.", DefaultValueFactory = _ => 4 };
        var command = new Command("streams", "Concurrent streams of 200 events each from one region.") { streams, rounds };
        command.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(streams), parsed.GetValue(rounds), cancel));
        return command;
    }

    private static async Task<int> RunAsync(int streams, int rounds, CancellationToken cancellationToken)
    {
        await using var region = await NodeProcess.StartRegionAsync(cancellationToken);
        using var http = new HttpClient(new SocketsHttpHandler()) { DefaultRequestHeaders = { { "api-key", "local-key" } } };
        var whole = true;
        for (var round = 0; round < rounds; round++)
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var highest = region.HighestMiBAsync(over.Token);
            var clock = Stopwatch.StartNew();
            var counts = await Task.WhenAll(Enumerable.Range(0, streams).Select(_ => StreamAsync(http, region.Url, cancellationToken)));
            var elapsed = clock.Elapsed;
            await over.CancelAsync();
            whole &= counts.All(count => count == 200);
            Console.WriteLine($"round {round}: {counts.Count(count => count == 200)} of {streams} streams whole and in order, {counts.Sum()} events in {elapsed.TotalSeconds:F2} s, "
                + $"{counts.Sum() / elapsed.TotalSeconds:F0} events/s, region's memory at most {await highest:F0} MiB");
        }

        return whole ? 0 : 1;
    }

    /// <summary>The number of events, or 0 where one was out of order or the end was missing.</summary>
    private static async Task<int> StreamAsync(HttpClient http, string region, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{region}/openai/v1/responses")
        {
            Content = JsonContent.Create(new { model = "gpt-4o-mini", input = "Count to 1000", max_output_tokens = 200 - EventsAround, stream = true }),
        };
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken));
        var (count, last) = (0, "");
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (!line.StartsWith("data: ", StringComparison.Ordinal))
                continue;
            var data = JsonNode.Parse(line["data: ".Length..])!;
            if (data["sequence_number"]!.GetValue<int>() != count++)
                return 0;
            last = data["type"]!.GetValue<string>();
        }

        return last == "response.incomplete" ? count : 0;
    }
}
