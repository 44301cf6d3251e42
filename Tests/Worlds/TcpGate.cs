using System.Net;
using System.Net.Sockets;

namespace SessionAware.Tests.Worlds;

/// <summary>Stands in front of a server and passes bytes on, until it is shut, or told to lose what the server answers.</summary>
public sealed class TcpGate : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly HashSet<TcpClient> _connections = [];
    private readonly Uri _server;
    private readonly int _port = Ports.Free();
    private TcpListener? _listener;

    public TcpGate(string server)
    {
        _server = new(server);
        Open();
    }

    /// <summary>The address that takes the server's place.</summary>
    public string Url => $"http://127.0.0.1:{_port}";

    /// <summary>Whether a connection breaks as soon as an answer begins: the server has read the request then.</summary>
    public bool LosesAnswers { get; set; }

    /// <summary>Takes connections, where it was shut.</summary>
    public void Open()
    {
        if (_listener is not null)
            return;
        var listener = _listener = new(IPAddress.Loopback, _port);
        listener.Start();
        _ = AcceptAsync(listener);
    }

    /// <summary>Refuses connections, and breaks those that are there.</summary>
    public void Shut()
    {
        _listener?.Dispose();
        _listener = null;
        lock (_lock)
        {
            foreach (var connection in _connections)
                Break(connection);
            _connections.Clear();
        }
    }

    public ValueTask DisposeAsync()
    {
        Shut();
        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
                _ = RelayAsync(await listener.AcceptTcpClientAsync());
        }
        catch (Exception shut) when (shut is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // As it was told to.
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using var server = new TcpClient { NoDelay = true };
        client.NoDelay = true;
        lock (_lock)
            _connections.Add(client);
        try
        {
            await server.ConnectAsync(_server.Host, _server.Port);
            await Task.WhenAny(CopyAsync(client, server, () => false), CopyAsync(server, client, () => LosesAnswers));
        }
        catch (SocketException)
        {
            // The server is not there: neither is whoever asked for it.
        }

        lock (_lock)
            _connections.Remove(client);
        Break(client);
    }

    private static async Task CopyAsync(TcpClient from, TcpClient to, Func<bool> isLost)
    {
        var buffer = new byte[65_536];
        try
        {
            while (await from.GetStream().ReadAsync(buffer) is > 0 and var count && !isLost())
                await to.GetStream().WriteAsync(buffer.AsMemory(0, count));
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Either side has left.
        }
    }

    /// <summary>At once, so that whoever keeps it for later knows.</summary>
    private static void Break(TcpClient connection)
    {
        if (connection.Client is { } socket)
            socket.Close(timeout: 0);
        connection.Dispose();
    }
}
