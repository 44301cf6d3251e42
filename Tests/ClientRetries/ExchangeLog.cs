using System.ClientModel.Primitives;
using System.Text.Json.Nodes;

namespace SessionAware.Tests.ClientRetries;

/// <summary>Notes each answer that the official .NET client is given, below its retries.</summary>
internal sealed class ExchangeLog : PipelinePolicy
{
    private readonly List<string> _exchanges = [];

    /// <summary>As <see cref="ClientCall.Describe"/> puts them.</summary>
    public IReadOnlyList<string> Exchanges => _exchanges;

    /// <summary>The code of an API error; null where it has none.</summary>
    public static string? CodeOf(PipelineResponse refused) => JsonNode.Parse(refused.Content)?["error"]?["code"]?.GetValue<string>();

    public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex) => throw new NotSupportedException("The tests' clients are asynchronous.");

    public override async ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
    {
        await ProcessNextAsync(message, pipeline, currentIndex);
        var answer = message.Response!;
        if (answer.IsError)
            await answer.BufferContentAsync(message.CancellationToken);
        _exchanges.Add(ClientCall.Describe(answer.Status, answer.IsError ? CodeOf(answer) : null, name => answer.Headers.TryGetValue(name, out var value) ? value : null));
    }
}
