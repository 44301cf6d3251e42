using System.Globalization;
using Microsoft.Extensions.Options;

namespace SessionAware.FakeResponsesBackend.Regions;

/// <summary>Headers that every answer of the service carries, errors included.</summary>
internal sealed class RegionHeaders(RequestDelegate next, IOptions<RegionOptions> options, TimeProvider time)
{
    private readonly ApiFlavor _flavor = options.Value.Flavor;
    private readonly string _displayName = AzureRegionNames.Display(options.Value.Name);

    public Task InvokeAsync(HttpContext context)
    {
        var (requestId, began) = (Guid.NewGuid().ToString(), time.GetTimestamp());
        // As the answer starts: an error handler clears what was set before.
        context.Response.OnStarting(() =>
        {
            Stamp(context, requestId, began);
            return Task.CompletedTask;
        });
        return next(context);
    }

    private void Stamp(HttpContext context, string requestId, long began)
    {
        var headers = context.Response.Headers;
        headers["x-request-id"] = requestId;
        headers.XContentTypeOptions = "nosniff";
        headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains; preload";
        if (_flavor == ApiFlavor.OpenAI)
        {
            headers["openai-version"] = "2020-10-01";
            headers["openai-organization"] = "org-emulated";
            headers["openai-project"] = "proj_emulated";
            headers["openai-processing-ms"] = time.GetElapsedTime(began).TotalMilliseconds.ToString("F0", CultureInfo.InvariantCulture);
            return;
        }

        headers["apim-request-id"] = requestId;
        headers["x-ms-region"] = _displayName;
        if (context.Request.Headers["x-ms-client-request-id"] is { Count: > 0 } clientRequestId)
            headers["x-ms-client-request-id"] = clientRequestId;
    }
}
