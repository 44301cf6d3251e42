namespace SessionAware.Gateway.Forwarding;

/// <summary>
/// A request body of unknown length that may be no longer than a limit. The server's own limit would do the same, but it then closes the connection at
/// once, and a client that is still sending sees a broken pipe instead of the 413.
/// </summary>
internal sealed class LimitedBody(Stream body, long limit) : ForwardOnlyStream
{
    private long _read;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await body.ReadAsync(buffer, cancellationToken);
        _read += count;
        return _read <= limit ? count : throw new BadHttpRequestException("The request body is too large.", StatusCodes.Status413PayloadTooLarge);
    }
}
