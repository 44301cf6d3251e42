namespace SessionAware.Gateway.SessionKeys;

/// <summary>Reads a whole request body into memory.</summary>
internal static class RequestBodyReader
{
    // What is declared longer gets its memory as it comes: declaring costs a caller nothing.
    private const int LongestBelieved = 1024 * 1024;

    /// <summary>The body. Its length is limited by whoever set <see cref="HttpRequest.Body"/>, or by its declared length.</summary>
    public static async ValueTask<byte[]> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength is <= LongestBelieved and var length)
        {
            var exact = new byte[length];
            await request.Body.ReadExactlyAsync(exact, cancellationToken);
            return exact;
        }

        using var buffer = new MemoryStream();
        await request.Body.CopyToAsync(buffer, cancellationToken);
        return buffer.ToArray();
    }
}
