using System.Threading.Channels;
using SessionAware.FakeResponsesBackend.Streaming;
using SessionAware.FakeResponsesBackend.Threads;

namespace SessionAware.Tests.Worlds;

/// <summary>Holds runs at each of their states, until a test has looked.</summary>
public sealed class RunGate : EventPace
{
    private readonly Channel<(string Type, TaskCompletionSource Go)> _reached = Channel.CreateUnbounded<(string, TaskCompletionSource)>();
    private TaskCompletionSource? _held;

    /// <summary>Lets the run go on until it is held at <paramref name="status"/>.</summary>
    public async Task UntilAsync(string status)
    {
        LetGo();
        while (true)
        {
            var (type, go) = await _reached.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            if (type == $"thread.run.{status}")
            {
                _held = go;
                return;
            }

            go.TrySetResult();
        }
    }

    /// <summary>Lets the run go on from where it is held.</summary>
    public void LetGo() => Interlocked.Exchange(ref _held, null)?.TrySetResult();

    public override async ValueTask WaitAsync(IStreamEvent? sent, CancellationToken cancellationToken)
    {
        if (sent is not RunEvent { Type: var type } || type.StartsWith("thread.run.step.delta", StringComparison.Ordinal) || !type.StartsWith("thread.run.", StringComparison.Ordinal))
            return;
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _reached.Writer.TryWrite((type, go));
        await go.Task.WaitAsync(cancellationToken);
    }
}
