using SessionAware.Gateway.SessionKeys;

namespace SessionAware.Gateway.Sessions;

/// <summary>
/// What this process was told to forget lately, so that whatever was under way by then does not make it anew: an answer that was asked for before, a write
/// that waited. Each forgetting has a number, and what began before that number was given does not count any more; what begins later is nobody's business here.
/// </summary>
public sealed class ForgottenIds
{
    /// <summary>How many are kept in mind, the latest: as many deletions as there may be while the longest answer is under way.</summary>
    private const int Most = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<Entry, long> _numbers = [];
    private readonly Queue<(Entry Entry, long Number)> _order = new();

    // Those of which the store has not heard; few, and mostly none.
    private readonly HashSet<Entry> _unwritten = [];
    private int _unwrittenCount;
    private long _now;

    /// <summary>The number of the latest; what begins notes it.</summary>
    public long Now => Volatile.Read(ref _now);

    /// <summary>An id of <paramref name="owner"/>'s is forgotten here; <see cref="Written"/> says when it is in the store, too.</summary>
    public void Add(SessionId id, string owner) => Add(new Entry(id, null, owner), isUnwritten: id.Kind != SessionKeyKind.Header);

    /// <summary>All of a session is.</summary>
    public void AddSession(string session) => Add(new Entry(null, session, null));

    /// <summary>All that an owner has is.</summary>
    public void AddOwner(string owner) => Add(new Entry(null, null, owner));

    /// <summary>The store has forgotten what <paramref name="write"/> does, too.</summary>
    public void Written(SessionWrite write)
    {
        if (write.Forgotten is not { } ids)
            return;
        lock (_lock)
        {
            foreach (var id in ids)
                _unwritten.Remove(new(id, null, write.ForgottenBy));
            Volatile.Write(ref _unwrittenCount, _unwritten.Count);
        }
    }

    /// <summary>Whether it has been forgotten and the store has not heard of that: what it says of it does not count. Where a header's value points is no deletion.</summary>
    public bool IsUnwritten(SessionId id, string owner)
    {
        if (Volatile.Read(ref _unwrittenCount) == 0)
            return false;
        lock (_lock)
            return _unwritten.Contains(new(id, null, owner));
    }

    /// <summary>Whether it has been forgotten since <paramref name="since"/>.</summary>
    public bool Has(SessionId id, string owner, string session, long since)
    {
        // Mostly nothing has.
        if (since >= Now)
            return false;
        lock (_lock)
            return HasNeedsLock(new(id, null, owner), since) || HasNeedsLock(new(null, session, null), since) || HasNeedsLock(new(null, null, owner), since);
    }

    /// <summary>Whether <paramref name="pin"/> has been.</summary>
    public bool Has(Pin pin, long since) => Has(pin.Id, pin.Owner, pin.Session, since);

    /// <summary>What is left of <paramref name="write"/>; null where nothing is. Whatever comes with a turn goes with it.</summary>
    public SessionWrite? Without(SessionWrite write)
    {
        if (write.Since >= Now)
            return write;
        if (write.Turn is { } turn && Has(SessionId.Response(turn.ResponseId), turn.Owner, turn.Session, write.Since))
            write = write with { Turn = null, Pins = [] };
        else if (write.Pins.Any(pin => Has(pin, write.Since)))
            write = write with { Pins = [.. write.Pins.Where(pin => !Has(pin, write.Since))] };
        return write is { Turn: null, Pins: [], Forgotten: null } ? null : write;
    }

    private bool HasNeedsLock(Entry entry, long since) => _numbers.TryGetValue(entry, out var number) && number > since;

    private void Add(Entry entry, bool isUnwritten = false)
    {
        lock (_lock)
        {
            var number = _now + 1;
            _numbers[entry] = number;
            _order.Enqueue((entry, number));
            if (_order.Count > Most && _order.Dequeue() is var oldest && _numbers[oldest.Entry] == oldest.Number)
            {
                _numbers.Remove(oldest.Entry);
                _unwritten.Remove(oldest.Entry);
            }

            if (isUnwritten)
                _unwritten.Add(entry);
            Volatile.Write(ref _unwrittenCount, _unwritten.Count);
            // Whoever sees the number finds what it stands for.
            Volatile.Write(ref _now, number);
        }
    }

    /// <summary>An id and its owner, or all of a session, or all of an owner.</summary>
    private readonly record struct Entry(SessionId? Id, string? Session, string? Owner);
}
