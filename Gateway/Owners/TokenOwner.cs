using System.Text.RegularExpressions;

namespace SessionAware.Gateway.Owners;

/// <summary>The owner whom a token tells: <c>token:ISSUER|TENANT|oid=OBJECT</c>, or <c>appid=</c> for an application by itself. Names alone are no owner.</summary>
/// <param name="Issuer">Who issued it.</param>
/// <param name="Tenant">The tenant; empty where the issuer has none.</param>
/// <param name="Subject">The user or the application.</param>
internal sealed partial record TokenOwner(string Issuer, string Tenant, string Subject)
{
    /// <summary>What such an owner begins with.</summary>
    public const string Prefix = "token:";

    /// <summary>Whatever an issuer writes into a claim, it ends where the next one begins.</summary>
    public static string Escape(string claim) => claim.Replace("%", "%25", StringComparison.Ordinal).Replace("|", "%7C", StringComparison.Ordinal);

    /// <summary>The owner as it is written; null where it is another kind, or no owner.</summary>
    public static TokenOwner? Parse(string? owner) =>
        owner is not null && Shape().Match(owner) is { Success: true, Groups: var parts } ? new(parts["issuer"].Value, parts["tenant"].Value, parts["subject"].Value) : null;

    /// <summary>Whether the issuer at <paramref name="authority"/> could call itself so.</summary>
    public bool MayBeIssuedAt(Uri authority) =>
        // On the loopback somebody stands in for another, by that one's name.
        authority.IsLoopback || IssuersAt(authority).Any(issuer => Escape(issuer) == Issuer);

    /// <inheritdoc/>
    public override string ToString() => $"{Prefix}{Issuer}|{Tenant}|{Subject}";

    /// <summary>Issuers call themselves as they are asked for. Entra answers by a tenant's id where it was asked by its name, and in older tokens otherwise.</summary>
    private IEnumerable<string> IssuersAt(Uri authority)
    {
        yield return authority.OriginalString;
        if (Tenant.Length == 0)
            yield break;
        if (authority.Host.Contains("microsoftonline.", StringComparison.Ordinal))
        {
            yield return $"{authority.GetLeftPart(UriPartial.Authority)}/{Tenant}/v2.0";
            yield return $"https://sts.windows.net/{Tenant}/";
            yield return $"https://sts.chinacloudapi.cn/{Tenant}/";
        }
        else if (authority.Host.EndsWith(".ciamlogin.com", StringComparison.Ordinal))
        {
            yield return $"https://{Tenant}.ciamlogin.com/{Tenant}/v2.0";
        }
    }

    [GeneratedRegex(@"^token:(?<issuer>[^|\s]+)\|(?<tenant>[^|\s]*)\|(?<subject>(oid|appid)=[^|\s]+)\z")]
    private static partial Regex Shape();
}
