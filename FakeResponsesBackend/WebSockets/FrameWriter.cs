using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Responses;
using SessionAware.FakeResponsesBackend.Streaming;

namespace SessionAware.FakeResponsesBackend.WebSockets;

/// <summary>Sends frames, one at a time however many lanes have some, and nothing after the closing one.</summary>
internal sealed class FrameWriter(WebSocket socket, CancellationToken cut) : IDisposable
{
    private readonly SemaphoreSlim _sending = new(1);

    /// <summary>Sends an event: the very object that a stream's <c>data:</c> line holds, in a named lane with the lane's name.</summary>
    /// <returns>False where nobody reads any more.</returns>
    public Task<bool> SendAsync(ResponseEvent next, string? streamId)
    {
        var buffer = new ArrayBufferWriter<byte>();
        ((IStreamEvent)next).WriteTo(buffer);
        return SendAsync(streamId is null ? buffer.WrittenMemory : Named(buffer.WrittenSpan, streamId));
    }

    /// <summary>Sends an error: the HTTP answer's body, with its status beside and its headers within.</summary>
    /// <returns>False where nobody reads any more.</returns>
    public Task<bool> SendAsync(ApiError error, string? streamId, int? sequenceNumber = null) => SendAsync(Frame(error, streamId, sequenceNumber));

    /// <summary>Sends the last frame and the close code.</summary>
    public async Task CloseAsync(Ending ending, CancellationToken patience)
    {
        try
        {
            await _sending.WaitAsync(patience);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        try
        {
            if (ending.Error is { } error)
                await socket.SendAsync(Frame(error, streamId: null, sequenceNumber: null), WebSocketMessageType.Text, endOfMessage: true, patience);
            await socket.CloseOutputAsync(ending.Code!.Value, ending.Reason, patience);
        }
        catch (Exception gone) when (IsGone(gone))
        {
            // Who does not read its farewell is cut off.
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _sending.Dispose();

    private async Task<bool> SendAsync(ReadOnlyMemory<byte> text)
    {
        await _sending.WaitAsync();
        try
        {
            // Not the token of the turn: to cancel a send breaks the connection, and its closing frame is still to come.
            await socket.SendAsync(text, WebSocketMessageType.Text, endOfMessage: true, cut);
            return true;
        }
        catch (Exception gone) when (IsGone(gone))
        {
            return false;
        }
        finally
        {
            _sending.Release();
        }
    }

    private static bool IsGone(Exception error) => error is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException;

    private static byte[] Named(ReadOnlySpan<byte> json, string streamId)
    {
        // The name needs no escaping: its characters are checked where it comes in.
        return [.. json[..^1], .. ",\"stream_id\":\""u8, .. System.Text.Encoding.ASCII.GetBytes(streamId), .. "\"}"u8];
    }

    private static ReadOnlyMemory<byte> Frame(ApiError error, string? streamId, int? sequenceNumber)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = WireJson.Options.Encoder }))
        {
            json.WriteStartObject();
            json.WriteString("type", "error");
            if (sequenceNumber is { } number)
                json.WriteNumber("sequence_number", number);
            json.WriteNumber("status", error.Status);
            if (streamId is not null)
                json.WriteString("stream_id", streamId);
            error.WriteTo(json, withHeaders: true);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
