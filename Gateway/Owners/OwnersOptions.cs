using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace SessionAware.Gateway.Owners;

/// <summary>Who may use the session-aware APIs, section <c>Gateway:Owners</c>: whoever makes a response owns it, and nobody else can name it.</summary>
public sealed class OwnersOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = $"{GatewayOptions.Section}:Owners";

    /// <summary>Lets everybody in where neither subscriptions nor tokens are set. Default false; Development needs it not.</summary>
    public bool AllowAnonymous { get; set; }

    /// <summary>Callers known by a key.</summary>
    public IList<SubscriptionOptions> Subscriptions { get; } = [];

    /// <summary>Callers known by a token; null: none.</summary>
    [ValidateObjectMembers]
    public TokenOptions? Tokens { get; set; }

    /// <summary>The one caller that speaks for others; null: nobody does.</summary>
    [ValidateObjectMembers]
    public FrontDoorOptions? FrontDoor { get; set; }

    /// <summary>Whether callers are known at all.</summary>
    public bool KnowsCallers => Subscriptions.Count > 0 || Tokens is not null;

    /// <summary>Whether callers are known by <paramref name="configuration"/>.</summary>
    public static bool AreOn(IConfiguration configuration) => Read(configuration).KnowsCallers;

    /// <summary>What <paramref name="configuration"/> says, unchecked.</summary>
    public static OwnersOptions Read(IConfiguration configuration) => configuration.GetSection(Section).Get<OwnersOptions>() ?? new();
}

/// <summary>A caller known by a key. Its name is the owner, so that keys can rotate. <see cref="OwnersValidation"/> knows which of them is at fault.</summary>
public sealed class SubscriptionOptions
{
    /// <summary>The name, 1 to 128 printable characters.</summary>
    public string Name { get; set; } = "";

    /// <summary>SHA-256 of each key that is accepted, as <c>sha256:</c> and 64 hex digits: <c>printf %s "$KEY" | sha256sum</c>.</summary>
    public IList<string> KeyHashes { get; } = [];
}

/// <summary>Callers known by a token of this issuer.</summary>
public sealed class TokenOptions
{
    /// <summary>The issuer, which publishes its keys: <c>https://login.microsoftonline.com/{tenant}/v2.0</c>. Plain http on the loopback alone.</summary>
    [Required(ErrorMessage = "Gateway:Owners:Tokens:Authority must be the issuer's address.")]
    public Uri? Authority { get; set; }

    /// <summary>Whom tokens must be for.</summary>
    [Required(ErrorMessage = "Gateway:Owners:Tokens:Audience must be the audience that tokens are for.")]
    public string? Audience { get; set; }
}

/// <summary>A gateway before this one, such as API Management, which knows the callers and names their subscription in a header.</summary>
public sealed class FrontDoorOptions
{
    // Regular expressions pass what is empty.
    private const string HeaderFault = "Gateway:Owners:FrontDoor:Header must be a header's name.";

    /// <summary>Its own owner, <c>subscription:NAME</c> or <c>token:…</c>; nobody else's header counts.</summary>
    [Required(ErrorMessage = "Gateway:Owners:FrontDoor:Owner must be the front door's own owner.")]
    [RegularExpression("^(subscription|token):.+$", ErrorMessage = "Gateway:Owners:FrontDoor:Owner must be subscription:NAME, or token:ISSUER|TENANT|oid=OBJECT.")]
    public string Owner { get; set; } = "";

    /// <summary>The header. Default <c>x-subscription-id</c>.</summary>
    [RegularExpression("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$", ErrorMessage = HeaderFault)]
    [MinLength(1, ErrorMessage = HeaderFault)]
    public string Header { get; set; } = "x-subscription-id";

    /// <summary>Whether the front door alone is served, and every other caller is nobody. Default false.</summary>
    public bool Exclusive { get; set; }
}
