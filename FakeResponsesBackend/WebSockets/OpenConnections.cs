namespace SessionAware.FakeResponsesBackend.WebSockets;

/// <summary>The region's open WebSockets: a region that loses its memory loses them too.</summary>
internal sealed class OpenConnections
{
    private readonly Lock _lock = new();
    private readonly HashSet<ResponseConnection> _open = [];

    /// <summary>Serves a connection for as long as it lasts.</summary>
    public async Task RunAsync(ResponseConnection connection)
    {
        lock (_lock)
            _open.Add(connection);
        try
        {
            await connection.RunAsync();
        }
        finally
        {
            lock (_lock)
                _open.Remove(connection);
        }
    }

    /// <summary>Cuts them all.</summary>
    public void CutAll()
    {
        lock (_lock)
        {
            foreach (var connection in _open)
                connection.End(Ending.Cut);
        }
    }
}
