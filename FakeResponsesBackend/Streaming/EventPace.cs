namespace SessionAware.FakeResponsesBackend.Streaming;

/// <summary>Decides when each event of a turn may be made and sent, beyond the region's latency. Replace it in the container to hold events back one by one.</summary>
public class EventPace
{
    /// <summary>Returns when the next event may be made and sent; here at once.</summary>
    /// <param name="sent">The event sent last; null before the first.</param>
    /// <param name="cancellationToken">Ends with the caller's connection, or with the run in the background.</param>
    public virtual ValueTask WaitAsync(IStreamEvent? sent, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
