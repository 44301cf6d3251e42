using System.Net;
using System.Net.Sockets;

namespace SessionAware.Tests.Worlds;

/// <summary>Ports of the loopback.</summary>
public static class Ports
{
    /// <summary>A port that nobody listens on.</summary>
    public static int Free()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
