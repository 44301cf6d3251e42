using System.CommandLine;
using System.Diagnostics;
using System.Net.Http.Json;
using SessionAware.Benchmarks.Cost;

namespace SessionAware.Benchmarks;

/// <summary>What does knowing sessions cost the first event? Streams of the same region through two APIs of the same gateway, one of each in turn.</summary>
internal static class FirstEventBenchmark
{
    private const string Without = "no-affinity", With = "session-aware";

    public static Command Command()
    {
        var pairs = new Option<int>("--pairs") { Description = "Streams through each API in a round.", DefaultValueFactory = _ => 1000 };
        var rounds = new Option<int>("--rounds") { Description = "How often; the first round warms up.", DefaultValueFactory = _ => 7 };
        var command = new Command("first-event", "Time to the first event through /session-aware beside /no-affinity.") { pairs, rounds };
        command.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(pairs), parsed.GetValue(rounds), cancel));
        return command;
    }

    private static async Task<int> RunAsync(int pairs, int rounds, CancellationToken cancellationToken)
    {
        await using var region = await NodeProcess.StartRegionAsync(cancellationToken);
        await using var gateway = await NodeProcess.StartGatewayAsync(region.Url, cancellationToken);
        using var http = new HttpClient(new SocketsHttpHandler()) { DefaultRequestHeaders = { { "api-key", "local-key" } } };
        List<(double P50, double P99)> ratios = [];
        for (var round = 0; round < rounds; round++)
        {
            List<double> without = [], with = [];
            for (var pair = 0; pair < pairs; pair++)
            {
                // Each goes first as often as the other.
                foreach (var api in pair % 2 == 0 ? new[] { Without, With } : [With, Without])
                    (api == With ? with : without).Add(await FirstEventAsync(http, $"{gateway.Url}/{api}", cancellationToken));
            }

            var ((a50, a99), (b50, b99)) = (Ranks(without), Ranks(with));
            Console.WriteLine($"{(round == 0 ? "warm-up" : $"round {round}"),-8} /{Without} p50 {a50:F0} p99 {a99:F0} µs   /{With} p50 {b50:F0} p99 {b99:F0} µs   ratio {b50 / a50:F3} {b99 / a99:F3}");
            if (round > 0)
                ratios.Add((b50 / a50, b99 / a99));
        }

        var (p50, p99) = (Spread.Of(ratios.Select(ratio => ratio.P50)), Spread.Of(ratios.Select(ratio => ratio.P99)));
        Console.WriteLine($"ratio of p50: {p50.Median:F3} ({p50.Least:F3}–{p50.Most:F3}), of p99: {p99.Median:F3} ({p99.Least:F3}–{p99.Most:F3})");
        return 0;
    }

    /// <summary>Microseconds from the request to the first event's last byte; the rest is read, so that the connection serves again.</summary>
    private static async Task<double> FirstEventAsync(HttpClient http, string api, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{api}/openai/v1/responses") { Content = JsonContent.Create(new { model = "gpt-4o-mini", input = "Hi", stream = true }) };
        var began = Stopwatch.GetTimestamp();
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        using var reader = new StreamReader(await answer.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(cancellationToken));
        while (await reader.ReadLineAsync(cancellationToken) is { Length: > 0 })
        {
        }

        var elapsed = Stopwatch.GetElapsedTime(began);
        await reader.ReadToEndAsync(cancellationToken);
        return elapsed.TotalMicroseconds;
    }

    private static (double P50, double P99) Ranks(List<double> times)
    {
        times.Sort();
        return (times[times.Count / 2], times[times.Count * 99 / 100]);
    }
}
