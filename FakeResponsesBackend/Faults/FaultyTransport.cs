using System.Runtime.CompilerServices;

namespace SessionAware.FakeResponsesBackend.Faults;

/// <summary>Lets events through to a caller until a fault of the connection strikes; what makes the events does not notice.</summary>
internal static class FaultyTransport
{
    /// <summary>The events, as far as they get.</summary>
    public static async IAsyncEnumerable<T> Through<T>(
        this RequestFaults faults, IAsyncEnumerable<T> events, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var sent = 0;
        await foreach (var next in events.WithCancellation(cancellationToken))
        {
            yield return next;
            sent++;
            // Before the next event is made: making the last one stores the response.
            if (sent == faults.CutAfter)
                throw new ConnectionCutException();
            if (sent == faults.HangAfter)
                await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
        }
    }
}
