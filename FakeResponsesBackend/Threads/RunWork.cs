using System.Threading.Channels;

namespace SessionAware.FakeResponsesBackend.Threads;

/// <summary>One stretch of work for a run: from its making, or from tool outputs, until it ends or waits for tools.</summary>
internal sealed class RunWork(Channel<RunEvent> events, CancellationToken stopping) : IDisposable
{
    private readonly CancellationTokenSource _stopped = CancellationTokenSource.CreateLinkedTokenSource(stopping);
    private volatile bool _isHandedOn;

    /// <summary>Work whose events nobody has seen yet.</summary>
    public RunWork(CancellationToken stopping) : this(Channel.CreateUnbounded<RunEvent>(), stopping)
    {
    }

    /// <summary>Ends when nobody wants the work any more.</summary>
    public CancellationToken Stopped => _stopped.Token;

    /// <summary>What happens, for one reader.</summary>
    public ChannelReader<RunEvent> Events => events.Reader;

    /// <summary>Whether somebody reads the events; else they are not kept.</summary>
    public required bool IsRead { get; init; }

    /// <summary>Events so far.</summary>
    public int Count { get; private set; }

    /// <summary>Adds an event.</summary>
    public void Append(RunEvent next)
    {
        Count++;
        if (IsRead)
            events.Writer.TryWrite(next);
    }

    /// <summary>Has this work stop, and other work tell the same reader how it ends.</summary>
    public RunWork HandOn(CancellationToken untilThen)
    {
        _isHandedOn = true;
        Stop();
        return new(events, untilThen) { IsRead = IsRead, Count = Count };
    }

    /// <summary>Has the work stop, without waiting for it. It may have ended before.</summary>
    public void Stop()
    {
        try
        {
            _ = _stopped.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It had ended.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isHandedOn)
            events.Writer.TryComplete();
        _stopped.Dispose();
    }
}
