using System.Net;
using System.Net.Sockets;

namespace SessionAware.Tests.Worlds;

/// <summary>Ports of the loopback for what must know its port before it listens.</summary>
public static class Ports
{
    // Below the range from which the system gives ports to whoever asks for any, so that nobody else takes one between here and its use.
    private const int First = 20_000;
    private const int Count = 10_000;

    private static int s_next = Environment.ProcessId * 100 % Count;

    /// <summary>A port that nobody listens on and that no other test gets.</summary>
    public static int Free()
    {
        while (true)
        {
            var port = First + (Interlocked.Increment(ref s_next) % Count);
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken by another program: the next one.
            }
        }
    }
}
