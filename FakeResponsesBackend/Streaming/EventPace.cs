namespace SessionAware.FakeResponsesBackend.Streaming;

/// <summary>Decides when each event of a stream may leave the region. Replace it in the container to slow a region down or to hold events back.</summary>
public class EventPace
{
    /// <summary>Returns when the next event may be made and sent; here at once.</summary>
    /// <param name="sent">The event sent last; null before the first.</param>
    /// <param name="cancellationToken">Ends with the caller's connection.</param>
    public virtual ValueTask WaitAsync(ResponseEvent? sent, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
