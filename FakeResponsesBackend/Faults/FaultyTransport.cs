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
            if (faults.Cut is { } cut && sent >= cut.AfterEvents)
                throw new ConnectionCutException();
            if (faults.Hang is { } hang && sent >= hang.AfterEvents)
                await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
            yield return next;
            sent++;
        }
    }
}
