using SessionAware.FakeResponsesBackend.Streaming;

namespace SessionAware.FakeResponsesBackend.Responses;

/// <summary>A response in the making that needs no caller: it goes on when they hang up, and ends early only when it is cancelled.</summary>
internal sealed class BackgroundRun(bool streamed, CancellationToken stopping) : IDisposable
{
    private readonly CancellationTokenSource _cancelled = CancellationTokenSource.CreateLinkedTokenSource(stopping);

    /// <summary>Whether it was created with <c>stream</c>: only then can it be streamed again.</summary>
    public bool Streamed => streamed;

    /// <summary>Its events so far.</summary>
    public EventLog Events { get; } = new();

    /// <summary>Ends when it has ended, one way or the other.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>Begins to make the response.</summary>
    public void Start(Func<CancellationToken, IAsyncEnumerable<ResponseEvent>> play) => Ended = Task.Run(() => RunAsync(play), CancellationToken.None);

    /// <summary>Stops it and waits until it has stopped. It may have been finished just before.</summary>
    public async Task StopAsync()
    {
        await _cancelled.CancelAsync();
        await Ended;
    }

    /// <inheritdoc/>
    public void Dispose() => _cancelled.Dispose();

    private async Task RunAsync(Func<CancellationToken, IAsyncEnumerable<ResponseEvent>> play)
    {
        try
        {
            await foreach (var next in play(_cancelled.Token))
                Events.Append(next);
            Events.Complete();
        }
        catch (OperationCanceledException)
        {
            // Who cancelled says how it ends.
        }
    }
}
