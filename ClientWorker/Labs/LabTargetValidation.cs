using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using SessionAware.ServiceDefaults;

namespace SessionAware.ClientWorker.Labs;

/// <summary>Checks the address and the key by what the lab runs against: defaults are for emulated regions alone.</summary>
internal sealed class LabTargetValidation(IConfiguration configuration) : IValidateOptions<LabOptions>
{
    private const string Url = $"{LabOptions.Section}:{nameof(LabOptions.GatewayUrl)}";
    private const string Key = $"{LabOptions.Section}:{nameof(LabOptions.ApiKey)}";
    private const string AgainstAzure = $"is not set, and {DeploymentTargets.Setting} is {nameof(DeploymentTarget.Azure)}: set it to";

    public ValidateOptionsResult Validate(string? name, LabOptions options)
    {
        List<string> faults = [.. FaultsOf(options)];
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private IEnumerable<string> FaultsOf(LabOptions options)
    {
        var isAzure = options.Target == DeploymentTarget.Azure;
        var isSet = configuration[Url] is not null;
        if (isAzure && !isSet)
            yield return $"{Url} {AgainstAzure} API Management's address, for example https://my-apim.azure-api.net, or to the gateway's.";
        // What stands in it may be a password: no part of it is repeated. That it is empty is said by the setting itself.
        else if (options.GatewayUrl is { } address && !IsAddress(address))
            yield return $"{Url} must be an http or https address without user, query and fragment, for example {(isAzure ? "https://my-apim.azure-api.net" : "http://localhost:5080")}.";
        else if (isAzure && options.GatewayUrl is { Scheme: "http", IsLoopback: false })
            yield return $"{Url} is an http address, over which the key would travel in clear: write https, as in https://my-apim.azure-api.net. On this machine alone http will do.";

        if (isAzure && configuration[Key] is null && !(isSet && options.GatewayUrl is { IsAbsoluteUri: true, IsLoopback: true }))
            yield return $"{Key} {AgainstAzure} API Management's subscription key.";
    }

    private static bool IsAddress(Uri address) => address is { IsAbsoluteUri: true, Scheme: "http" or "https", UserInfo: "", Query: "", Fragment: "" };
}
