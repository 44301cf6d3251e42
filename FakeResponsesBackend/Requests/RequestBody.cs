using SessionAware.FakeResponsesBackend.Errors;

namespace SessionAware.FakeResponsesBackend.Requests;

/// <summary>The body of a request, read whole before anything is decided: rules, faults and the journal look at it too.</summary>
internal sealed record RequestBody(ReadOnlyMemory<byte> Utf8)
{
    // A length is easily claimed; memory follows what really comes.
    private const int FirstCapacity = 1024 * 1024;

    /// <summary>Reads the body and keeps it as a feature of the request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="limit">The largest body in bytes, for the message of a 413.</param>
    public static async Task<(ReadOnlyMemory<byte> Utf8, ApiError? Fault)> ReadAsync(HttpContext context, long limit)
    {
        try
        {
            using var buffer = new MemoryStream(capacity: (int)Math.Min(context.Request.ContentLength ?? 0, FirstCapacity));
            await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
            ReadOnlyMemory<byte> utf8 = buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
            context.Features.Set(new RequestBody(utf8));
            return (utf8, null);
        }
        catch (BadHttpRequestException tooLarge) when (tooLarge.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return (default, ApiErrors.RequestTooLarge(limit));
        }
        catch (BadHttpRequestException unreadable)
        {
            return (default, ApiErrors.InvalidJson() with { Status = unreadable.StatusCode });
        }
    }
}
