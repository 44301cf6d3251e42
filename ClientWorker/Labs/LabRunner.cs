using Microsoft.Extensions.Options;
using SessionAware.ClientWorker.Conversations;
using SessionAware.ClientWorker.NodeClient;

namespace SessionAware.ClientWorker.Labs;

/// <summary>Holds the conversations of a run.</summary>
/// <param name="options">The lab's settings.</param>
/// <param name="node">Holds those of the npm client.</param>
/// <param name="time">Measures turns.</param>
/// <param name="restart">Restarts the gateway; null where nobody can.</param>
public sealed class LabRunner(IOptions<LabOptions> options, NodeConversations node, TimeProvider time, IGatewayRestart? restart = null)
{
    private const string CannotRestart = "Only who hosts the gateway can restart it, as Standalone does: dotnet run --project Standalone.";

    /// <summary>Holds them all; <paramref name="finished"/> is called after each.</summary>
    public async Task<RunResult> RunAsync(PlannedRun run, Action finished, CancellationToken cancellationToken)
    {
        if (run.ByNode)
            return await node.HoldAsync(run, finished, cancellationToken);
        if (run.RestartAfter is not null && restart is null)
            return RunResult.Skip(run, CannotRestart);

        var conversations = new Conversation?[run.Scripts.Count];
        try
        {
            if (run.RestartAfter is { } turn)
            {
                await ContinueAsync(run, conversations, turn, finished, cancellationToken);
                await restart!.RestartAsync(cancellationToken);
            }

            var atOnce = await ContinueAsync(run, conversations, run.Scripts[0].Prompts.Count, finished, cancellationToken);
            return new(run, [.. conversations.Select(conversation => conversation!.Outcome)]) { AtOnce = atOnce };
        }
        finally
        {
            foreach (var conversation in conversations)
                conversation?.Dispose();
        }
    }

    /// <summary>Continues each conversation until turn <paramref name="last"/> is over, beginning it where that is still to do.</summary>
    /// <returns>How many were held at the same time.</returns>
    private async Task<int> ContinueAsync(PlannedRun run, Conversation?[] conversations, int last, Action finished, CancellationToken cancellationToken)
    {
        var concurrency = new ParallelOptions { MaxDegreeOfParallelism = run.Concurrency ?? options.Value.Concurrency, CancellationToken = cancellationToken };
        // One client for the process, or one for each conversation.
        var shared = run.Cookies == CookieJar.PerProcess ? ResponsesClients.Create(options.Value, run.Api, run.Cookies) : default;
        var counting = new Lock();
        var (now, most) = (0, 0);
        await Parallel.ForAsync(0, conversations.Length, concurrency, async (number, cancel) =>
        {
            lock (counting)
                most = Math.Max(most, ++now);
            var conversation = conversations[number] ??= Begin(number);
            if (!conversation.IsOver)
                await conversation.ContinueAsync(last, cancel);
            lock (counting)
                now--;
            if (!conversation.IsOver)
                return;
            conversation.Dispose();
            finished();
        });
        return most;

        Conversation Begin(int number)
        {
            var (client, transport) = shared.Client is null ? ResponsesClients.Create(options.Value, run.Api, run.Cookies) : shared;
            return new(client, transport, options.Value.Model, run.Scripts[number], run.Streams(number), time);
        }
    }
}
