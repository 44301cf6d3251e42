namespace SessionAware.Gateway.Sessions;

/// <summary>
/// The writes that a process holds: those that the store has not finished, and those that it refused, in order. As long as it keeps up, every write has an answer
/// that waits for it, and all are let in; as soon as one waits without, all that is held is bounded, and what finds no room is not handed over.
/// </summary>
internal sealed class WriteBacklog(SessionsOptions options)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<SessionWrite> _refused = new();
    private int _slow;

    // All that is here. They go down without the lock.
    private int _held;
    private long _heldBytes;

    /// <summary>What became of a write.</summary>
    public enum Place
    {
        /// <summary>The store is to have it.</summary>
        Store,

        /// <summary>It waits behind what the store refused.</summary>
        Queue,

        /// <summary>The same, and nobody tries those again yet.</summary>
        NewQueue,

        /// <summary>There was no room.</summary>
        Nowhere,
    }

    /// <summary>Writes that wait for the store while their answers have left.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
                return _refused.Count + _slow;
        }
    }

    /// <summary>Takes a new write in.</summary>
    public Place Enter(SessionWrite write)
    {
        var bytes = write.HeldBytes;
        lock (_lock)
        {
            if ((_refused.Count > 0 || _slow > 0) && (_held >= options.QueuedTurns || _heldBytes + bytes > options.QueuedBytes))
                return Place.Nowhere;
            Interlocked.Increment(ref _held);
            Interlocked.Add(ref _heldBytes, bytes);
            // Behind what waits already: nothing must be forgotten before it is written.
            return _refused.Count > 0 ? QueueNeedsLock(write) : Place.Store;
        }
    }

    /// <summary>The store has it, or nobody will.</summary>
    public void Leave(SessionWrite write)
    {
        Interlocked.Decrement(ref _held);
        Interlocked.Add(ref _heldBytes, -write.HeldBytes);
    }

    /// <summary>The store is slower than its answer could wait (1), or has come to an end with it after all (-1).</summary>
    public void CountSlow(int change)
    {
        lock (_lock)
            _slow += change;
    }

    /// <summary>Keeps what the store refused, where there is room.</summary>
    public Place Refuse(SessionWrite write)
    {
        lock (_lock)
        {
            if (_held <= options.QueuedTurns && _heldBytes <= options.QueuedBytes)
                return QueueNeedsLock(write);
        }

        Leave(write);
        return Place.Nowhere;
    }

    /// <summary>The first that was refused; there is one.</summary>
    public LinkedListNode<SessionWrite> First()
    {
        lock (_lock)
            return _refused.First!;
    }

    /// <summary>One behind the first, another for each <paramref name="number"/>; null where there is none.</summary>
    public LinkedListNode<SessionWrite>? Other(int number)
    {
        lock (_lock)
        {
            if (_refused.Count < 2)
                return null;
            var other = _refused.First!.Next!;
            for (var step = number % (_refused.Count - 1); step > 0; step--)
                other = other.Next!;
            return other;
        }
    }

    /// <summary>Takes one that was refused out.</summary>
    /// <returns>Whether it was the last: whoever tries them again is done.</returns>
    public bool Remove(LinkedListNode<SessionWrite> write)
    {
        Leave(write.Value);
        lock (_lock)
        {
            _refused.Remove(write);
            return _refused.Count == 0;
        }
    }

    private Place QueueNeedsLock(SessionWrite write)
    {
        _refused.AddLast(write);
        return _refused.Count == 1 ? Place.NewQueue : Place.Queue;
    }
}
