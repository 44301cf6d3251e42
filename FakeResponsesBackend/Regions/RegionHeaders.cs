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
        var headers = context.Response.Headers;
        var requestId = Guid.NewGuid().ToString();
        headers["x-request-id"] = requestId;
        headers.XContentTypeOptions = "nosniff";
        if (_flavor == ApiFlavor.Azure)
        {
            headers["apim-request-id"] = requestId;
            headers["x-ms-region"] = _displayName;
            if (context.Request.Headers["x-ms-client-request-id"] is { Count: > 0 } clientRequestId)
                headers["x-ms-client-request-id"] = clientRequestId;
        }
        else
        {
            var began = time.GetTimestamp();
            headers["openai-version"] = "2020-10-01";
            context.Response.OnStarting(() =>
            {
                headers["openai-processing-ms"] = time.GetElapsedTime(began).TotalMilliseconds.ToString("F0", CultureInfo.InvariantCulture);
                return Task.CompletedTask;
            });
        }

        return next(context);
    }
}
