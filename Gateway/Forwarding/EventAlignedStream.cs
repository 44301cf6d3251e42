using System.Buffers;
using SessionAware.Gateway.Observation;
using SessionAware.Gateway.Threads;

namespace SessionAware.Gateway.Forwarding;

/// <summary>
/// The client's side of a streamed answer: passes bytes on unchanged, but only up to the end of the last whole event, so that every write ends on
/// an event boundary and a client never holds half an event when a region breaks off. An event that arrives whole is not delayed.
/// </summary>
/// <param name="client">The response body.</param>
/// <param name="observer">Who sees events before they leave, and may have some of them wait; null: nobody.</param>
/// <param name="longestEvent">Bytes of one event held at most; of what is longer the beginning is seen, and the rest passes as it comes, so that memory stays bounded.</param>
/// <param name="edit">Changes whole events before anybody sees them; null: they stay as they are.</param>
public sealed class EventAlignedStream(
    Stream client, IEventObserver? observer = null, int longestEvent = EventAlignedStream.DefaultLongestEvent, Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>? edit = null) : WriteOnlyStream
{
    /// <summary>16 MiB: several times the largest event that is known, an image.</summary>
    public const int DefaultLongestEvent = 16 * 1024 * 1024;

    // A boundary is at most three bytes long: one that straddles two writes begins within the last two bytes held.
    private const int LongestOverlap = 2;

    // Bytes of memory kept for the next events after a large one.
    private const int LargestKept = 64 * 1024;

    private ArrayBufferWriter<byte>? _held;

    // Within an event that is too large to be held: its rest passes as it comes. The last byte tells where a line of it has ended.
    private bool _isWithin;
    private byte _last;

    /// <summary>The response body itself, for an answer that is not a stream of events after all.</summary>
    public Stream Client => client;

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_isWithin && !buffer.IsEmpty)
        {
            var end = EndOfRest(buffer.Span);
            var rest = end > 0 ? buffer[..end] : buffer;
            (_isWithin, _last) = (end == 0, rest.Span[^1]);
            await client.WriteAsync(rest, cancellationToken);
            buffer = buffer[rest.Length..];
        }

        if (_held is not { WrittenCount: > 0 })
        {
            var end = EventBoundary.EndOfLast(buffer.Span);
            if (end > 0)
                await PassOnAsync(buffer[..end], areWhole: true, cancellationToken);
            Hold(buffer.Span[end..]);
        }
        else
        {
            var searchFrom = Math.Max(0, _held.WrittenCount - LongestOverlap);
            Hold(buffer.Span);
            var end = EventBoundary.EndOfLast(_held.WrittenSpan[searchFrom..]);
            if (end > 0)
                await ReleaseAsync(searchFrom + end, areWhole: true, cancellationToken);
        }

        if (_held?.WrittenCount > longestEvent)
        {
            (_isWithin, _last) = (true, _held.WrittenSpan[^1]);
            await ReleaseAsync(_held.WrittenCount, areWhole: false, cancellationToken);
        }
    }

    /// <summary>Passes on what is left after the last event; call it when the region ended its answer, not when it broke off.</summary>
    public ValueTask CompleteAsync(CancellationToken cancellationToken) =>
        _held is { WrittenCount: > 0 } held ? ReleaseAsync(held.WrittenCount, areWhole: true, cancellationToken) : ValueTask.CompletedTask;

    /// <summary>Ends a stream that has broken off: what is left of it is dropped for <paramref name="ending"/>.</summary>
    public async ValueTask BreakOffAsync(ReadOnlyMemory<byte> ending, CancellationToken cancellationToken)
    {
        _held = null;
        if (_isWithin)
            await client.WriteAsync("\n\n"u8.ToArray(), cancellationToken);
        await PassOnAsync(ending, areWhole: true, cancellationToken);
        await client.FlushAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => client.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override void Flush() => client.Flush();

    private void Hold(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.IsEmpty)
            (_held ??= new()).Write(bytes);
    }

    /// <summary>The index after the event within which <paramref name="bytes"/> begins, 0 where it goes on.</summary>
    private int EndOfRest(ReadOnlySpan<byte> bytes)
    {
        var start = _last == '\r' && bytes[0] == '\n' ? 1 : 0;
        if (_last is not ((byte)'\n' or (byte)'\r'))
        {
            // The end of a line is not yet a blank one.
            start = bytes.IndexOfAny((byte)'\n', (byte)'\r') + 1;
            if (start == 0)
                return 0;
            if (bytes[start - 1] == '\r' && start < bytes.Length && bytes[start] == '\n')
                start++;
        }

        var end = EventBoundary.EndOfFirst(bytes[start..]);
        return end == 0 ? 0 : start + end;
    }

    private async ValueTask PassOnAsync(ReadOnlyMemory<byte> events, bool areWhole, CancellationToken cancellationToken)
    {
        await SocketCompletions.LeaveForAsync(events.Length);
        if (edit is not null && areWhole)
            events = edit(events);
        var free = observer?.Observe(events, areWhole) ?? events.Length;
        if (free > 0)
            await client.WriteAsync(events[..free], cancellationToken);
        if (free == events.Length)
            return;
        await observer!.SettleAsync();
        await client.WriteAsync(events[free..], cancellationToken);
    }

    private async ValueTask ReleaseAsync(int count, bool areWhole, CancellationToken cancellationToken)
    {
        await PassOnAsync(_held!.WrittenMemory[..count], areWhole, cancellationToken);
        var rest = _held.WrittenSpan[count..].ToArray();
        // One large event must not keep its memory for the rest of the stream.
        if (_held.Capacity > LargestKept)
            _held = null;
        _held?.ResetWrittenCount();
        Hold(rest);
    }
}
