using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.CosmosSessions;

/// <summary>Pins that this process has seen in the store lately: a conversation's comes again with every turn. Bounded in number and time, the first in goes first.</summary>
internal sealed class KnownPins(int capacity, TimeProvider time)
{
    // Another replica may have forgotten it meanwhile.
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (long Expires, DateTimeOffset Until)> _pins = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    /// <summary>Whether writing <paramref name="document"/> again would change nothing.</summary>
    public bool Has(SessionDocument document)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            return _pins.TryGetValue(document.Id, out var known) && known.Until > now && known.Expires > now.ToUnixTimeMilliseconds()
                && document.Expires <= known.Expires + (long)Pin.WorthKeepingLonger.TotalMilliseconds;
        }
    }

    /// <summary>It is there.</summary>
    public void Add(SessionDocument document)
    {
        lock (_lock)
        {
            if (!_pins.ContainsKey(document.Id))
                _order.Enqueue(document.Id);
            _pins[document.Id] = (document.Expires, time.GetUtcNow() + s_longest);
            while (_order.Count > capacity)
                _pins.Remove(_order.Dequeue());
        }
    }

    /// <summary>Forgets one, or all.</summary>
    public void Forget(string? document = null)
    {
        lock (_lock)
        {
            // Its place in the order stays: it may leave earlier the next time.
            if (document is not null)
                _pins.Remove(document);
            else
                _pins.Clear();
        }
    }
}
