using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using SessionAware.Gateway.Pools;

namespace SessionAware.Gateway.SessionKeys;

/// <summary>
/// APIM's affinity cookie. APIM documents its name alone; ours holds the backend's name, sealed by Data Protection: opaque, useless when changed,
/// and bound to its pool.
/// </summary>
public sealed class AffinityCookie(IDataProtectionProvider protection)
{
    private const string Purpose = "SessionAware.AffinityCookie";

    /// <summary>The backend that the request's cookie names; no key where there is no cookie or it was not sealed here for this pool.</summary>
    public SessionKey Read(HttpRequest request, PoolModel pool)
    {
        if (pool.AffinityCookie is null || request.Cookies[pool.AffinityCookie] is not { Length: > 0 } value)
            return SessionKey.None;
        try
        {
            return new SessionKey(SessionKeyKind.Cookie, protection.CreateProtector(Purpose, pool.Name).Unprotect(value));
        }
        catch (CryptographicException)
        {
            // Forged, changed, from another pool or from before the keys were lost: the request has no session.
            return SessionKey.None;
        }
    }

    /// <summary>Pins the caller to <paramref name="backend"/>, under this API's path alone and for as long as the client keeps its cookies.</summary>
    public void Write(HttpContext context, ApiModel api, BackendModel backend) =>
        context.Response.Cookies.Append(
            api.Pool.AffinityCookie!,
            protection.CreateProtector(Purpose, api.Pool.Name).Protect(backend.Name),
            new CookieOptions
            {
                Path = api.Path,
                HttpOnly = true,
                // A Secure cookie never comes back over plain http.
                Secure = context.Request.IsHttps,
                IsEssential = true,
            });

    /// <summary>The <c>Cookie</c> header without our own cookie, which is nobody else's business; null where nothing is left.</summary>
    internal static string? WithoutOwn(HttpRequest request, string name)
    {
        var others = request.Headers.Cookie.SelectMany(header => header!.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Where(pair => pair.Split('=', 2)[0].TrimEnd() != name);
        return string.Join("; ", others) is { Length: > 0 } left ? left : null;
    }
}
