using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using SessionAware.Gateway.Pools;

namespace SessionAware.Gateway.SessionKeys;

/// <summary>
/// APIM's affinity cookie. APIM documents its name alone; ours holds the backend's name, sealed by Data Protection: opaque, useless when changed,
/// and bound to its pool.
/// </summary>
public sealed class AffinityCookie(IDataProtectionProvider protection) : IHostedService
{
    private const string Purpose = "SessionAware.AffinityCookie";

    private readonly ConcurrentDictionary<string, IDataProtector> _protectors = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The backend that the request's cookie names; no key where there is no cookie or none was sealed here for this pool.</summary>
    public SessionKey Read(HttpRequest request, PoolModel pool)
    {
        if (pool.AffinityCookie is not { } name)
            return SessionKey.None;
        // A browser or jar may hold several of one name, for nested paths or from a backend of the same habit.
        foreach (var (_, value) in Pairs(request).Where(pair => pair.Name == name))
        {
            try
            {
                return new SessionKey(SessionKeyKind.Cookie, ProtectorOf(pool).Unprotect(value));
            }
            catch (CryptographicException)
            {
                // Forged, changed, from another pool or from before the keys were lost: it tells no session.
            }
        }

        return SessionKey.None;
    }

    /// <summary>Pins the caller to <paramref name="backend"/>, under this API's path alone and for as long as the client keeps its cookies.</summary>
    public void Write(HttpContext context, ApiModel api, BackendModel backend) =>
        context.Response.Cookies.Append(
            api.Pool.AffinityCookie!,
            ProtectorOf(api.Pool).Protect(backend.Name),
            new CookieOptions
            {
                // As the caller wrote it: cookie paths are case-sensitive, API paths are not.
                Path = context.Request.Path.Value![..api.Path.Value!.Length],
                HttpOnly = true,
                // A Secure cookie never comes back over plain http.
                Secure = context.Request.IsHttps,
                IsEssential = true,
            });

    /// <summary>Seals once, so that keys that cannot be kept stop the start and not the first session.</summary>
    /// <exception cref="OptionsValidationException">The keys' directory cannot be used.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            protection.CreateProtector(Purpose).Protect("");
            return Task.CompletedTask;
        }
        catch (Exception unusable) when (unusable is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new OptionsValidationException(
                GatewayOptions.Section, typeof(GatewayOptions), ["Gateway__CookieKeysDirectory: the keys that seal the affinity cookie cannot be kept there. Set it to a folder that this process may write to."]);
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The <c>Cookie</c> header without our own cookie, which is nobody else's business; null where nothing is left.</summary>
    internal static string? WithoutOwn(HttpRequest request, string name) =>
        string.Join("; ", Pairs(request).Where(pair => pair.Name != name).Select(pair => $"{pair.Name}={pair.Value}")) is { Length: > 0 } left ? left : null;

    private static IEnumerable<(string Name, string Value)> Pairs(HttpRequest request) =>
        from header in request.Headers.Cookie
        from pair in header.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        let parts = pair.Split('=', 2)
        select (parts[0].TrimEnd(), parts.Length == 2 ? parts[1] : "");

    private IDataProtector ProtectorOf(PoolModel pool) => _protectors.GetOrAdd(pool.Name, name => protection.CreateProtector(Purpose, name));
}
