using System.Runtime.CompilerServices;
using SessionAware.FakeResponsesBackend.Faults;

namespace SessionAware.FakeResponsesBackend.Streaming;

/// <summary>Plays events in time, whichever API they belong to: each when the region's latency lets it, up to the error that was ordered for this request.</summary>
internal sealed class EventPlayer(EventPace pace, LatencyModel latency, TimeProvider time)
{
    /// <summary>The events as they come.</summary>
    /// <param name="events">What is played; each is made when it is due.</param>
    /// <param name="delay">How long the model waits before it begins.</param>
    /// <param name="faults">What was ordered to go wrong.</param>
    /// <param name="fail">The last events after so many others, where an error within the stream strikes.</param>
    /// <param name="cancellationToken">Ends with whoever listens.</param>
    public async IAsyncEnumerable<T> PlayAsync<T>(
        IEnumerable<T> events, TimeSpan delay, RequestFaults faults, Func<StreamErrorFault, int, IEnumerable<T>> fail,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where T : class, IStreamEvent
    {
        if (delay > TimeSpan.Zero)
            await Task.Delay(delay, time, cancellationToken);
        var clock = latency.Start(faults.Latency);
        await pace.WaitAsync(sent: null, cancellationToken);
        using var source = events.GetEnumerator();
        T? last = null;
        for (var sent = 0; last is not { IsLast: true }; sent++)
        {
            // Both are asked before the next event is made: making the last one finishes the turn.
            cancellationToken.ThrowIfCancellationRequested();
            if (faults.StreamError is { } error && sent >= error.AfterEvents)
            {
                foreach (var failure in fail(error, sent))
                    yield return failure;
                yield break;
            }

            if (!source.MoveNext())
                yield break;
            last = source.Current;
            if (!last.IsLast)
                await clock.WaitAsync(last, cancellationToken);
            yield return last;
            await pace.WaitAsync(last, cancellationToken);
        }
    }
}
