using System.Buffers;
using SessionAware.Gateway.Forwarding;

namespace SessionAware.Gateway.Observation;

/// <summary>
/// A backend's event stream whose beginning can be looked at before anything of it is passed on. What was read by looking is read again by the reader;
/// nothing is changed, and nothing is held back but by <see cref="PeekAsync"/>.
/// </summary>
/// <param name="stream">The backend's stream.</param>
/// <param name="onFirstEvent">Told what the first event's error stands for as soon as that event is whole, by peeking or by reading: null where it is no error.</param>
/// <param name="onBroken">Told that it has broken off after its first event; true: for the reader that is its end.</param>
/// <param name="aborted">Ends with the request. A read must not outlive it: it would take another request's answer from the connection.</param>
internal sealed class FirstEventStream(Stream stream, Action<int?> onFirstEvent, Func<bool> onBroken, CancellationToken aborted) : ForwardOnlyStream
{
    // An error event is small; what is not whole by then is none.
    private const int LongestEvent = 64 * 1024;
    private const int ReadSize = 4096;

    private readonly ArrayBufferWriter<byte> _head = new(ReadSize);
    private int _passedOn;
    private Task<int>? _pending;
    private byte[]? _pendingBytes;
    private bool _isJudged;
    private bool _ended;

    /// <summary>Reads until the first event is whole, the stream ends or breaks, or <paramref name="limit"/> ends. What breaks here is thrown to the reader.</summary>
    /// <returns>False where the limit came first.</returns>
    public async Task<bool> PeekAsync(Task limit)
    {
        while (!_isJudged && !_ended)
        {
            BeginRead();
            if (await Task.WhenAny(_pending!, limit) == limit)
                return false;
            if (!_pending!.IsCompletedSuccessfully)
                return true;
            await EndReadAsync();
        }

        return true;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_ended && _passedOn == _head.WrittenCount)
            return 0;
        try
        {
            return await ReadOnAsync(buffer, cancellationToken);
        }
        catch (Exception) when (onBroken())
        {
            _ended = true;
            return 0;
        }
    }

    private async ValueTask<int> ReadOnAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_passedOn == _head.WrittenCount && _pending is not null)
        {
            await _pending.WaitAsync(cancellationToken);
            // An empty read only waits until there is something.
            if (buffer.IsEmpty)
                return 0;
            await EndReadAsync();
        }

        if (_passedOn < _head.WrittenCount)
        {
            var count = Math.Min(buffer.Length, _head.WrittenCount - _passedOn);
            _head.WrittenMemory.Slice(_passedOn, count).CopyTo(buffer);
            _passedOn += count;
            return count;
        }

        if (_ended)
            return 0;
        var read = await stream.ReadAsync(buffer, cancellationToken);
        if (!_isJudged && read > 0)
        {
            Append(buffer.Span[..read]);
            _passedOn = _head.WrittenCount;
        }

        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // Nobody reads on: how that read ended is nobody's business either.
            _pending?.ContinueWith(
                static ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            stream.Dispose();
        }

        base.Dispose(disposing);
    }

    private void BeginRead()
    {
        _pendingBytes ??= new byte[ReadSize];
        _pending ??= stream.ReadAsync(_pendingBytes, aborted).AsTask();
    }

    private async Task EndReadAsync()
    {
        var read = await _pending!;
        _pending = null;
        _ended = read == 0;
        Append(_pendingBytes.AsSpan(0, read));
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        _head.Write(bytes);
        if (_isJudged)
            return;
        var isEvent = FirstEventError.TryRead(_head.WrittenMemory, out var status);
        _isJudged = isEvent || _head.WrittenCount > LongestEvent;
        if (_isJudged)
            onFirstEvent(status);
    }
}
