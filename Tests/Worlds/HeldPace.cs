using System.Threading.Channels;
using SessionAware.FakeResponsesBackend.Streaming;

namespace SessionAware.Tests.Worlds;

/// <summary>Holds the events of one turn back until a test lets them through. Register it as the region's <see cref="EventPace"/>.</summary>
public sealed class HeldPace : EventPace
{
    private readonly Channel<string?> _sent = Channel.CreateUnbounded<string?>();
    private readonly Channel<bool> _permits = Channel.CreateUnbounded<bool>();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _holds;
    private bool _waits;

    /// <summary>Begins to hold back, from the first event of the next turn on.</summary>
    public void Hold() => _holds = true;

    /// <summary>Ends when whoever waited for the turn that is held has gone.</summary>
    public Task Stopped => _stopped.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    /// <summary>Lets events through until one of this type has been sent and the next one waits; null: until the first one waits.</summary>
    public async Task HoldAfterAsync(string? type)
    {
        if (_waits)
            _permits.Writer.TryWrite(true);
        _waits = true;
        while (await _sent.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30)) != type)
            _permits.Writer.TryWrite(true);
    }

    /// <summary>Lets everything through from now on.</summary>
    public void LetGo()
    {
        _holds = _waits = false;
        _permits.Writer.TryWrite(true);
    }

    public override async ValueTask WaitAsync(IStreamEvent? sent, CancellationToken cancellationToken)
    {
        if (!_holds || sent is ResponseSnapshotEvent { Response.Status: not ("queued" or "in_progress") })
            return;
        _sent.Writer.TryWrite(sent?.EventName);
        try
        {
            await _permits.Reader.ReadAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            _stopped.TrySetResult();
            throw;
        }
    }
}
