using System.Buffers;
using System.Net.WebSockets;

namespace SessionAware.FakeResponsesBackend.WebSockets;

/// <summary>Reads frames whole, in however many fragments they come.</summary>
internal sealed class FrameReader(WebSocket socket, int largest, CancellationToken cut)
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
                // To cancel a read breaks the connection: nothing less than a cut does so.
                var read = await socket.ReceiveAsync(text.GetMemory(AtOnce), cut);
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
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or InvalidOperationException or IOException)
        {
            return (default, Ending.Cut, IsLast: true);
        }
    }
}
