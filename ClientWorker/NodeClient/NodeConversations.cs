using System.Text;
using System.Text.Json;
using CliWrap;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SessionAware.ClientWorker.Conversations;
using SessionAware.ClientWorker.Labs;

namespace SessionAware.ClientWorker.NodeClient;

/// <summary>Holds conversations by the official npm client, in a process under node that ends with them, or with the lab.</summary>
public sealed partial class NodeConversations(IOptions<LabOptions> options, ILogger<NodeConversations> logger)
{
    // The .NET client's own.
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(100);

    private static readonly string s_script = Path.Combine(AppContext.BaseDirectory, "NodeClient", "conversations.mjs");

    /// <summary>Holds them all, one after the other; <paramref name="finished"/> is called after each.</summary>
    public async Task<RunResult> HoldAsync(PlannedRun run, Action finished, CancellationToken cancellationToken)
    {
        var folder = Path.GetFullPath(Path.Combine(Environment.CurrentDirectory, options.Value.NodeClient));
        if (await NodeInstallation.FindMissingAsync(folder, cancellationToken) is { } missing)
            return RunResult.Skip(run, missing);

        var told = run.Scripts.Select(_ => new List<NodeTurn>()).ToList();
        var complaints = new StringBuilder();
        var ended = await Cli.Wrap(NodeInstallation.Program)
            .WithArguments([s_script, folder])
            .WithStandardInputPipe(PipeSource.FromString(JsonSerializer.Serialize(PlanOf(run), NodeJson.Default.NodePlan)))
            .WithStandardOutputPipe(PipeTarget.ToDelegate(line =>
            {
                var turn = JsonSerializer.Deserialize(line, NodeJson.Default.NodeTurn)!;
                told[turn.Conversation].Add(turn);
                if (turn.Code is not null || told[turn.Conversation].Count == run.Scripts[turn.Conversation].Prompts.Count)
                    finished();
            }))
            .WithStandardErrorPipe(PipeTarget.ToStringBuilder(complaints))
            .WithValidation(CommandResultValidation.None)
            .ExecuteAsync(cancellationToken);
        if (!ended.IsSuccess)
            LogEnded(ended.ExitCode, complaints.ToString().Trim());
        return new(run, [.. run.Scripts.Zip(told, Conclude)]);
    }

    private NodePlan PlanOf(PlannedRun run) => new(
        ConversationClient.AddressOf(options.Value, run.Api),
        options.Value.ApiKey,
        options.Value.Model,
        s_timeout.TotalMilliseconds,
        [.. run.Scripts.Select((script, number) => new NodeConversation(run.Streams(number), script.Prompts))]);

    private static ConversationOutcome Conclude(ConversationScript script, List<NodeTurn> told)
    {
        var turns = told.Select(turn => turn.ToOutcome()).ToList();
        // What the script did not live to tell.
        if (turns.Count < script.Prompts.Count && turns is not [.., { Answered: false }])
            turns.Add(new(TurnOutcome.UnknownRegion, 0, "client_ended_early", TimeSpan.Zero));
        return new(script, turns, turns[^1].Answered ? told[^1].Answer : null);
    }

    [LoggerMessage(LogLevel.Error, "The npm client ended early with exit code {ExitCode}: {Complaints}")]
    private partial void LogEnded(int exitCode, string complaints);
}
