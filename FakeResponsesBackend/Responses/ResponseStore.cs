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
    // What a response costs beside its items: body, ids, nodes of the collections.
    private const int BytesPerResponse = 2048;

    /// <summary>How long a response is kept, as upstream.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(30);

    private readonly int _mostResponses = options.Value.MaxStoredResponses;
    private readonly long _mostBytes = options.Value.MaxStoredBytes;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<StoredResponse>> _byId = [];
    private readonly Dictionary<string, Item> _items = [];

    // In the order of their making, which is also the order of expiry.
    private readonly LinkedList<StoredResponse> _oldestFirst = [];

    // Steps are shared by many responses: each counts as long as one of them needs it.
    private readonly Dictionary<History, int> _holders = new(ReferenceEqualityComparer.Instance);
    private long _bytes;

    /// <summary>How much is remembered: responses, and roughly how many bytes.</summary>
    public (int Responses, long Bytes) Size
    {
        get
        {
            lock (_lock)
                return (_byId.Count, _bytes);
        }
    }

    /// <summary>Remembers a response, or its new state.</summary>
    public void Set(StoredResponse response)
    {
        lock (_lock)
        {
            if (_byId.TryGetValue(response.Body.Id, out var known))
                RemoveNeedsLock(known);
            _byId[response.Body.Id] = _oldestFirst.AddLast(response);
            _bytes += BytesPerResponse;
            Hold(response.After);
            foreach (var item in response.After.Added)
                _items[item.Id] = item;
            while (_oldestFirst.First is { } oldest && (_byId.Count > _mostResponses || _bytes > _mostBytes || IsExpired(oldest.Value)))
                RemoveNeedsLock(oldest);
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
            response = _byId.TryGetValue(id, out var node) && !IsExpired(node.Value) && node.Value.VisibleFrom <= time.GetUtcNow() ? node.Value : null;
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
            return _items.TryGetValue(id, out item);
    }

    /// <summary>Forgets a response.</summary>
    /// <returns>What was forgotten; null when it is unknown.</returns>
    public StoredResponse? Remove(string id)
    {
        lock (_lock)
        {
            if (!_byId.TryGetValue(id, out var node) || node.Value.VisibleFrom > time.GetUtcNow())
                return null;
            RemoveNeedsLock(node);
            return IsExpired(node.Value) ? null : node.Value;
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            while (_oldestFirst.First is { } oldest)
                RemoveNeedsLock(oldest);
        }
    }

    private void RemoveNeedsLock(LinkedListNode<StoredResponse> node)
    {
        _byId.Remove(node.Value.Body.Id);
        _oldestFirst.Remove(node);
        _bytes -= BytesPerResponse;
        foreach (var item in node.Value.After.Added)
            _items.Remove(item.Id);
        Release(node.Value.After);
    }

    private void Hold(History last)
    {
        for (var step = last; step is not null; step = step.Parent)
        {
            _holders[step] = _holders.GetValueOrDefault(step) + 1;
            if (_holders[step] > 1)
                return;
            _bytes += step.Bytes;
        }
    }

    private void Release(History last)
    {
        for (var step = last; step is not null; step = step.Parent)
        {
            if (--_holders[step] > 0)
                return;
            _holders.Remove(step);
            _bytes -= step.Bytes;
        }
    }

    private bool IsExpired(StoredResponse response) => time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(response.Body.CreatedAt) > Retention;
}
