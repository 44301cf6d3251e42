using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace SessionAware.Tests.ApimDoor;

/// <summary>A caller's request sent on to backends, as often as policies say.</summary>
/// <param name="request">The caller's request, for its body alone.</param>
/// <param name="rest">The path behind the API's.</param>
/// <param name="invoker">Sends it.</param>
/// <param name="options">Where backends are.</param>
internal sealed class BackendCall(HttpRequest request, string rest, HttpMessageInvoker invoker, DoorOptions options)
{
    private byte[]? _kept;
    private bool _isBodyGone;

    /// <exception cref="PolicyException">No answer came.</exception>
    public async Task<ContextResponse> SendAsync(Uri address, ContextRequest changed, bool isBodyKept, bool isHeldBack, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (!options.Addresses.TryGetValue(address.Host, out var root))
            throw new InvalidOperationException($"The test has not said where {address.Host} is.");
        using var message = new HttpRequestMessage(new HttpMethod(changed.Method), $"{root}{address.AbsolutePath.TrimEnd('/')}{rest}{changed.Url.QueryString}")
        {
            Content = await BodyAsync(isBodyKept, cancellationToken),
        };
        foreach (var (name, values) in changed.Fields.Where(field => !IsConnections(field.Key) && !field.Key.Equals("Host", StringComparison.OrdinalIgnoreCase)))
        {
            if (!message.Headers.TryAddWithoutValidation(name, values))
                message.Content?.Headers.TryAddWithoutValidation(name, values);
        }

        using var limit = new CancellationTokenSource(timeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return Read(await invoker.SendAsync(message, either.Token), isHeldBack);
        }
        catch (OperationCanceledException late) when (limit.IsCancellationRequested)
        {
            throw new PolicyException(504, "forward-request", "Timeout", "The backend did not answer in time.", late);
        }
        catch (HttpRequestException failure)
        {
            // One reason for a connection that never came about and for one that broke; the reference knows no other.
            throw new PolicyException(500, "forward-request", "BackendConnectionFailure", failure.Message, failure);
        }
    }

    /// <summary>Whether a header belongs to one connection and not to the message.</summary>
    public static bool IsConnections(string header) => header.ToLowerInvariant() is "connection" or "keep-alive" or "transfer-encoding" or "upgrade" or "te" or "trailer" or "proxy-connection";

    private async Task<HttpContent?> BodyAsync(bool isKept, CancellationToken cancellationToken)
    {
        if (request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == false)
            return null;
        if (_isBodyGone)
            throw new PolicyException(500, "forward-request", "BodyGone", "The body is not buffered and has been sent already.");
        if (!isKept)
        {
            _isBodyGone = true;
            return new StreamContent(request.Body);
        }

        if (_kept is null)
        {
            using var whole = new MemoryStream();
            await request.Body.CopyToAsync(whole, cancellationToken);
            _kept = whole.ToArray();
        }

        return new ByteArrayContent(_kept);
    }

    private static ContextResponse Read(HttpResponseMessage answer, bool isHeldBack)
    {
        var response = new ContextResponse((int)answer.StatusCode) { StatusReason = answer.ReasonPhrase ?? "", Upstream = answer, IsHeldBack = isHeldBack };
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(header => !IsConnections(header.Key)))
            response.Fields[name] = [.. values];
        return response;
    }
}
