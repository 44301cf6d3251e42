namespace SessionAware.Gateway.CosmosSessions;

/// <summary>
/// The turns that this process has begun to write and not ended, so that their ends need not be read first, and one waits for the other. Bounded, the first in
/// goes first: whoever is not found here is looked up.
/// </summary>
internal sealed class BegunTurns(int capacity)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Place> _places = new(StringComparer.Ordinal);
    private readonly Queue<Place> _order = new();

    /// <summary>Comes to write a turn. Whoever enters must <see cref="Leave"/>.</summary>
    public Place Enter(string document)
    {
        lock (_lock)
        {
            var place = new Place(document, _places.GetValueOrDefault(document)?.Done.Task);
            _places[document] = place;
            _order.Enqueue(place);
            while (_order.Count > capacity)
                RemoveNeedsLock(_order.Dequeue());
            return place;
        }
    }

    /// <summary>Has written it.</summary>
    /// <param name="place">Where it was entered.</param>
    /// <param name="begun">What is in the store now; null where it has ended, or is not known.</param>
    public void Leave(Place place, Begun? begun)
    {
        if (begun is null)
        {
            lock (_lock)
                RemoveNeedsLock(place);
        }

        place.Done.SetResult(begun);
    }

    /// <summary>Forgets one, or all.</summary>
    public void Forget(string? document = null)
    {
        lock (_lock)
        {
            if (document is null)
                _places.Clear();
            else
                _places.Remove(document);
        }
    }

    private void RemoveNeedsLock(Place place)
    {
        if (_places.TryGetValue(place.Document, out var known) && ReferenceEquals(known, place))
            _places.Remove(place.Document);
    }

    /// <summary>One who writes a turn.</summary>
    internal sealed record Place(string Document, Task<Begun?>? Before)
    {
        public TaskCompletionSource<Begun?> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>A turn that was begun, as it is in the store.</summary>
/// <param name="Document">The document without what was said.</param>
/// <param name="LacksInput">Whether it has an input that is left out here.</param>
internal sealed record Begun(SessionDocument Document, bool LacksInput);
