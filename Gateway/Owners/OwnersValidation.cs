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
        List<string> faults = [.. options.Subscriptions.SelectMany(subscription => subscription.KeyHashes).Where(hash => !KeyHash().IsMatch(hash)).Select(_ =>
            "Gateway:Owners:Subscriptions:…:KeyHashes must hold sha256: and 64 lower-case hex digits each; a key itself has no business there.")];
        faults.AddRange(Repeated(options.Subscriptions.Select(subscription => subscription.Name)).Select(twice => $"Gateway:Owners:Subscriptions: '{twice}' is there twice."));
        if (Repeated(options.Subscriptions.SelectMany(subscription => subscription.KeyHashes)).Any())
            faults.Add("Gateway:Owners:Subscriptions: a key belongs to one subscription alone.");
        if (options.Tokens?.Authority is { } authority && !(authority.IsAbsoluteUri && (authority.Scheme == "https" || (authority.Scheme == "http" && authority.IsLoopback))))
            faults.Add("Gateway:Owners:Tokens:Authority must be an https address (http on the loopback alone).");
        if (options.FrontDoor is { } door)
            faults.AddRange(FaultsOf(door, options));
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> FaultsOf(FrontDoorOptions door, OwnersOptions options)
    {
        const string subscription = "subscription:";
        if (!options.KnowsCallers)
            yield return "Gateway:Owners:FrontDoor needs Subscriptions or Tokens: without them nobody could tell it from others.";
        else if (door.Owner.StartsWith(subscription, StringComparison.Ordinal) && options.Subscriptions.All(known => known.Name != door.Owner[subscription.Length..]))
            yield return $"Gateway:Owners:FrontDoor:Owner is '{door.Owner}', and there is no such subscription.";
        else if (door.Owner.StartsWith("token:", StringComparison.Ordinal) && options.Tokens is null)
            yield return "Gateway:Owners:FrontDoor:Owner is a token's, and Gateway:Owners:Tokens is not set.";
        if (OwnerIdentifier.CredentialHeaders.Contains(door.Header, StringComparer.OrdinalIgnoreCase))
            yield return "Gateway:Owners:FrontDoor:Header must not be a header of credentials: it would make keys names.";
    }

    private static IEnumerable<string> Repeated(IEnumerable<string> words) =>
        words.GroupBy(word => word, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => group.Key);

    [GeneratedRegex(@"^sha256:[0-9a-f]{64}\z")]
    private static partial Regex KeyHash();
}
