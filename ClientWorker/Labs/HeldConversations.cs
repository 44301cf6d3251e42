using SessionAware.ClientWorker.Conversations;

namespace SessionAware.ClientWorker.Labs;

/// <summary>The conversations of one run while they are held: begun, continued side by side as far as the run allows, and concluded.</summary>
/// <param name="run">The run.</param>
/// <param name="options">The lab's settings.</param>
/// <param name="time">Measures turns.</param>
/// <param name="finished">Called as often as there are conversations, when each is over.</param>
internal sealed class HeldConversations(PlannedRun run, LabOptions options, TimeProvider time, Action finished) : IDisposable
{
    private readonly Conversation?[] _conversations = new Conversation?[run.Scripts.Count];
    // One client for the process, or one for each conversation.
    private readonly ConversationClient? _shared = run.Cookies == CookieJar.PerProcess ? ConversationClient.Create(options, run) : null;
    private readonly Lock _counting = new();
    private int _atOnce;
    private int _most;

    /// <summary>The backend that began each conversation; null where no answer said so.</summary>
    public IReadOnlyList<string?> Owners => [.. _conversations.Select(conversation => conversation?.Outcome.Turns[0].Backend)];

    /// <summary>Continues each that <paramref name="speaks"/> until turn <paramref name="last"/> is over, beginning it where that is still to do.</summary>
    public async Task ContinueAsync(int last, CancellationToken cancellationToken, Func<int, bool>? speaks = null)
    {
        var concurrency = new ParallelOptions { MaxDegreeOfParallelism = run.Concurrency ?? options.Concurrency, CancellationToken = cancellationToken };
        var speaking = Enumerable.Range(0, _conversations.Length).Where(speaks ?? (_ => true)).ToList();
        await Parallel.ForEachAsync(speaking, concurrency, async (number, cancel) =>
        {
            var conversation = _conversations[number] ??= Begin(number);
            if (conversation.IsOver)
                return;
            Count(+1);
            await conversation.ContinueAsync(last, cancel);
            Count(-1);
            if (!conversation.IsOver)
                return;
            conversation.Dispose();
            finished();
        });
    }

    /// <summary>What came of them.</summary>
    public RunResult Conclude() => new(run, [.. _conversations.Select(conversation => conversation!.Outcome)]) { AtOnce = _most };

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var conversation in _conversations)
            conversation?.Dispose();
    }

    private Conversation Begin(int number) =>
        new(_shared ?? ConversationClient.Create(options, run), options.Model, run.Scripts[number], run.Streams(number), time);

    private void Count(int change)
    {
        lock (_counting)
            _most = Math.Max(_most, _atOnce += change);
    }
}
