using System.Threading.Channels;
using SessionAware.FakeResponsesBackend.Streaming;

namespace SessionAware.Tests.Worlds;

/// <summary>Lets a region make its events one at a time, as the test permits.</summary>
/// <param name="after">The only event after which turns are held; null: before and after every one.</param>
public sealed class EventGate(string? after = null) : EventPace
{
    private readonly Channel<bool> _permits = Channel.CreateUnbounded<bool>();
    private readonly TaskCompletionSource _hungUp = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when a turn was given up while it was held here.</summary>
    public Task HungUp => _hungUp.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    public void Permit(int events)
    {
        for (var number = 0; number < events; number++)
            _permits.Writer.TryWrite(true);
    }

    public override async ValueTask WaitAsync(IStreamEvent? sent, CancellationToken cancellationToken)
    {
        if (sent is { EventName: "response.completed" } || (after is not null && sent?.EventName != after))
            return;
        try
        {
            await _permits.Reader.ReadAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            _hungUp.TrySetResult();
            throw;
        }
    }
}
