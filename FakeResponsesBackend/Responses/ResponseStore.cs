using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using SessionAware.FakeResponsesBackend.Items;
using SessionAware.FakeResponsesBackend.Regions;

namespace SessionAware.FakeResponsesBackend.Responses;

/// <summary>
/// The region's memory of responses: for 30 days, at most <see cref="RegionOptions.MaxStoredResponses"/> and
/// <see cref="RegionOptions.MaxStoredBytes"/>; the oldest are forgotten first.
/// </summary>
public sealed class ResponseStore(IOptions<RegionOptions> options, TimeProvider time)
{
    /// <summary>How long a response is kept, as upstream.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(30);

    private readonly int _mostResponses = options.Value.MaxStoredResponses;
    private readonly long _mostBytes = options.Value.MaxStoredBytes;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _byId = [];

    // A caller may hand an item on from one response to another: each counts.
    private readonly Dictionary<string, (Item Item, int Holders)> _items = [];

    // In the order of their making, which is also the order of expiry.
    private readonly LinkedList<Entry> _oldestFirst = [];

    // Steps are shared by many responses: each counts as long as one of them needs it.
    private readonly Dictionary<History, int> _holders = new(ReferenceEqualityComparer.Instance);
    private long _bytes;

    /// <summary>How much is remembered: responses, and roughly how many bytes.</summary>
    public (int Responses, long Bytes) Size
    {
        get
        {
            lock (_lock)
            {
                TrimNeedsLock();
                return (_byId.Count, _bytes);
            }
        }
    }

    /// <summary>Remembers a response, or its new state.</summary>
    public void Set(StoredResponse response)
    {
        lock (_lock)
        {
            var entry = new Entry(response, response.Bytes);
            HoldNeedsLock(entry);
            if (_byId.TryGetValue(response.Body.Id, out var known))
            {
                ReleaseNeedsLock(known.Value);
                known.Value = entry;
            }
            else
            {
                _byId[response.Body.Id] = _oldestFirst.AddLast(entry);
            }

            TrimNeedsLock();
        }
    }

    /// <summary>Replaces the state of a response that is still remembered; a deleted one stays deleted.</summary>
    public void Update(StoredResponse response)
    {
        lock (_lock)
        {
            if (_byId.ContainsKey(response.Body.Id))
                Set(response);
        }
    }

    /// <summary>Finds a response made here, neither deleted nor expired nor still hidden.</summary>
    public bool TryGet(string id, [NotNullWhen(true)] out StoredResponse? response)
    {
        lock (_lock)
        {
            response = _byId.TryGetValue(id, out var node) && !IsExpired(node.Value) && node.Value.Response.VisibleFrom <= time.GetUtcNow()
                ? node.Value.Response
                : null;
            return response is not null;
        }
    }

    /// <summary>Whether a response is remembered, be it still hidden from callers.</summary>
    public bool Holds(string id)
    {
        lock (_lock)
            return _byId.TryGetValue(id, out var node) && !IsExpired(node.Value);
    }

    /// <summary>Finds an item of any response that is remembered.</summary>
    public bool TryGetItem(string id, [NotNullWhen(true)] out Item? item)
    {
        lock (_lock)
        {
            TrimNeedsLock();
            item = _items.TryGetValue(id, out var known) ? known.Item : null;
            return item is not null;
        }
    }

    /// <summary>Forgets a response.</summary>
    /// <returns>What was forgotten; null when it is unknown.</returns>
    public StoredResponse? Remove(string id)
    {
        lock (_lock)
        {
            if (!_byId.TryGetValue(id, out var node) || node.Value.Response.VisibleFrom > time.GetUtcNow())
                return null;
            RemoveNeedsLock(node);
            return IsExpired(node.Value) ? null : node.Value.Response;
        }
    }

    /// <summary>Forgets everything.</summary>
    /// <returns>What was forgotten.</returns>
    public IReadOnlyList<StoredResponse> Clear()
    {
        lock (_lock)
        {
            List<StoredResponse> all = [.. _oldestFirst.Select(entry => entry.Response)];
            while (_oldestFirst.First is { } oldest)
                RemoveNeedsLock(oldest);
            return all;
        }
    }

    private void TrimNeedsLock()
    {
        while (_oldestFirst.First is { } oldest && (_byId.Count > _mostResponses || _bytes > _mostBytes || IsExpired(oldest.Value)))
            RemoveNeedsLock(oldest);
    }

    private void RemoveNeedsLock(LinkedListNode<Entry> node)
    {
        _byId.Remove(node.Value.Response.Body.Id);
        _oldestFirst.Remove(node);
        ReleaseNeedsLock(node.Value);
    }

    private void HoldNeedsLock(Entry entry)
    {
        _bytes += entry.Bytes;
        foreach (var item in entry.Response.After.Added)
            _items[item.Id] = (item, _items.GetValueOrDefault(item.Id).Holders + 1);
        for (var step = entry.Response.After; step is not null; step = step.Parent)
        {
            _holders[step] = _holders.GetValueOrDefault(step) + 1;
            if (_holders[step] > 1)
                return;
            _bytes += step.Bytes;
        }
    }

    private void ReleaseNeedsLock(Entry entry)
    {
        _bytes -= entry.Bytes;
        foreach (var item in entry.Response.After.Added)
        {
            var (known, holders) = _items[item.Id];
            if (holders > 1)
                _items[item.Id] = (known, holders - 1);
            else
                _items.Remove(item.Id);
        }

        for (var step = entry.Response.After; step is not null; step = step.Parent)
        {
            if (--_holders[step] > 0)
                return;
            _holders.Remove(step);
            _bytes -= step.Bytes;
        }
    }

    private bool IsExpired(Entry entry) => time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(entry.Response.Body.CreatedAt) > Retention;

    /// <summary>A response and what it counted for when it was entered: that is what leaving gives back.</summary>
    private sealed record Entry(StoredResponse Response, long Bytes);
}
