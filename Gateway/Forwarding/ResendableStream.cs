namespace SessionAware.Gateway.Forwarding;

/// <summary>
/// A request body that can be sent again: what was read of it is kept, in memory at first and in a temporary file beyond that. The framework's buffering
/// stream will not do: a read that is given up there can lose bytes that the caller has already sent, and it takes its memory at once and for as long as the
/// answer lasts.
/// </summary>
/// <param name="body">The caller's body.</param>
/// <param name="largestInMemory">Bytes kept in memory at most.</param>
public sealed class ResendableStream(Stream body, int largestInMemory = ResendableStream.DefaultLargestInMemory) : ForwardOnlyStream
{
    /// <summary>1 MiB.</summary>
    public const int DefaultLargestInMemory = 1024 * 1024;

    private readonly Lock _lock = new();

    private Stream? _kept = new MemoryStream();
    private long _position;
    private bool _ended;
    private bool _isReading;
    private bool _isReleased;

    /// <summary>Whether it can be read again from its beginning. It cannot once it was released, or where no temporary file could be written.</summary>
    public bool CanRewind => _kept is not null && !_isReleased;

    /// <summary>The next read is from the beginning.</summary>
    /// <exception cref="InvalidOperationException">The beginning is not there any more: a body must not be sent without it.</exception>
    public void Rewind() => _position = CanRewind ? 0 : throw new InvalidOperationException("The request cannot be sent again: its body could not be kept.");

    /// <summary>Nobody will read it again: what was read already needs no longer be kept.</summary>
    public void Release()
    {
        lock (_lock)
        {
            _isReleased = true;
            if (!_isReading)
                ForgetNeedsLock();
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        lock (_lock)
            _isReading = true;
        try
        {
            var count = _kept is { } kept && _position < kept.Length ? await ReadKeptAsync(kept, buffer, cancellationToken) : await ReadOnAsync(buffer, cancellationToken);
            _position += count;
            return count;
        }
        finally
        {
            lock (_lock)
            {
                _isReading = false;
                if (_isReleased)
                    ForgetNeedsLock();
            }
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _kept?.Dispose();
        base.Dispose(disposing);
    }

    private ValueTask<int> ReadKeptAsync(Stream kept, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        kept.Position = _position;
        return kept.ReadAsync(buffer, cancellationToken);
    }

    private async ValueTask<int> ReadOnAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_ended)
            return 0;
        var count = await body.ReadAsync(buffer, cancellationToken);
        _ended = count == 0 && !buffer.IsEmpty;
        // From here on nothing may be given up: these bytes come only once.
        if (count > 0 && CanRewind)
            await KeepAsync(buffer[..count]);
        return count;
    }

    private async ValueTask KeepAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            if (_kept is MemoryStream inMemory && inMemory.Length + bytes.Length > largestInMemory)
                _kept = await MoveToFileAsync(inMemory);
            _kept!.Position = _kept.Length;
            await _kept.WriteAsync(bytes, CancellationToken.None);
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            // No room for it: the request goes on, it can just not be sent again.
            _kept?.Dispose();
            _kept = null;
        }
    }

    private static async Task<Stream> MoveToFileAsync(MemoryStream inMemory)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.Asynchronous | FileOptions.DeleteOnClose };
        // What callers send is theirs.
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream(Path.Combine(Path.GetTempPath(), $"sessionaware-{Path.GetRandomFileName()}"), options);
        try
        {
            inMemory.Position = 0;
            await inMemory.CopyToAsync(file, CancellationToken.None);
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    private void ForgetNeedsLock()
    {
        if (_kept is null || _position < _kept.Length)
            return;
        _kept.Dispose();
        _kept = null;
    }
}
