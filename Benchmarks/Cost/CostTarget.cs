using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace SessionAware.Benchmarks.Cost;

/// <summary>What is measured: the bare proxy, or one API of the gateway.</summary>
/// <param name="Name">Its name in the tables.</param>
/// <param name="Server">The process that answers.</param>
/// <param name="Url">Where turns are sent.</param>
internal sealed record CostTarget(string Name, NodeProcess Server, Uri Url)
{
    public const string Bare = "bare";

    public List<LoadRound> Load { get; } = [];

    public List<LoadRound> Sequential { get; } = [];

    public List<LoadRound> SequentialAwake { get; } = [];

    public static CostTarget OfBare(NodeProcess server) => new(Bare, server, new($"{server.Url}/openai/v1/responses"));

    public static CostTarget Of(CostApi api, NodeProcess gateway) => new($"/{api.Name}", gateway, new($"{gateway.Url}/{api.Path}/openai/v1/responses"));

    /// <summary>Sends two turns, so that what is measured is known to work: a gateway that refuses is fast.</summary>
    /// <exception cref="BenchmarkException">The answers are not two of the upstream's.</exception>
    public async Task CheckAsync(HttpClient http, CancellationToken cancellationToken)
    {
        async Task<(string Response, string Message)> SendAsync()
        {
            using var answer = await http.PostAsJsonAsync(Url, new { model = "gpt-4o-mini", input = "Hi" }, cancellationToken);
            var text = await answer.Content.ReadAsStringAsync(cancellationToken);
            if (!answer.IsSuccessStatusCode)
                throw new BenchmarkException($"{Name} answered {(int)answer.StatusCode}: {text}");
            var response = JsonNode.Parse(text)!;
            return (response["id"]!.GetValue<string>(), response["output"]![0]!["id"]!.GetValue<string>());
        }

        var (first, second) = (await SendAsync(), await SendAsync());
        if (first == second || PartitionOf(first.Response) != PartitionOf(first.Message))
            throw new BenchmarkException($"{Name}: the upstream's ids are not as Azure's: {first}, then {second}.");
    }

    private static string PartitionOf(string id) => id[(id.IndexOf('_', StringComparison.Ordinal) + 1)..][..16];
}
