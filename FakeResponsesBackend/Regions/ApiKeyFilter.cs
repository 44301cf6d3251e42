using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using SessionAware.FakeResponsesBackend.Errors;

namespace SessionAware.FakeResponsesBackend.Regions;

/// <summary>Asks for a key, in <c>api-key</c> as Azure's clients send it or as a bearer token as OpenAI's do, before anything else is looked at.</summary>
internal sealed class ApiKeyFilter(IOptions<RegionOptions> options) : IEndpointFilter
{
    private readonly ApiFlavor _flavor = options.Value.Flavor;
    private readonly byte[][] _keys = [.. options.Value.ApiKeys.Select(Encoding.UTF8.GetBytes)];

    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var key = KeyOf(context.HttpContext.Request.Headers);
        if (key is not null && IsKnown(key))
            return next(context);
        return ValueTask.FromResult<object?>(_flavor == ApiFlavor.Azure ? ApiErrors.AccessDenied(missing: key is null) : ApiErrors.IncorrectKey(key));
    }

    private static string? KeyOf(IHeaderDictionary headers)
    {
        const string Bearer = "Bearer ";
        if (headers["api-key"].ToString() is { Length: > 0 } key)
            return key;
        var authorization = headers.Authorization.ToString();
        return authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? authorization[Bearer.Length..].Trim() : null;
    }

    private bool IsKnown(string key)
    {
        var bytes = Encoding.UTF8.GetBytes(key);
        return _keys.Any(known => CryptographicOperations.FixedTimeEquals(known, bytes));
    }
}
