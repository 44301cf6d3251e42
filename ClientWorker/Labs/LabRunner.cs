using Microsoft.Extensions.Options;
using SessionAware.ClientWorker.Conversations;

namespace SessionAware.ClientWorker.Labs;

/// <summary>Holds the conversations of a run.</summary>
public sealed class LabRunner(IOptions<LabOptions> options, TimeProvider time)
{
    /// <summary>Holds them all; <paramref name="finished"/> is called after each.</summary>
    public async Task<RunResult> RunAsync(PlannedRun run, Action finished, CancellationToken cancellationToken)
    {
        var outcomes = new ConversationOutcome[run.Scripts.Count];
        var concurrency = new ParallelOptions
        {
            MaxDegreeOfParallelism = run.OneAtATime ? 1 : options.Value.Concurrency,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForAsync(0, outcomes.Length, concurrency, async (number, cancel) =>
        {
            var (client, transport) = ResponsesClients.Create(options.Value, run.Api, run.Cookies);
            using (transport)
                outcomes[number] = await new Conversation(client, options.Value.Model, time).HoldAsync(run.Scripts[number], run.Streaming, cancel);
            finished();
        });
        return new(run, outcomes);
    }
}
