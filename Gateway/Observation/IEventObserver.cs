namespace SessionAware.Gateway.Observation;

/// <summary>Sees the events of a stream before they leave.</summary>
public interface IEventObserver
{
    /// <summary>Events, in order, each once.</summary>
    /// <param name="events">Whole ones, or the beginning of one that is too large to be held.</param>
    /// <param name="areWhole">Whether they are: of what is not, nothing but its ids counts.</param>
    /// <returns>How many bytes may leave at once; the rest after <see cref="SettleAsync"/>.</returns>
    int Observe(ReadOnlyMemory<byte> events, bool areWhole);

    /// <summary>Ends when the rest may leave, too.</summary>
    Task SettleAsync();
}
