namespace SessionAware.Gateway.Observation;

/// <summary>Sees the events of a stream before they leave.</summary>
public interface IEventObserver
{
    /// <summary>Whole events, in order, each once.</summary>
    /// <returns>How many bytes may leave at once; the rest after <see cref="SettleAsync"/>.</returns>
    int Observe(ReadOnlyMemory<byte> events);

    /// <summary>Ends when the rest may leave, too.</summary>
    Task SettleAsync();
}
