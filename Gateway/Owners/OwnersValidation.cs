using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace SessionAware.Gateway.Owners;

/// <summary>Checks the settings of owners, each by itself and against each other.</summary>
[OptionsValidator]
internal sealed partial class OwnersShapeValidation : IValidateOptions<OwnersOptions>;

/// <summary>What one setting says of another.</summary>
internal sealed partial class OwnersValidation : IValidateOptions<OwnersOptions>
{
    public ValidateOptionsResult Validate(string? name, OwnersOptions options)
    {
        List<string> faults = [.. options.Subscriptions.Index().SelectMany(subscription => FaultsOf(subscription.Item, $"Gateway:Owners:Subscriptions:{subscription.Index}"))];
        faults.AddRange(Repeated(options.Subscriptions.Select(subscription => subscription.Name).Where(name => name.Length > 0)).Select(twice => $"Gateway:Owners:Subscriptions: '{twice}' is there twice."));
        if (Repeated(options.Subscriptions.SelectMany(subscription => subscription.KeyHashes)).Any())
            faults.Add("Gateway:Owners:Subscriptions: a key belongs to one subscription alone.");
        if (options.Tokens?.Authority is { } authority && !(authority.IsAbsoluteUri && (authority.Scheme == "https" || (authority.Scheme == "http" && authority.IsLoopback))))
            faults.Add("Gateway:Owners:Tokens:Authority must be an https address (http on the loopback alone).");
        if (options.FrontDoor is { } door)
            faults.AddRange(FaultsOf(door, options));
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> FaultsOf(SubscriptionOptions subscription, string place)
    {
        if (subscription.Name.Length == 0)
            yield return $"{place}:Name must not be empty.";
        else if (!Name().IsMatch(subscription.Name))
            yield return $"{place}:Name must have 1 to 128 printable ASCII characters and no spaces.";
        if (subscription.KeyHashes.Count == 0)
            yield return $"{place}:KeyHashes must hold at least one hash.";
        foreach (var (index, _) in subscription.KeyHashes.Index().Where(hash => !KeyHash().IsMatch(hash.Item)))
            yield return $"{place}:KeyHashes:{index} must be sha256: and 64 lower-case hex digits; a key itself has no business there.";
    }

    private static IEnumerable<string> FaultsOf(FrontDoorOptions door, OwnersOptions options)
    {
        const string subscription = "subscription:";
        if (!options.KnowsCallers)
            yield return "Gateway:Owners:FrontDoor needs Subscriptions or Tokens: without them nobody could tell it from others.";
        else if (door.Owner.StartsWith(subscription, StringComparison.Ordinal) && options.Subscriptions.All(known => known.Name != door.Owner[subscription.Length..]))
            yield return $"Gateway:Owners:FrontDoor:Owner is '{door.Owner}', and there is no such subscription.";
        else if (door.Owner.StartsWith(TokenOwner.Prefix, StringComparison.Ordinal) && FaultOf(door.Owner, options.Tokens) is { } fault)
            yield return fault;
        if (OwnerIdentifier.CredentialHeaders.Contains(door.Header, StringComparer.OrdinalIgnoreCase))
            yield return "Gateway:Owners:FrontDoor:Header must not be a header of credentials: it would make keys names.";
    }

    /// <summary>A front door that no token can tell would be a caller like any other, and all for whom it speaks would be one.</summary>
    private static string? FaultOf(string tokenOwner, TokenOptions? tokens)
    {
        if (tokens is null)
            return "Gateway:Owners:FrontDoor:Owner is a token's, and Gateway:Owners:Tokens is not set.";
        if (TokenOwner.Parse(tokenOwner) is not { } owner)
            return $"Gateway:Owners:FrontDoor:Owner is '{tokenOwner}', and must be token:ISSUER|TENANT|oid=OBJECT or token:ISSUER|TENANT|appid=APPLICATION.";
        return tokens.Authority is not { IsAbsoluteUri: true } authority || owner.MayBeIssuedAt(authority) ? null
            : $"Gateway:Owners:FrontDoor:Owner names the issuer '{owner.Issuer}', and Gateway:Owners:Tokens:Authority is '{authority.OriginalString}': the two must be written alike, to the last slash.";
    }

    private static IEnumerable<string> Repeated(IEnumerable<string> words) =>
        words.GroupBy(word => word, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => group.Key);

    [GeneratedRegex(@"^[!-~]{1,128}\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"^sha256:[0-9a-f]{64}\z")]
    private static partial Regex KeyHash();
}
