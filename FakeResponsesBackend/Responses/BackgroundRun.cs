using SessionAware.FakeResponsesBackend.Streaming;

namespace SessionAware.FakeResponsesBackend.Responses;

/// <summary>A response in the making that needs no caller: it goes on when they hang up, and ends early only when it is cancelled.</summary>
/// <param name="streamed">Whether it was created with <c>stream</c>.</param>
/// <param name="cancelled">Cancels it; without timer or parent, so that nobody needs to dispose of it while others may still want to cancel.</param>
internal sealed class BackgroundRun(bool streamed, CancellationTokenSource cancelled)
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private EventLog? _events = streamed ? new() : null;

    // Kept here: nothing else keeps a timer alive.
    private ITimer? _letGo;

    /// <summary>Whether it was created with <c>stream</c>: only then can it be streamed again.</summary>
    public bool Streamed => streamed;

    /// <summary>Its events so far; null where nobody may ask for them, or not any more.</summary>
    public EventLog? Events => Volatile.Read(ref _events);

    /// <summary>Makes the response.</summary>
    /// <param name="play">The events as they come.</param>
    /// <param name="endEarly">Makes the last event when it was cancelled (true) or broke (false).</param>
    /// <param name="stopping">Cancels it when the region stops.</param>
    public async Task MakeAsync(Func<CancellationToken, IAsyncEnumerable<ResponseEvent>> play, Func<bool, ResponseEvent> endEarly, CancellationToken stopping)
    {
        var events = Events;
        ResponseEvent? last = null;
        await using var stop = stopping.UnsafeRegister(_ => cancelled.Cancel(), null);
        try
        {
            await foreach (var next in play(cancelled.Token))
            {
                last = next;
                events?.Append(next);
            }
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
            // It ends below, once, however many asked for it.
        }
        finally
        {
            if (last is not { IsLast: true })
            {
                var end = endEarly(cancelled.IsCancellationRequested);
                events?.Append(end with { SequenceNumber = events.Count });
            }

            events?.Complete();
            _ended.SetResult();
        }
    }

    /// <summary>Stops it and waits until it has stopped. It may have been finished just before.</summary>
    public async Task StopAsync()
    {
        await cancelled.CancelAsync();
        await _ended.Task;
    }

    /// <summary>Lets the events go after a while; whoever is reading them reads on.</summary>
    public void LetEventsGoAfter(TimeSpan wait, TimeProvider time, Action gone)
    {
        if (Events is not null)
            _letGo = time.CreateTimer(_ => LetEventsGo(gone), null, wait, Timeout.InfiniteTimeSpan);
    }

    private void LetEventsGo(Action gone)
    {
        Volatile.Write(ref _events, null);
        _letGo?.Dispose();
        gone();
    }
}
