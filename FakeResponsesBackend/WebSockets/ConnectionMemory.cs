using SessionAware.FakeResponsesBackend.Responses;

namespace SessionAware.FakeResponsesBackend.WebSockets;

/// <summary>
/// What one connection remembers: the latest response of each lane, stored or not, for every lane to continue. What is not stored is nowhere else,
/// so it is lost with the connection.
/// </summary>
internal sealed class ConnectionMemory
{
    private const string DefaultLane = "";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, StoredResponse> _latest = [];

    /// <summary>Finds a response that is the latest of any lane.</summary>
    public StoredResponse? Find(string id)
    {
        lock (_lock)
            return _latest.Values.FirstOrDefault(response => response.Body.Id == id);
    }

    /// <summary>Keeps a response in the place of the lane's latest.</summary>
    public void Keep(string? streamId, StoredResponse response)
    {
        lock (_lock)
            _latest[streamId ?? DefaultLane] = response;
    }

    /// <summary>Forgets a response that a turn of its own lane continued and failed; another lane's stays for that lane.</summary>
    public void Evict(string? streamId, string? id)
    {
        lock (_lock)
        {
            if (_latest.TryGetValue(streamId ?? DefaultLane, out var latest) && latest.Body.Id == id)
                _latest.Remove(streamId ?? DefaultLane);
        }
    }
}
