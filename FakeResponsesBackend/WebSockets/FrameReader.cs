using System.Buffers;
using System.Net.WebSockets;

namespace SessionAware.FakeResponsesBackend.WebSockets;

/// <summary>Reads frames whole, in however many fragments they come.</summary>
internal sealed class FrameReader(WebSocket socket, int largest)
{
    private const int AtOnce = 16 * 1024;

    /// <summary>The next text; or why there is none, and whether another may follow all the same.</summary>
    public async Task<(ReadOnlyMemory<byte> Text, Ending? Ending, bool IsLast)> ReadAsync()
    {
        var text = new ArrayBufferWriter<byte>();
        try
        {
            while (true)
            {
                // To cancel a read would break the connection: whoever ends it lets the client answer first, or cuts it.
                var read = await socket.ReceiveAsync(text.GetMemory(AtOnce), CancellationToken.None);
                if (read.MessageType == WebSocketMessageType.Close)
                    return (default, Ending.Closed(socket.CloseStatus ?? WebSocketCloseStatus.Empty), IsLast: true);
                if (read.MessageType == WebSocketMessageType.Binary)
                    return (default, Ending.Binary, IsLast: false);
                text.Advance(read.Count);
                if (text.WrittenCount > largest)
                    return (default, Ending.TooLarge(largest), IsLast: false);
                if (read.EndOfMessage)
                    return (text.WrittenMemory, null, IsLast: false);
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException)
        {
            return (default, Ending.Cut, IsLast: true);
        }
    }
}
