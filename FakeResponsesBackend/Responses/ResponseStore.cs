using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using SessionAware.FakeResponsesBackend.Regions;

namespace SessionAware.FakeResponsesBackend.Responses;

/// <summary>The region's own memory: responses made here, for 30 days, at most <see cref="RegionOptions.MaxStoredResponses"/> of them.</summary>
public sealed class ResponseStore(IOptions<RegionOptions> options, TimeProvider time)
{
    /// <summary>How long a response is kept, as upstream.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(30);

    private readonly int _capacity = options.Value.MaxStoredResponses;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<StoredResponse>> _byId = [];

    // In the order of their making, which is also the order of expiry.
    private readonly LinkedList<StoredResponse> _oldestFirst = [];

    /// <summary>Remembers a finished response.</summary>
    public void Add(StoredResponse response)
    {
        lock (_lock)
        {
            _byId[response.Body.Id] = _oldestFirst.AddLast(response);
            while (_oldestFirst.First is { } oldest && (_byId.Count > _capacity || IsExpired(oldest.Value)))
                RemoveNeedsLock(oldest);
        }
    }

    /// <summary>Finds a response made here and neither deleted nor expired.</summary>
    public bool TryGet(string id, [NotNullWhen(true)] out StoredResponse? response)
    {
        lock (_lock)
        {
            response = _byId.TryGetValue(id, out var node) && !IsExpired(node.Value) ? node.Value : null;
            return response is not null;
        }
    }

    /// <summary>Forgets a response.</summary>
    /// <returns>False when it is unknown.</returns>
    public bool Remove(string id)
    {
        lock (_lock)
        {
            if (!_byId.TryGetValue(id, out var node))
                return false;
            RemoveNeedsLock(node);
            return !IsExpired(node.Value);
        }
    }

    private void RemoveNeedsLock(LinkedListNode<StoredResponse> node)
    {
        _byId.Remove(node.Value.Body.Id);
        _oldestFirst.Remove(node);
    }

    private bool IsExpired(StoredResponse response) => time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(response.Body.CreatedAt) > Retention;
}
