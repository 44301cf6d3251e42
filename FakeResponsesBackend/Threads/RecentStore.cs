using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using SessionAware.FakeResponsesBackend.Regions;
using SessionAware.FakeResponsesBackend.Responses;

namespace SessionAware.FakeResponsesBackend.Threads;

/// <summary>
/// Remembers one kind of resource: at most <see cref="RegionOptions.MaxStoredResponses"/> within <see cref="RegionOptions.MaxStoredBytes"/>, those used
/// least recently are forgotten first, and each after a time without use. The service promises no end; the region keeps them as long as responses.
/// </summary>
internal sealed class RecentStore<T>(IOptions<RegionOptions> options, TimeProvider time) where T : class, IRemembered
{
    private readonly int _most = options.Value.MaxStoredResponses;
    private readonly long _mostBytes = options.Value.MaxStoredBytes;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _byId = [];
    private readonly LinkedList<Entry> _leastRecentFirst = [];
    private long _bytes;
    private long _last;

    /// <summary>How much is remembered, and roughly how many bytes.</summary>
    public (int Count, long Bytes) Size
    {
        get
        {
            lock (_lock)
                return (_byId.Count, _bytes);
        }
    }

    /// <summary>Everything, oldest first.</summary>
    public IReadOnlyList<T> All()
    {
        lock (_lock)
        {
            TrimNeedsLock();
            return [.. _leastRecentFirst.OrderBy(entry => entry.Number).Select(entry => entry.State)];
        }
    }

    /// <summary>Remembers something new.</summary>
    public void Add(T state)
    {
        lock (_lock)
        {
            _byId[state.Id] = _leastRecentFirst.AddLast(new Entry(++_last, state) { UsedAt = time.GetUtcNow() });
            _bytes += state.Bytes;
            TrimNeedsLock();
        }
    }

    /// <summary>Finds something, which is a use of it.</summary>
    public bool TryGet(string id, [NotNullWhen(true)] out T? state)
    {
        state = Change(id, known => known);
        return state is not null;
    }

    /// <summary>Changes something.</summary>
    /// <param name="id">What.</param>
    /// <param name="change">Gives the new state; null: it stays as it is. Runs under the store's lock.</param>
    /// <returns>The new state; null when it is unknown or stays as it is.</returns>
    public T? Change(string id, Func<T, T?> change)
    {
        lock (_lock)
        {
            TrimNeedsLock();
            if (!_byId.TryGetValue(id, out var node) || change(node.Value.State) is not { } changed)
                return null;
            _bytes += changed.Bytes - node.Value.State.Bytes;
            (node.Value.State, node.Value.UsedAt) = (changed, time.GetUtcNow());
            _leastRecentFirst.Remove(node);
            _leastRecentFirst.AddLast(node);
            TrimNeedsLock();
            return changed;
        }
    }

    /// <summary>Forgets something.</summary>
    /// <returns>False when it is unknown.</returns>
    public bool Remove(string id)
    {
        lock (_lock)
        {
            if (!_byId.TryGetValue(id, out var node))
                return false;
            RemoveNeedsLock(node);
            return true;
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            while (_leastRecentFirst.First is { } oldest)
                RemoveNeedsLock(oldest);
        }
    }

    private void TrimNeedsLock()
    {
        while (_leastRecentFirst.First is { } oldest
            && (_byId.Count > _most || _bytes > _mostBytes || time.GetUtcNow() - oldest.Value.UsedAt > ResponseStore.Retention))
            RemoveNeedsLock(oldest);
    }

    private void RemoveNeedsLock(LinkedListNode<Entry> node)
    {
        _byId.Remove(node.Value.State.Id);
        _leastRecentFirst.Remove(node);
        _bytes -= node.Value.State.Bytes;
        node.Value.State.Forgotten();
    }

    private sealed class Entry(long number, T state)
    {
        /// <summary>In the order of making: many things are made in one second.</summary>
        public long Number => number;

        public T State { get; set; } = state;

        public DateTimeOffset UsedAt { get; set; }
    }
}

/// <summary>Something that a <see cref="RecentStore{T}"/> remembers.</summary>
internal interface IRemembered
{
    /// <summary>Names it.</summary>
    string Id { get; }

    /// <summary>Roughly what it takes in memory.</summary>
    long Bytes { get; }

    /// <summary>It has been forgotten: whatever works for it stops. Must not wait.</summary>
    void Forgotten();
}
