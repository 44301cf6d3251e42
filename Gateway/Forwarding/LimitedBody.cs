namespace SessionAware.Gateway.Forwarding;

/// <summary>
/// A request body of unknown length that may be no longer than a limit. The server's own limit would do the same, but it then closes the connection at
/// once, and a client that is still sending sees a broken pipe instead of the 413.
/// </summary>
internal sealed class LimitedBody(Stream body, long limit) : Stream
{
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException("The length of this body is not known.");

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException("A request body is read once.");
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await body.ReadAsync(buffer, cancellationToken);
        _read += count;
        return _read <= limit ? count : throw new BadHttpRequestException("The request body is too large.", StatusCodes.Status413PayloadTooLarge);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A request body is read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("A request body is read once.");

    public override void SetLength(long value) => throw new NotSupportedException("A request body is only read.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("A request body is only read.");
}
