using System.CommandLine;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace SessionAware.Benchmarks;

/// <summary>
/// Does the gateway's memory stay flat while large bodies and long streams pass through? Resident memory at rest after a warm-up, then the highest
/// seen during rounds of 30 MB requests and of 10,000-event streams.
/// </summary>
internal static class WorkingSetBenchmark
{
    private const int BodyBytes = 30 * 1024 * 1024;
    private const int Events = 10_000;
    private static readonly TimeSpan s_sampling = TimeSpan.FromMilliseconds(10);

    public static Command Command()
    {
        var rounds = new Option<int>("--rounds") { Description = "How many bodies and streams pass through, one after the other.", DefaultValueFactory = _ => 20 };
        var command = new Command("working-set", "The gateway's resident memory while 30 MB bodies and 10,000-event streams pass through.") { rounds };
        command.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(rounds), cancel));
        return command;
    }

    private static async Task RunAsync(int rounds, CancellationToken cancellationToken)
    {
        await using var backend = await StartBackendAsync(cancellationToken);
        await using var gateway = await NodeProcess.StartGatewayAsync(backend.Urls.First(), cancellationToken);
        using var http = new HttpClient(new SocketsHttpHandler());
        var body = new byte[BodyBytes];
        Random.Shared.NextBytes(body);

        async Task UploadAsync(byte[] bytes)
        {
            using var answer = await http.PostAsync(new Uri($"{gateway.Url}/no-affinity/upload"), new ByteArrayContent(bytes), cancellationToken);
            Expect(await answer.Content.ReadAsStringAsync(cancellationToken), bytes.Length.ToString(CultureInfo.InvariantCulture));
        }

        async Task StreamAsync(int events)
        {
            using var answer = await http.GetAsync(new Uri($"{gateway.Url}/no-affinity/stream?events={events}"), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken));
            var seen = 0;
            while (await reader.ReadLineAsync(cancellationToken) is { } line)
                seen += line.StartsWith("event:", StringComparison.Ordinal) ? 1 : 0;
            Expect($"{seen}", $"{events}");
        }

        for (var warmUp = 0; warmUp < 200; warmUp++)
        {
            await UploadAsync(body[..1024]);
            await StreamAsync(10);
        }

        var rest = gateway.ResidentMiB;
        Console.WriteLine($"at rest after 400 small requests: {rest:F1} MiB");
        await MeasureAsync(gateway, rest, $"{rounds} request bodies of 30 MiB", rounds, () => UploadAsync(body), cancellationToken);
        await MeasureAsync(gateway, rest, $"{rounds} streams of {Events} events", rounds, () => StreamAsync(Events), cancellationToken);
    }

    private static async Task MeasureAsync(NodeProcess gateway, double rest, string what, int rounds, Func<Task> round, CancellationToken cancellationToken)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var highest = 0.0;
        double first = 0;
        var sampling = Task.Run(
            async () =>
            {
                while (!done.IsCancellationRequested)
                {
                    highest = Math.Max(highest, gateway.ResidentMiB);
                    await Task.Delay(s_sampling, TimeProvider.System, CancellationToken.None);
                }
            },
            CancellationToken.None);
        for (var number = 0; number < rounds; number++)
        {
            await round();
            if (number == 0)
                first = highest;
        }

        await done.CancelAsync();
        await sampling;
        Console.WriteLine($"{what}: highest {highest:F1} MiB ({highest - rest:+0.0;-0.0} over rest; {first:F1} MiB after the first one)");
    }

    private static async Task<WebApplication> StartBackendAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/upload", async context =>
        {
            context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
            long received = 0;
            var buffer = new byte[64 * 1024];
            while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted) is > 0 and var count)
                received += count;
            await context.Response.WriteAsync($"{received}", context.RequestAborted);
        });
        app.MapGet("/stream", async (HttpContext context, int events) =>
        {
            context.Response.ContentType = "text/event-stream";
            for (var number = 0; number < events; number++)
            {
                var text = $"event: response.output_text.delta\ndata: {{\"type\":\"response.output_text.delta\",\"sequence_number\":{number},\"delta\":\"token\"}}\n\n";
                await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), context.RequestAborted);
            }
        });
        await app.StartAsync(cancellationToken);
        return app;
    }

    private static void Expect(string actual, string expected)
    {
        if (actual != expected)
            throw new InvalidOperationException($"Expected {expected}, got {actual}.");
    }
}
